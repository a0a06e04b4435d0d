// The leaky bucket per app and shop: a query's requested cost is taken before it runs, what it did
// not use comes back, and the bucket refills with time.

const rates = { standard: 100, advanced: 200, plus: 1000, enterprise: 2000 };

export function restoreRateOf(plan) {
  return rates[plan];
}

export class Bucket {
  constructor(plan, clock) {
    this.restoreRate = rates[plan];
    this.maximum = this.restoreRate * 20;
    this.clock = clock;
    this.level = this.maximum;
    this.at = clock.nowMs();
    this.lowest = this.maximum;
  }

  refill() {
    const now = this.clock.nowMs();
    if (now > this.at)
      this.level = Math.min(this.maximum, this.level + ((now - this.at) / 1000) * this.restoreRate);
    this.at = now;
  }

  /** Takes the cost, or says no and takes nothing. */
  take(cost) {
    this.refill();
    if (cost > this.level) return false;
    this.level -= cost;
    this.lowest = Math.min(this.lowest, this.level);
    return true;
  }

  giveBack(cost) {
    this.level = Math.min(this.maximum, this.level + cost);
  }

  status() {
    this.refill();
    return {
      maximumAvailable: this.maximum,
      currentlyAvailable: Math.floor(this.level),
      restoreRate: this.restoreRate,
    };
  }
}
