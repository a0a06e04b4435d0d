// Deliveries: one per subscription and event, sent at once or as the faults say, retried eight
// times over four hours with the original body, and kept in a log.

import { bodyHmac } from '../oauth/signing.mjs';
import { jsonText } from './json.mjs';
import { Sender } from './sender.mjs';
import { headerTopic } from './topics.mjs';

const kRetries = 8;
/** Delays double from this; eight of them make four hours. */
const kFirstRetryMs = (4 * 3600 * 1000) / (2 ** kRetries - 1);
const kParallel = 16;
const kLogLength = 20000;

function picked(body, includeFields) {
  if (includeFields.length === 0) return body;
  return Object.fromEntries(Object.entries(body).filter(([key]) => includeFields.includes(key)));
}

export class Deliveries {
  constructor({ clock, random, app, faults, routes, timeScale = 1 }) {
    Object.assign(this, { clock, random, app, faults, timeScale });
    this.sender = new Sender(routes);
    this.lanes = new Map();
    this.log = [];
    this.waiters = [];
    this.closed = false;
    clock.onChange(() => this.pumpAll());
  }

  /** Queues a body for everyone who subscribed to the topic; `subject` goes into headers. */
  emit(shop, topic, body, { eventId = this.random.uuid(), orderId = null } = {}) {
    const targets = [...shop.subscriptions.values()].filter((each) => headerTopic(each.topic) === topic);
    for (const subscription of targets) {
      this.add(shop, topic, picked(body, subscription.includeFields), {
        uri: subscription.uri,
        subscription,
        eventId,
        orderId,
      });
    }
    return eventId;
  }

  /** Queues a body for the app's own address: the privacy topics. */
  emitToApp(shop, topic, body) {
    if (this.app.complianceUri) {
      this.add(shop, topic, body, {
        uri: this.app.complianceUri,
        subscription: null,
        eventId: this.random.uuid(),
        orderId: null,
      });
    }
  }

  add(shop, topic, body, { uri, subscription, eventId, orderId }) {
    const nowMs = this.clock.nowMs();
    const delivery = {
      webhookId: this.random.uuid(),
      eventId,
      shop,
      topic,
      uri,
      subscription,
      orderId,
      text: jsonText(body),
      state: 'pending',
      attempts: [],
      retries: 0,
      note: null,
      triggeredAt: `${new Date(nowMs).toISOString().slice(0, -1)}${String(this.random.int(0, 999999)).padStart(6, '0')}Z`,
    };
    this.log.push(delivery);
    if (this.log.length > kLogLength) this.log.shift();
    const plan = this.faults.planDelivery(this.random);
    delivery.note = plan.note;
    if (plan.drop) delivery.state = 'dropped';
    else this.enqueue(delivery, nowMs + plan.delayMs, false);
    if (plan.duplicateAfterMs !== null && !plan.drop)
      this.enqueue(delivery, nowMs + plan.duplicateAfterMs, true);
  }

  lane(shop) {
    if (!this.lanes.has(shop.domain)) this.lanes.set(shop.domain, { queue: [], active: 0, timer: null });
    return this.lanes.get(shop.domain);
  }

  enqueue(delivery, dueMs, copy) {
    const lane = this.lane(delivery.shop);
    let place = lane.queue.length;
    while (place > 0 && lane.queue[place - 1].dueMs > dueMs) place -= 1;
    lane.queue.splice(place, 0, { delivery, dueMs, copy });
    this.pump(lane);
  }

  pumpAll() {
    for (const lane of this.lanes.values()) this.pump(lane);
  }

  pump(lane) {
    clearTimeout(lane.timer);
    if (this.closed) return;
    const now = this.clock.nowMs();
    while (lane.active < kParallel && lane.queue.length > 0 && lane.queue[0].dueMs <= now) {
      lane.active += 1;
      this.send(lane, lane.queue.shift());
    }
    if (lane.active < kParallel && lane.queue.length > 0) {
      lane.timer = setTimeout(() => this.pump(lane), Math.max(1, Math.min(lane.queue[0].dueMs - now, 60000)));
    }
  }

  headers(delivery) {
    const headers = {
      'user-agent': 'Shopify-Captain-Hook',
      accept: '*/*',
      'content-type': 'application/json',
      'x-shopify-topic': delivery.topic,
      'x-shopify-hmac-sha256': bodyHmac(delivery.text, this.app.signingSecret()),
      'x-shopify-shop-domain': delivery.shop.domain,
      'x-shopify-api-version': this.app.webhookVersion,
      'x-shopify-webhook-id': delivery.webhookId,
      'x-shopify-event-id': delivery.eventId,
      'x-shopify-triggered-at': delivery.triggeredAt,
      'x-shopify-test': 'false',
    };
    if (delivery.subscription?.name) headers['x-shopify-name'] = delivery.subscription.name;
    if (delivery.orderId) headers['x-shopify-order-id'] = delivery.orderId;
    return headers;
  }

  async send(lane, { delivery, copy }) {
    const at = new Date(this.clock.nowMs()).toISOString();
    const { status, error } = await this.sender.post(
      delivery.shop.domain,
      delivery.uri,
      delivery.text,
      this.headers(delivery),
    );
    lane.active -= 1;
    delivery.attempts.push({ at, status, error, copy });
    const ok = status !== null && status >= 200 && status < 300;
    if (!copy) this.settle(delivery, ok);
    this.pump(lane);
    this.wakeWaiters();
  }

  settle(delivery, ok) {
    if (ok) {
      delivery.state = 'delivered';
      return;
    }
    if (delivery.retries < kRetries) {
      const wait = (kFirstRetryMs * 2 ** delivery.retries) / this.timeScale;
      delivery.retries += 1;
      this.enqueue(delivery, this.clock.nowMs() + wait, false);
      return;
    }
    delivery.state = 'failed';
    const { subscription, shop } = delivery;
    if (subscription && shop.subscriptions.get(subscription.id)) shop.subscriptions.remove(subscription.id);
  }

  pendingCount() {
    let count = 0;
    for (const lane of this.lanes.values()) count += lane.queue.length + lane.active;
    return count;
  }

  /** Makes everything queued due now and resolves when each has been tried once more. */
  async flush() {
    const now = this.clock.nowMs();
    const due = new Set();
    for (const lane of this.lanes.values()) {
      for (const item of lane.queue) {
        item.dueMs = Math.min(item.dueMs, now);
        due.add(item);
      }
    }
    this.pumpAll();
    const left = () =>
      [...this.lanes.values()].some((lane) => lane.active > 0 || lane.queue.some((item) => due.has(item)));
    while (left())
      await new Promise((wake) => {
        this.waiters.push(wake);
      });
  }

  /** Resolves when nothing is under way and nothing is due. */
  async idle() {
    const now = this.clock.nowMs();
    const busy = () =>
      [...this.lanes.values()].some((lane) => lane.active > 0 || lane.queue[0]?.dueMs <= now);
    while (busy())
      await new Promise((wake) => {
        this.waiters.push(wake);
      });
  }

  wakeWaiters() {
    const waiting = this.waiters;
    this.waiters = [];
    for (const wake of waiting) wake();
  }

  close() {
    this.closed = true;
    for (const lane of this.lanes.values()) clearTimeout(lane.timer);
    this.sender.close();
  }
}
