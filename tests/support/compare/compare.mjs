// Finds every difference between two maps of rows.

/** JSON with sorted keys: equal values give equal text. */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value && typeof value === 'object')
    return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`;
  return JSON.stringify(value ?? null);
}

function walk(path, wanted, found, sides, out) {
  if (canonical(wanted) === canonical(found)) return;
  const bothObjects = [wanted, found].every((value) => value && typeof value === 'object' && !Array.isArray(value));
  if (!bothObjects) {
    out.push(`${path}: ${shown(wanted, found, sides)}`);
    return;
  }
  for (const key of new Set([...Object.keys(wanted), ...Object.keys(found)])) walk(`${path}.${key}`, wanted[key], found[key], sides, out);
}

// Long values are shown from where they begin to differ.
function shown(wanted, found, [there, here]) {
  const [a, b] = [canonical(wanted), canonical(found)];
  let same = 0;
  while (same < a.length && a[same] === b[same]) same += 1;
  const cut = (text) => (text.length <= 200 ? text : `${same > 40 ? '…' : ''}${text.slice(Math.max(0, same - 40), same + 120)}…`);
  return `${there} has ${cut(a)}, ${here} ${cut(b)}`;
}

/** Sentences, one a difference: missing rows, rows too many, and members that differ. `sides` names both. */
export function differences(entity, truth, hub, sides = ['the platform', 'the hub']) {
  const out = [];
  for (const [id, wanted] of truth) {
    const found = hub.get(id);
    if (found === undefined) out.push(`${entity} ${id}: missing in ${sides[1]}`);
    else walk(`${entity} ${id}`, (comparable[entity] ?? ((row) => row))(wanted, found), found, sides, out);
  }
  for (const id of hub.keys()) if (!truth.has(id)) out.push(`${entity} ${id}: in ${sides[1]}, gone on ${sides[0]}`);
  return out;
}

const comparable = { levels: comparableLevel, orders: comparableOrder };

// Untracked stock is null or zero, as the platform's two shapes have it.
function comparableLevel(wanted, found) {
  const untracked = wanted.available === 'untracked' && (found.available === null || found.available === '0');
  return untracked ? found : wanted;
}

// A line of a product that was deleted since names it or not: the platform forgets it without touching the order.
function comparableOrder(wanted, found) {
  const lines = Object.entries(wanted.lines).map(([id, { gone, ...line }]) => {
    const here = found.lines?.[id];
    for (const member of ['product_id', 'variant_id']) if (gone && here && here[member] === null) line[member] = null;
    return [id, line];
  });
  return { ...wanted, lines: Object.fromEntries(lines) };
}
