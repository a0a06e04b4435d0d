// Numbers that look random and are the same for the same seed (mulberry32).
export class Random {
  #state;
  constructor(seed) {
    this.#state = seed >>> 0;
  }
  /** In [0, 1). */
  next() {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
  /** A whole number, both ends included. */
  between(least, most) {
    return least + Math.floor(this.next() * (most - least + 1));
  }
  pick(list) {
    return list[this.between(0, list.length - 1)];
  }
  shuffled(list) {
    const out = [...list];
    for (let i = out.length - 1; i > 0; i -= 1) {
      const other = this.between(0, i);
      [out[i], out[other]] = [out[other], out[i]];
    }
    return out;
  }
}
