// Posts a delivery: keep-alive per shop, five seconds in all, and never beyond this machine. The
// public https address is mapped to a loopback one, as a reverse proxy in front of the app would.

import http from 'node:http';
import https from 'node:https';

const kTimeoutMs = 5000;
const loopback = new Set(['127.0.0.1', 'localhost', '[::1]']);

export class Sender {
  /** `routes` = [{from: 'https://souk.test', to: 'http://127.0.0.1:8080'}]. */
  constructor(routes) {
    this.routes = routes;
    this.agents = new Map();
  }

  target(uri) {
    const route = this.routes.find(
      (each) => uri === each.from || uri.startsWith(each.from.endsWith('/') ? each.from : `${each.from}/`),
    );
    const url = new URL(route ? route.to + uri.slice(route.from.length) : uri);
    return loopback.has(url.hostname) ? url : null;
  }

  agent(domain, secure) {
    const key = `${domain} ${secure}`;
    if (!this.agents.has(key))
      this.agents.set(key, new (secure ? https : http).Agent({ keepAlive: true, maxSockets: 16 }));
    return this.agents.get(key);
  }

  /** {status, error}: one of them is null. */
  post(domain, uri, text, headers) {
    const url = this.target(uri);
    if (!url) return Promise.resolve({ status: null, error: `no --deliver route for ${uri}` });
    const secure = url.protocol === 'https:';
    const body = Buffer.from(text, 'utf8');
    return new Promise((resolve) => {
      const done = (status, error) => {
        clearTimeout(timer);
        resolve({ status, error });
      };
      const request = (secure ? https : http).request(
        url,
        {
          method: 'POST',
          agent: this.agent(domain, secure),
          headers: {
            host: new URL(uri).host,
            'x-forwarded-proto': 'https',
            ...headers,
            'content-length': body.length,
          },
        },
        (response) => {
          response.resume();
          response.on('end', () => done(response.statusCode, null));
          response.on('error', (failure) => done(null, failure.code ?? failure.message));
        },
      );
      const timer = setTimeout(() => request.destroy(new Error('timeout after 5 s')), kTimeoutMs);
      request.on('error', (failure) => done(null, failure.code ?? failure.message));
      request.end(body);
    });
  }

  close() {
    for (const agent of this.agents.values()) agent.destroy();
  }
}
