// Senders of signed webhooks over kept-alive connections, each as fast as it is answered. As the platform
// does, they send an event again, unchanged, until it is taken; unlike the platform they wait only a moment.
import { createHmac } from 'node:crypto';
import http from 'node:http';
import { pause } from '../../../packaging/tour/process.mjs';

const patience = 60_000;

function post(agent, url, headers, body) {
  return new Promise((resolve) => {
    const request = http.request(url, { agent, method: 'POST', headers, timeout: patience }, (reply) => {
      reply.on('error', (error) => resolve({ broken: error.code ?? error.message }));
      reply.on('end', () => resolve({ status: reply.statusCode }));
      reply.resume();
    });
    request.on('timeout', () => request.destroy(Object.assign(new Error(), { code: `no answer within ${patience / 1000} s` })));
    request.on('error', (error) => resolve({ broken: error.code ?? error.message }));
    request.end(body);
  });
}

export class Load {
  /** `events` makes the next one: {domain, topic, key, body}. `url` may be asked anew at each attempt. */
  constructor({ url, secret, events, senders, duplicates = 0, random }) {
    Object.assign(this, { url, secret, events, senders, duplicates, random });
    this.agent = new http.Agent({ keepAlive: true, maxSockets: senders });
    this.taken = 0; // distinct events answered 200
    this.repeated = 0; // sent once more after their 200
    this.answers = new Map(); // what was answered how often, broken connections by their error
    this.slowest = 0;
  }
  start() {
    this.stopping = false;
    this.ended = Promise.all(Array.from({ length: this.senders }, () => this.#send()));
  }
  /** Every event begun is taken when this returns. */
  async stop() {
    this.stopping = true;
    await this.ended;
    this.agent.destroy();
  }
  count(answer) {
    return this.answers.get(answer) ?? 0;
  }
  async #send() {
    while (!this.stopping) {
      const event = this.events();
      await this.#untilTaken(event);
      this.taken += 1;
      if (this.random.next() >= this.duplicates) continue;
      await this.#untilTaken(event);
      this.repeated += 1;
    }
  }
  async #untilTaken({ domain, topic, key, body }) {
    const headers = {
      'content-type': 'application/json', 'content-length': Buffer.byteLength(body), 'x-shopify-topic': topic,
      'x-shopify-shop-domain': domain, 'x-shopify-webhook-id': key,
      'x-shopify-hmac-sha256': createHmac('sha256', this.secret).update(body).digest('base64'),
    };
    for (;;) {
      const began = Date.now();
      const { status, broken } = await post(this.agent, `${this.url}/api/webhooks/shopify`, headers, body);
      this.slowest = Math.max(this.slowest, Date.now() - began);
      const answer = broken ?? status;
      this.answers.set(answer, this.count(answer) + 1);
      if (status === 200) return;
      await pause(20);
    }
  }
}
