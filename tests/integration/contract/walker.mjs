// Calls operations of the document and holds what is sent and what comes back against it.
import http from 'node:http';
import net from 'node:net';
import { ask } from '../../../packaging/tour/http.mjs';

const text = (value) => (typeof value === 'string' ? value : JSON.stringify(value));

/** "/api/v1/stores/{id}" with its values, and the query behind it. */
function targetOf(operation, { params = {}, query = {} }) {
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(params[name]));
  const search = typeof query === 'string' ? query : new URLSearchParams(query).toString();
  return search ? `${path}?${search}` : path;
}

export class Walker {
  constructor(document, url) {
    this.document = document;
    this.url = new URL(url);
    this.met = new Map(document.operations.map(({ id }) => [id, new Set()]));
    this.requests = 0;
    this.failures = [];
  }

  fail(sentence) {
    this.failures.push(sentence);
  }

  /**
   * One request, which must be answered with the status `expect`, as described. `request` may hold params, query (an
   * object, or the raw text), headers, json or body (with its type), and token.
   */
  async call(id, request, expect, why = '') {
    const operation = this.document.named(id);
    const answer = await this.exchange(operation.method, operation, request);
    this.judge(operation, answer, expect, why);
    if (answer.status < 400) this.judgeRequest(operation, request, why);
    if (operation.method === 'GET' && answer.status < 400) await this.callHead(operation, request, answer, why);
    return answer;
  }

  async callHead(operation, request, whole, why) {
    if (!this.repeatable(operation)) return;
    const answer = await this.exchange('HEAD', operation, request);
    const told = `${operation.id} by HEAD ${why}`;
    if (answer.status !== whole.status) this.fail(`${told}: ${answer.status} instead of ${whole.status}`);
    if (answer.body !== '') this.fail(`${told}: a body`);
    for (const fault of this.document.faults(operation, answer, { bodiless: true })) this.fail(`${told}: ${fault}`);
  }

  /** Tickets are used up by the first call; a stream is another matter. */
  repeatable(operation) {
    return !['startConnect', 'finishConnect', 'streamEvents'].includes(operation.id);
  }

  exchange(method, operation, request) {
    this.requests += 1;
    const headers = { ...request.headers };
    if (request.token) headers.authorization = `Bearer ${request.token}`;
    const body = request.json === undefined ? request.body : text(request.json);
    if (request.json !== undefined) headers['content-type'] ??= 'application/json';
    if (body !== undefined) headers['content-length'] ??= Buffer.byteLength(body);
    else if (method === 'POST') headers['content-length'] = 0;
    const target = targetOf(operation, request);
    if (operation.id === 'streamEvents' && method === 'GET') return this.beginning(target, headers, body);
    return ask(`${this.url.origin}${target}`, { method, headers, body });
  }

  /** The head and the first bytes of a stream. */
  beginning(path, headers, body) {
    return new Promise((resolve, reject) => {
      const request = http.request({ hostname: this.url.hostname, port: this.url.port, path, headers, timeout: 60000 }, (reply) => {
        const answer = { status: reply.statusCode, headers: reply.headers, body: '' };
        const done = () => {
          resolve(answer);
          request.destroy();
        };
        reply.on('data', (bytes) => {
          answer.body += bytes;
          if (answer.status === 200) done();
        });
        reply.on('end', done);
        reply.on('error', () => {});
      });
      request.on('timeout', () => request.destroy(new Error(`no answer from ${path}`)));
      request.on('error', reject);
      request.end(body);
    });
  }

  /** Exactly these lines as a head, with no body; for what no HTTP client would send. */
  raw(id, request, lines, expect, why) {
    const operation = this.document.named(id);
    const target = targetOf(operation, request);
    this.requests += 1;
    return new Promise((resolve, reject) => {
      let got = '';
      const socket = net.connect(Number(this.url.port), this.url.hostname, () => socket.write(`${lines(operation.method, target).join('\r\n')}\r\n\r\n`));
      socket.setTimeout(60000, () => socket.destroy(new Error(`no answer: ${id} ${why}`)));
      socket.on('data', (bytes) => (got += bytes));
      socket.on('error', reject);
      socket.on('close', () => {
        const [head, ...rest] = got.split('\r\n\r\n');
        const [first, ...fields] = head.split('\r\n');
        const headers = Object.fromEntries(fields.map((field) => [field.slice(0, field.indexOf(':')).toLowerCase(), field.slice(field.indexOf(':') + 2)]));
        this.judge(operation, { status: Number(first.split(' ')[1]), headers, body: rest.join('\r\n\r\n') }, expect, why);
        resolve();
      });
    });
  }

  judge(operation, answer, expect, why) {
    this.met.get(operation.id).add(String(answer.status));
    const told = `${operation.id} ${why}`;
    if (answer.status !== expect) this.fail(`${told}: ${answer.status} instead of ${expect}: ${answer.body.slice(0, 300)}`);
    for (const fault of this.document.faults(operation, answer)) this.fail(`${told} (${answer.status}): ${fault}`);
    const isProblem = (answer.headers['content-type'] ?? '').startsWith('application/problem+json');
    if (answer.status === 405 && !answer.headers.allow) this.fail(`${told}: a 405 without Allow`);
    if (answer.status === 503 && isProblem && !answer.headers['retry-after']) this.fail(`${told}: a 503 without Retry-After`);
    if (isProblem && JSON.parse(answer.body).status !== answer.status) this.fail(`${told}: the problem says another status`);
  }

  /** What is done must be described: a good request fits its own schemas. */
  judgeRequest(operation, request, why) {
    const told = `${operation.id} ${why}: the request`;
    for (const [where, values] of [['path', request.params], ['query', request.query]]) {
      if (typeof values === 'string') continue;
      for (const [name, value] of Object.entries(values ?? {})) {
        const known = operation.parameters.find((one) => one.in === where && one.name === name);
        if (!known) this.fail(`${told} has ${name} in ${where}, which is not described`);
        else {
          const typed = ['integer', 'boolean'].includes(known.schema.type) ? JSON.parse(value) : String(value);
          for (const fault of this.document.faultsOf(known.schema, typed)) this.fail(`${told}'s ${name}: ${fault}`);
        }
      }
    }
    if (request.json === undefined) return;
    const media = operation.body?.content['application/json'];
    if (!media) this.fail(`${told} has a body, which is not described`);
    else for (const fault of this.document.faultsOf(media.schema, request.json)) this.fail(`${told}'s body: ${fault}`);
  }

  /** Described and never met. */
  unmet() {
    return this.document.operations.flatMap((operation) =>
      this.document.statuses(operation).filter((status) => !this.met.get(operation.id).has(status)).map((status) => `${operation.id} ${status}`),
    );
  }
}
