// Finds every difference between two maps of rows.

/** JSON with sorted keys: equal values give equal text. */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value && typeof value === 'object')
    return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`;
  return JSON.stringify(value ?? null);
}

function walk(path, wanted, found, out) {
  if (canonical(wanted) === canonical(found)) return;
  const bothObjects = [wanted, found].every((value) => value && typeof value === 'object' && !Array.isArray(value));
  if (!bothObjects) {
    out.push(`${path}: the platform has ${canonical(wanted)}, the hub ${canonical(found)}`);
    return;
  }
  for (const key of new Set([...Object.keys(wanted), ...Object.keys(found)])) walk(`${path}.${key}`, wanted[key], found[key], out);
}

/** Sentences, one a difference: missing rows, rows too many, and members that differ. */
export function differences(entity, truth, hub) {
  const out = [];
  for (const [id, wanted] of truth) {
    const found = hub.get(id);
    if (found === undefined) out.push(`${entity} ${id}: missing in the hub`);
    else walk(`${entity} ${id}`, entity === 'levels' ? comparableLevel(wanted, found) : wanted, found, out);
  }
  for (const id of hub.keys()) if (!truth.has(id)) out.push(`${entity} ${id}: in the hub, gone on the platform`);
  return out;
}

// Untracked stock is null or zero, as the platform's two shapes have it.
function comparableLevel(wanted, found) {
  const untracked = wanted.available === 'untracked' && (found.available === null || found.available === '0');
  return untracked ? found : wanted;
}
