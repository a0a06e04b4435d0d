// Time texts: RFC 3339 UTC for GraphQL, the shop's own offset for REST-shaped bodies.

/** 2026-11-01T00:00:00Z from whole seconds; null stays null. */
export function utcText(seconds) {
  if (seconds === null || seconds === undefined) return null;
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
}

const formats = new Map();
const offsets = new Map();

/** Minutes east of UTC in the zone at that moment (remembered per zone and hour). */
export function zoneOffsetMinutes(zone, seconds) {
  const key = `${zone}@${Math.floor(seconds / 3600)}`;
  const known = offsets.get(key);
  if (known !== undefined) return known;
  if (!formats.has(zone)) {
    formats.set(
      zone,
      new Intl.DateTimeFormat('en-US', {
        timeZone: zone,
        hourCycle: 'h23',
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
        second: 'numeric',
      }),
    );
  }
  const part = {};
  for (const { type, value } of formats.get(zone).formatToParts(new Date(seconds * 1000))) {
    part[type] = Number(value);
  }
  const local = Date.UTC(part.year, part.month - 1, part.day, part.hour, part.minute, part.second);
  const minutes = Math.round((local / 1000 - seconds) / 60);
  offsets.set(key, minutes);
  return minutes;
}

function offsetText(minutes) {
  const sign = minutes < 0 ? '-' : '+';
  const size = Math.abs(minutes);
  return `${sign}${String(Math.floor(size / 60)).padStart(2, '0')}:${String(size % 60).padStart(2, '0')}`;
}

export function zoneOffsetText(zone, seconds) {
  return offsetText(zoneOffsetMinutes(zone, seconds));
}

/** 2026-10-31T20:00:00-04:00 in the zone; null stays null. */
export function zonedText(seconds, zone) {
  if (seconds === null || seconds === undefined) return null;
  const minutes = zoneOffsetMinutes(zone, seconds);
  return new Date((seconds + minutes * 60) * 1000).toISOString().slice(0, 19) + offsetText(minutes);
}

/** Reads a time out of a search filter: ISO with or without zone, a date, a year, or `now`. */
export function parseTime(text, nowSeconds) {
  if (text === 'now') return nowSeconds;
  if (!/^\d{4}(-\d{2}(-\d{2})?)?([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?(Z|[+-]\d{2}:?\d{2})?$/.test(text))
    return null;
  const hasClock = /[T ]\d{2}:/.test(text);
  const hasZone = /(Z|[+-]\d{2}:?\d{2})$/.test(text) && hasClock;
  const ms = Date.parse(hasClock ? text.replace(' ', 'T') + (hasZone ? '' : 'Z') : text);
  return Number.isNaN(ms) ? null : ms / 1000;
}
