// Deliveries: one per subscription and event, sent at once or as the faults say, retried eight
// times over four hours with the original body, and kept in a log. Each shop has a lane with its own
// clock and randomness: what one shop's deliveries meet does not depend on the others'.

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
  constructor({ random, app, faults, routes, timeScale = 1 }) {
    Object.assign(this, { random, app, faults, timeScale });
    this.sender = new Sender(routes);
    this.lanes = new Map();
    this.log = [];
    this.waiters = [];
    this.closed = false;
    this.turns = 0;
  }

  /** Queues a body for everyone who subscribed to the topic; `subject` goes into headers. */
  emit(shop, topic, body, { eventId = this.lane(shop).random.uuid(), orderId = null } = {}) {
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
        eventId: this.lane(shop).random.uuid(),
        orderId: null,
      });
    }
  }

  add(shop, topic, body, { uri, subscription, eventId, orderId }) {
    const nowMs = shop.clock.nowMs();
    const { random } = this.lane(shop);
    const delivery = {
      webhookId: random.uuid(),
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
      triggeredAt: `${new Date(nowMs).toISOString().slice(0, -1)}${String(random.int(0, 999999)).padStart(6, '0')}Z`,
    };
    this.log.push(delivery);
    if (this.log.length > kLogLength) this.log.shift();
    const plan = this.faults.planDelivery(random);
    delivery.note = plan.note;
    if (plan.drop) delivery.state = 'dropped';
    else this.enqueue(delivery, nowMs + plan.delayMs, false);
    if (plan.duplicateAfterMs !== null && !plan.drop)
      this.enqueue(delivery, nowMs + plan.duplicateAfterMs, true);
  }

  lane(shop) {
    if (!this.lanes.has(shop.domain)) {
      const random = this.random.fork(shop.domain);
      const lane = { shop, clock: shop.clock, random, queue: [], active: 0, timer: null };
      this.lanes.set(shop.domain, lane);
      shop.clock.onChange(() => this.pump(lane));
    }
    return this.lanes.get(shop.domain);
  }

  enqueue(delivery, dueMs, copy) {
    const lane = this.lane(delivery.shop);
    let place = lane.queue.length;
    while (place > 0 && lane.queue[place - 1].dueMs > dueMs) place -= 1;
    lane.queue.splice(place, 0, { delivery, dueMs, copy });
    this.pump(lane);
  }

  pump(lane) {
    clearTimeout(lane.timer);
    if (this.closed) return;
    const now = lane.clock.nowMs();
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
    const at = new Date(lane.clock.nowMs()).toISOString();
    this.turns += 1;
    const turn = this.turns;
    const { status, error } = await this.sender.post(
      delivery.shop.domain,
      delivery.uri,
      delivery.text,
      this.headers(delivery),
    );
    lane.active -= 1;
    delivery.attempts.push({ at, turn, status, error, copy });
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
      this.enqueue(delivery, delivery.shop.clock.nowMs() + wait, false);
      return;
    }
    delivery.state = 'failed';
    const { subscription, shop } = delivery;
    if (subscription && shop.subscriptions.get(subscription.id)) shop.subscriptions.remove(subscription.id);
  }

  /** The lanes of one shop, or of all. */
  lanesOf(shop) {
    return shop ? [this.lane(shop)] : [...this.lanes.values()];
  }

  pendingCount(shop) {
    return this.lanesOf(shop).reduce((count, lane) => count + lane.queue.length + lane.active, 0);
  }

  /** Makes everything queued due now and resolves when each has been tried once more. */
  async flush(shop) {
    const lanes = this.lanesOf(shop);
    const due = new Set();
    for (const lane of lanes) {
      const now = lane.clock.nowMs();
      for (const item of lane.queue) {
        item.dueMs = Math.min(item.dueMs, now);
        due.add(item);
      }
      this.pump(lane);
    }
    await this.until(() => lanes.every((lane) => !lane.active && !lane.queue.some((item) => due.has(item))));
  }

  /** Resolves when nothing is under way and nothing is due. */
  async idle(shop) {
    const still = (lane) => lane.active === 0 && !(lane.queue[0]?.dueMs <= lane.clock.nowMs());
    await this.until(() => this.lanesOf(shop).every(still));
  }

  async until(reached) {
    while (!reached())
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
