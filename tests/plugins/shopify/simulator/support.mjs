// Starts simulators inside the test process and talks to them as the app would.

import http from 'node:http';
import https from 'node:https';
import { readFileSync } from 'node:fs';
import { readOptions } from '../../../../plugins/shopify/simulator/options.mjs';
import { start } from '../../../../plugins/shopify/simulator/server/start.mjs';

export const kShop = 'souk-demo-1.myshopify.com';
export const kCallback = 'https://souk.test/api/auth/shopify/callback';
export const kHook = 'https://souk.test/api/webhooks/shopify';
const kNow = '2026-11-20T12:00:00Z';
export const kAllScopes = [
  'read_products',
  'write_inventory',
  'read_locations',
  'read_orders',
  'read_all_orders',
  'read_customers',
];

/** A running simulator with a clock that stands still, and a client for it. */
export function startSimulator(...words) {
  return startLive('--now', kNow, '--frozen', ...words);
}

/** The same with a clock that runs. */
export async function startLive(...words) {
  const options = readOptions(['--stores', '1', '--products', '40', '--redirect-uri', kCallback, ...words]);
  return new Client(await start(options));
}

function send(module, settings, body) {
  return new Promise((resolve, reject) => {
    const request = module.request(settings, (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(parts).toString('utf8');
        resolve({
          status: response.statusCode,
          headers: response.headers,
          text,
          json: () => JSON.parse(text),
        });
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}

class Client {
  constructor({ platform, ready, close }) {
    Object.assign(this, { platform, ready, close });
    this.ca = readFileSync(ready.ca);
    this.tokens = new Map();
  }

  shop(domain = kShop) {
    return this.platform.shops.get(domain);
  }

  admin(method, path, { domain = kShop, headers = {}, body } = {}) {
    const settings = {
      host: '127.0.0.1',
      port: this.ready.https_port,
      servername: domain,
      ca: this.ca,
      method,
      path,
      headers: { host: domain, ...headers },
      agent: false,
    };
    return send(https, settings, body);
  }

  adminJson(path, body, options = {}) {
    return this.admin('POST', path, {
      ...options,
      headers: { 'content-type': 'application/json', ...options.headers },
      body: JSON.stringify(body),
    });
  }

  async control(method, path, body) {
    const url = new URL(path, this.ready.control);
    const answer = await send(
      http,
      { host: url.hostname, port: url.port, path: url.pathname + url.search, method, agent: false },
      body === undefined ? undefined : JSON.stringify(body),
    );
    return answer;
  }

  token(domain = kShop, scopes = kAllScopes) {
    const key = `${domain} ${scopes}`;
    if (!this.tokens.has(key))
      this.tokens.set(key, this.platform.tokens.issue(domain, scopes, false, null).access_token);
    return this.tokens.get(key);
  }

  async graphql(query, variables = {}, { domain = kShop, scopes = kAllScopes, version = '2026-10' } = {}) {
    const headers = { 'x-shopify-access-token': this.token(domain, scopes) };
    const answer = await this.adminJson(
      `/admin/api/${version}/graphql.json`,
      { query, variables },
      { domain, headers },
    );
    return answer.json();
  }

  /** Data of a query that must succeed. */
  async data(query, variables, options) {
    const answer = await this.graphql(query, variables, options);
    if (answer.errors) throw new Error(JSON.stringify(answer.errors));
    return answer.data;
  }

  async truth(kind, domain = kShop) {
    const answer = await this.control('GET', `/truth/${domain}/${kind}`);
    return answer.text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  }

  /** Every node of a list, page by page; `select` is what is asked of a node. */
  async all(list, select, args = '', { size = 250, ...options } = {}) {
    const nodes = [];
    let after = null;
    for (let pages = 0; pages < 1000; pages += 1) {
      this.platform.app.bucketOf(this.shop(options.domain)).level = 2000;
      const data = await this.data(
        `query($after: String) { ${list}(first: ${size}, after: $after${args}) { nodes { ${select} } pageInfo { hasNextPage endCursor } } }`,
        { after },
        options,
      );
      nodes.push(...data[list].nodes);
      if (!data[list].pageInfo.hasNextPage) return nodes;
      after = data[list].pageInfo.endCursor;
    }
    throw new Error(`${list} does not end`);
  }

  async subscribe(...topics) {
    for (const topic of topics) {
      const { webhookSubscriptionCreate: made } = await this.data(
        `mutation($topic: WebhookSubscriptionTopic!, $uri: String!) { webhookSubscriptionCreate(topic: $topic, webhookSubscription: {uri: $uri}) { userErrors { message } } }`,
        { topic, uri: kHook },
      );
      if (made.userErrors.length > 0) throw new Error(made.userErrors[0].message);
    }
  }
}

/** A loopback receiver; `answer(delivery)` gives the status, or null to never answer. */
async function startReceiver(answer = () => 200) {
  const received = [];
  const server = http.createServer((request, response) => {
    const parts = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', () => {
      const raw = Buffer.concat(parts);
      const delivery = {
        headers: request.headers,
        raw,
        body: JSON.parse(raw.toString('utf8')),
        url: request.url,
        topic: request.headers['x-shopify-topic'],
      };
      received.push(delivery);
      const status = answer(delivery, received.length);
      if (status === null) return;
      response.writeHead(status);
      response.end();
    });
  });
  await new Promise((ready) => {
    server.listen(0, '127.0.0.1', ready);
  });
  const close = () =>
    new Promise((done) => {
      server.close(done);
      server.closeAllConnections?.();
    });
  return { received, close, url: `http://127.0.0.1:${server.address().port}` };
}

/** A simulator and a receiver wired together, with a clock that stands still. */
export function startPair(answer, ...words) {
  return startLivePair(answer, '--now', kNow, '--frozen', ...words);
}

export async function startLivePair(answer, ...words) {
  const receiver = await startReceiver(answer);
  const client = await startLive(
    '--deliver',
    `https://souk.test=${receiver.url}`,
    '--compliance-uri',
    kHook,
    ...words,
  );
  const close = async () => {
    await client.close();
    await receiver.close();
  };
  return { client, receiver, close };
}
