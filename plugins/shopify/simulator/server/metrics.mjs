// What was asked of the simulator, for tests of pacing: counts by operation, throttles, the
// deepest drain of each bucket.

export class Metrics {
  constructor() {
    this.shops = new Map();
    this.http = new Map();
  }

  of(shop) {
    if (!this.shops.has(shop.domain)) {
      this.shops.set(shop.domain, {
        requests: 0,
        throttled: 0,
        max_cost_exceeded: 0,
        requested_cost: 0,
        actual_cost: 0,
        lowest_bucket: null,
        bucket_size: null,
        operations: {},
      });
    }
    return this.shops.get(shop.domain);
  }

  operation(shop, name) {
    const { operations } = this.of(shop);
    operations[name] ??= { requests: 0, throttled: 0, max_cost_exceeded: 0, max_requested_cost: 0 };
    return operations[name];
  }

  refused(shop, name, code) {
    const field = code === 'THROTTLED' ? 'throttled' : 'max_cost_exceeded';
    for (const place of [this.of(shop), this.operation(shop, name)]) {
      place.requests += 1;
      place[field] += 1;
    }
  }

  served(shop, name, requested, actual, bucket) {
    const total = this.of(shop);
    total.requests += 1;
    total.requested_cost += requested;
    total.actual_cost += actual;
    total.lowest_bucket = Math.floor(bucket.lowest);
    total.bucket_size = bucket.maximum;
    const own = this.operation(shop, name);
    own.requests += 1;
    own.max_requested_cost = Math.max(own.max_requested_cost, requested);
  }

  answered(path, status) {
    const key = `${path} ${status}`;
    this.http.set(key, (this.http.get(key) ?? 0) + 1);
  }

  show() {
    return { shops: Object.fromEntries(this.shops), http: Object.fromEntries([...this.http].sort()) };
  }
}
