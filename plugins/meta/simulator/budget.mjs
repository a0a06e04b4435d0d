// A budget of calls in a window that moves on, as Meta's business use cases have them.

import { GraphError } from './graph.mjs';

export class Budget {
  constructor({ clock, type, code, message, most, windowMs }) {
    Object.assign(this, { clock, type, code, message, most, windowMs, calls: [] });
  }

  /** The header's value after a call: percent used, minutes until there is something left. */
  usage(id) {
    const percent = Math.min(100, Math.round((this.calls.length / this.most) * 100));
    const minutes = this.calls.length < this.most ? 0 : Math.max(1, Math.ceil((this.calls[0] + this.windowMs - this.clock.nowMs()) / 60000));
    const figures = { type: this.type, call_count: percent, total_cputime: 1, total_time: 1, estimated_time_to_regain_access: minutes };
    return { 'x-business-use-case-usage': JSON.stringify({ [id]: [figures] }) };
  }

  /** Counts a call of `id` and says in `headers` what is used; throws when nothing is left. */
  take(id, headers) {
    const now = this.clock.nowMs();
    this.calls = this.calls.filter((at) => at > now - this.windowMs);
    if (this.calls.length >= this.most) throw new GraphError(400, this.code, this.message, { headers: this.usage(id) });
    this.calls.push(now);
    Object.assign(headers, this.usage(id));
  }
}
