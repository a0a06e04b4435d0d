// The simulator's own time: it runs with the real one, shifted by an offset that the control
// endpoint moves, or stands still where it was put.

export class Clock {
  constructor({ startMs, frozen = false, real = () => Date.now() } = {}) {
    this.real = real;
    this.offset = startMs === undefined ? 0 : startMs - real();
    this.frozenAt = frozen ? (startMs ?? real()) : null;
    this.listeners = [];
  }

  nowMs() {
    return this.frozenAt ?? this.real() + this.offset;
  }

  /** Whole seconds since 1970, the platform's resolution for every stored time. */
  seconds() {
    return Math.floor(this.nowMs() / 1000);
  }

  set(ms) {
    if (this.frozenAt !== null) this.frozenAt = ms;
    else this.offset = ms - this.real();
    this.changed();
  }

  advance(ms) {
    this.set(this.nowMs() + ms);
  }

  freeze(frozen) {
    const now = this.nowMs();
    this.frozenAt = frozen ? now : null;
    this.offset = now - this.real();
    this.changed();
  }

  /** A clock that goes with this one until it is moved or stopped by itself. */
  child() {
    const own = new Clock({ real: () => this.nowMs() });
    this.onChange(() => own.changed());
    return own;
  }

  onChange(listener) {
    this.listeners.push(listener);
  }

  changed() {
    for (const listener of this.listeners) listener();
  }
}
