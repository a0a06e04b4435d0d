// Things that happen at a later time of the simulated clock.

export class Agenda {
  constructor(clock) {
    this.clock = clock;
    this.entries = [];
    this.timer = null;
    clock.onChange(() => this.run());
  }

  at(seconds, action) {
    this.entries.push({ seconds, action });
    this.run();
  }

  run() {
    clearTimeout(this.timer);
    const now = this.clock.seconds();
    const due = this.entries.filter((entry) => entry.seconds <= now);
    this.entries = this.entries.filter((entry) => entry.seconds > now);
    for (const entry of due) entry.action();
    if (this.entries.length > 0) {
      this.timer = setTimeout(() => this.run(), 60000);
      this.timer.unref();
    }
  }
}
