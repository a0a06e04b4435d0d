// Seeded randomness: every part of the simulator draws from a stream of its own, named by a
// label, so that one more draw in one place does not change the data made in another.

function hashLabel(text) {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}

export class Random {
  constructor(seed) {
    this.label = String(seed);
    this.state = hashLabel(this.label) || 1;
  }

  /** A stream that depends only on this stream's label and the given one. */
  fork(label) {
    return new Random(`${this.label}/${label}`);
  }

  /** A number in [0, 1). */
  next() {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = this.state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }

  /** A whole number from low to high, both included. */
  int(low, high) {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  chance(probability) {
    return this.next() < probability;
  }

  pick(list) {
    return list[Math.floor(this.next() * list.length)];
  }

  /** Picks from [[weight, value], …]. */
  weighted(choices) {
    let left = this.next() * choices.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, value] of choices) {
      left -= weight;
      if (left < 0) return value;
    }
    return choices[choices.length - 1][1];
  }

  /** `count` different elements, in the list's order. */
  sample(list, count) {
    const indexes = list.map((_, index) => index);
    for (let index = indexes.length - 1; index > 0; index -= 1) {
      const other = this.int(0, index);
      [indexes[index], indexes[other]] = [indexes[other], indexes[index]];
    }
    return indexes
      .slice(0, count)
      .sort((a, b) => a - b)
      .map((index) => list[index]);
  }

  hex(length) {
    let text = '';
    while (text.length < length) text += this.int(0, 15).toString(16);
    return text;
  }

  uuid() {
    const hex = this.hex(32);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
  }
}
