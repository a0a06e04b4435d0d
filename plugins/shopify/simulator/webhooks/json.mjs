// JSON text with 64-bit numbers: BigInt values become bare digits, which JSON.stringify cannot do.

export function jsonText(value) {
  if (typeof value === 'bigint') return value.toString();
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(jsonText).join(',')}]`;
  const parts = [];
  for (const [key, each] of Object.entries(value)) {
    if (each !== undefined) parts.push(`${JSON.stringify(key)}:${jsonText(each)}`);
  }
  return `{${parts.join(',')}}`;
}

/** A numeric id as bodies carry it: a bare 64-bit number; null stays null. */
export function number(id) {
  return id === null || id === undefined ? null : BigInt(id);
}
