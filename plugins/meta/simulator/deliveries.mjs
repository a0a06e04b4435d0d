// Signed deliveries as Meta makes them: escaped bytes, several updates in one POST, repeated,
// out of order, tried again for a day and a half.

import { createHmac } from 'node:crypto';
import { Sender } from '../../shopify/simulator/webhooks/sender.mjs';

const kRetryMs = [1000, 60e3, 600e3, 3600e3, 6 * 3600e3, 12 * 3600e3, 12 * 3600e3];

/** Non-ASCII as \uXXXX and "/" as "\/", as on the wire. */
export function escaped(value) {
  return JSON.stringify(value)
    .replace(/[\u007f-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replace(/\//g, '\\/');
}

export class Deliveries {
  constructor({ clock, random, faults, app, routes }) {
    Object.assign(this, { clock, random, faults, app, sender: new Sender(routes), queue: [], log: [], active: 0, waiters: [], closed: false });
    clock.onChange(() => this.pump());
  }

  /** Queues one update for `uri`; updates of one object that wait together may share a POST. */
  emit({ uri, object, entry }) {
    const { duplicate, reorder, drop } = this.faults.webhooks;
    if (this.random.chance(drop)) return;
    const copies = this.random.chance(duplicate) ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      const late = this.random.chance(reorder) ? this.random.int(50, 1500) : 0;
      this.queue.push({ uri, object, entry, dueMs: this.clock.nowMs() + late + copy * 200, retries: 0 });
    }
    this.pump();
  }

  /** A person's wish about their data, as a form with a signed request. Resolves with the answer's status. */
  async wish(uri, userId) {
    const base64url = (value) => Buffer.from(value).toString('base64url');
    const payload = base64url(JSON.stringify({ algorithm: 'HMAC-SHA256', expires: this.clock.seconds() + 3600, issued_at: this.clock.seconds(), user_id: userId }));
    const signature = createHmac('sha256', this.app.secret).update(payload).digest('base64url');
    const answer = await this.sender.post('graph', uri, new URLSearchParams({ signed_request: `${signature}.${payload}` }).toString(), { 'content-type': 'application/x-www-form-urlencoded' });
    this.log.push({ at: this.clock.nowMs(), uri, updates: 1, ...answer, retry: 0 });
    return answer;
  }

  pump() {
    clearTimeout(this.timer);
    if (this.closed) return;
    const now = this.clock.nowMs();
    const due = this.queue.filter((each) => each.dueMs <= now);
    while (due.length && this.active < 16) {
      const first = due.shift();
      const batch = [first];
      while (batch.length < this.faults.webhooks.batch && due.length && due[0].uri === first.uri && due[0].object === first.object && !first.body) batch.push(due.shift());
      this.queue = this.queue.filter((each) => !batch.includes(each));
      this.send(batch);
    }
    const next = Math.min(...this.queue.map((each) => each.dueMs));
    if (Number.isFinite(next)) this.timer = setTimeout(() => this.pump(), Math.max(1, Math.min(next - now, 60000)));
  }

  async send(batch) {
    this.active += 1;
    const [first] = batch;
    const body = first.body ?? escaped({ object: first.object, entry: batch.map((each) => each.entry) });
    const signature = createHmac('sha256', this.app.secret).update(body).digest('hex');
    const { status, error } = await this.sender.post('graph', first.uri, body, {
      'content-type': 'application/json',
      'user-agent': 'facebookexternalua',
      'x-hub-signature-256': `sha256=${signature}`,
    });
    this.active -= 1;
    this.log.push({ at: this.clock.nowMs(), uri: first.uri, updates: batch.length, status, error, retry: first.retries });
    if (status !== 200 && first.retries < kRetryMs.length)
      this.queue.push({ ...first, body, dueMs: this.clock.nowMs() + kRetryMs[first.retries], retries: first.retries + 1 });
    this.pump();
    for (const wake of this.waiters.splice(0)) wake();
  }

  pendingCount() {
    return this.queue.length + this.active;
  }

  /** Makes everything that waits due now and resolves when each was tried. */
  async flush() {
    const now = this.clock.nowMs();
    for (const each of this.queue) each.dueMs = Math.min(each.dueMs, now);
    this.pump();
    while (this.active > 0) await new Promise((wake) => this.waiters.push(wake));
  }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
    this.sender.close();
  }
}
