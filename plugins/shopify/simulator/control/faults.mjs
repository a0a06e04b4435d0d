// Faults switched on by the control endpoint; all off at the start.

const graphqlKinds = [
  'http402',
  'http423',
  'http429',
  'http500',
  'http503',
  'html',
  'malformed',
  'timeout',
  'reset',
  'throttle',
  'lost',
  'refuse',
];

function rate(value, name) {
  if (typeof value !== 'number' || value < 0 || value > 1)
    throw new Error(`${name} must be a number from 0 to 1`);
  return value;
}

export class Faults {
  constructor() {
    this.graphql = { rate: 0, kind: 'http500', left: null };
    this.webhooks = {
      duplicate: 0,
      duplicate_ms: 1000,
      reorder: 0,
      drop: 0,
      delay_ms: 0,
      late_stale: 0,
      late_stale_ms: 3000,
    };
  }

  /** Merges {graphql: {rate, kind, count?}, webhooks: {…}}; unknown names are refused. */
  set({ graphql, webhooks, ...rest }) {
    const unknown = Object.keys(rest)[0];
    if (unknown) throw new Error(`unknown fault group ${unknown}: use graphql or webhooks`);
    if (graphql) this.setGraphql(graphql);
    if (webhooks) this.setWebhooks(webhooks);
  }

  setGraphql({ rate: wanted = 1, kind = this.graphql.kind, count = null }) {
    if (!graphqlKinds.includes(kind))
      throw new Error(`graphql.kind must be one of ${graphqlKinds.join(', ')}`);
    this.graphql = { rate: rate(wanted, 'graphql.rate'), kind, left: count };
  }

  setWebhooks(wanted) {
    for (const [name, value] of Object.entries(wanted)) {
      if (!(name in this.webhooks))
        throw new Error(`unknown webhook fault ${name}: use ${Object.keys(this.webhooks).join(', ')}`);
      if (['duplicate', 'drop', 'late_stale'].includes(name)) rate(value, `webhooks.${name}`);
      else if (typeof value !== 'number' || value < 0)
        throw new Error(`webhooks.${name} must be milliseconds`);
      this.webhooks[name] = value;
    }
  }

  /** The kind of fault the next GraphQL request meets, or null. */
  nextGraphql(random) {
    if (this.graphql.left === 0 || this.graphql.rate === 0 || !random.chance(this.graphql.rate)) return null;
    if (this.graphql.left !== null) this.graphql.left -= 1;
    return this.graphql.kind;
  }

  /** How one delivery goes out: {drop, delayMs, duplicateAfterMs | null, note}. */
  planDelivery(random) {
    const {
      duplicate,
      duplicate_ms: duplicateMs,
      reorder,
      drop,
      delay_ms: delay,
      late_stale: late,
      late_stale_ms: lateMs,
    } = this.webhooks;
    if (random.chance(drop)) return { drop: true, delayMs: 0, duplicateAfterMs: null, note: 'dropped' };
    const isLate = random.chance(late);
    const delayMs = delay + (reorder > 0 ? random.int(0, reorder) : 0) + (isLate ? lateMs : 0);
    const copied = random.chance(duplicate);
    return {
      drop: false,
      delayMs,
      duplicateAfterMs: copied ? delayMs + random.int(0, duplicateMs) : null,
      note: [isLate && 'late', copied && 'duplicated'].filter(Boolean).join(' ') || null,
    };
  }
}
