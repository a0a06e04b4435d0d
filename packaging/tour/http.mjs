// Plain HTTP to the hub and to the simulator's control endpoint, and TLS to the simulated platform under its true name.
import http from 'node:http';
import https from 'node:https';

function exchange(module, options, body) {
  return new Promise((resolve, reject) => {
    // A connection of its own: a kept one may be closed by the other side in the moment it is used again.
    const request = module.request({ timeout: 60000, agent: false, ...options }, (reply) => {
      const parts = [];
      reply.on('data', (part) => parts.push(part));
      reply.on('end', () => resolve({ status: reply.statusCode, headers: reply.headers, body: Buffer.concat(parts).toString() }));
      reply.on('error', reject);
    });
    request.on('timeout', () => request.destroy(new Error('no answer within 60 s')));
    request.on('error', reject);
    request.end(body);
  });
}

export function ask(url, { method = 'GET', headers = {}, body } = {}) {
  const { hostname, port, pathname, search } = new URL(url);
  return exchange(http, { hostname, port, path: pathname + search, method, headers }, body);
}

/** As a browser would reach https://shop.myshopify.com, which is played on a loopback port here. */
export function askPlatform(url, { port, ca, method = 'GET' }) {
  const { hostname, pathname, search } = new URL(url);
  return exchange(https, { host: '127.0.0.1', port, servername: hostname, ca, method, path: pathname + search, headers: { host: hostname } });
}

export async function json(url, { method = 'GET', headers = {}, send } = {}) {
  const body = send === undefined ? undefined : JSON.stringify(send);
  const reply = await ask(url, { method, body, headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }) } });
  if (reply.status >= 400) throw new Error(`${method} ${new URL(url).pathname}: ${reply.status} ${reply.body.slice(0, 300)}`);
  return reply.body ? JSON.parse(reply.body) : {};
}
