// Clients over kept-alive connections, each as fast as it is answered, that remember every answer.
import { createHmac } from 'node:crypto';
import http from 'node:http';
import { pause } from '../../../packaging/tour/process.mjs';

const patience = 60_000;

function exchange(agent, url, { method = 'GET', headers, body }) {
  return new Promise((resolve) => {
    const request = http.request(url, { agent, method, headers, timeout: patience }, (reply) => {
      reply.on('error', (error) => resolve({ broken: error.code ?? error.message }));
      reply.on('end', () => resolve({ status: reply.statusCode }));
      reply.resume();
    });
    request.on('timeout', () => request.destroy(Object.assign(new Error(), { code: `no answer within ${patience / 1000} s` })));
    request.on('error', (error) => resolve({ broken: error.code ?? error.message }));
    request.end(body);
  });
}

class Clients {
  constructor(url, count) {
    Object.assign(this, { url, clients: count, answers: new Map(), slowest: 0 });
    this.agent = new http.Agent({ keepAlive: true, maxSockets: count });
  }
  start() {
    this.stopping = false;
    this.ended = Promise.all(Array.from({ length: this.clients }, async () => {
      while (!this.stopping) await this.turn();
    }));
  }
  /** Everything begun is ended when this returns. */
  async stop() {
    this.stopping = true;
    await this.ended;
    this.agent.destroy();
  }
  /** How often this was the answer: a status, or the error of a broken connection. */
  count(answer) {
    return this.answers.get(answer) ?? 0;
  }
  async ask(path, options) {
    const began = Date.now();
    const { status, broken } = await exchange(this.agent, this.url + path, options);
    this.slowest = Math.max(this.slowest, Date.now() - began);
    const answer = broken ?? status;
    this.answers.set(answer, this.count(answer) + 1);
    return answer;
  }
  get told() {
    return [...this.answers].map(([answer, count]) => `${answer}: ${count}`).join(', ');
  }
}

/** Reads one address over and over. */
export class Readers extends Clients {
  constructor({ url, path, token, clients }) {
    super(url, clients);
    Object.assign(this, { path, headers: { authorization: `Bearer ${token}` } });
  }
  turn() {
    return this.ask(this.path, { headers: this.headers });
  }
}

/**
 * Sends signed webhooks. As the platform does, it sends an event again, unchanged, until it is taken; unlike
 * the platform it waits only a moment.
 */
export class Load extends Clients {
  /** `events` makes the next one: {domain, topic, key, body}. `duplicates` are sent again after their 200. */
  constructor({ url, secret, events, clients, duplicates = 0, random }) {
    super(url, clients);
    Object.assign(this, { secret, events, duplicates, random, taken: 0, repeated: 0 });
  }
  async turn() {
    const event = this.events();
    await this.#untilTaken(event);
    this.taken += 1;
    if (this.duplicates === 0 || this.random.next() >= this.duplicates) return;
    await this.#untilTaken(event);
    this.repeated += 1;
  }
  async #untilTaken({ domain, topic, key, body }) {
    const headers = {
      'content-type': 'application/json', 'content-length': Buffer.byteLength(body), 'x-shopify-topic': topic,
      'x-shopify-shop-domain': domain, 'x-shopify-webhook-id': key,
      'x-shopify-hmac-sha256': createHmac('sha256', this.secret).update(body).digest('base64'),
    };
    while ((await this.ask('/api/webhooks/shopify', { method: 'POST', headers, body })) !== 200) await pause(20);
  }
}
