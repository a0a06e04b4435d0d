// Shopify's own library, set up as the app: the client id, secret and callback the simulator
// knows, and a fetch that finds the simulator on loopback.

import https from 'node:https';
import { createRequire } from 'node:module';

const require = createRequire(
  new URL('../../../../../plugins/shopify/simulator/package.json', import.meta.url),
);

function loopbackFetch(client) {
  return async (url, init = {}) => {
    const request = new Request(url, init);
    const target = new URL(request.url);
    const body = Buffer.from(await request.arrayBuffer());
    const settings = {
      host: '127.0.0.1',
      port: client.ready.https_port,
      servername: target.hostname,
      ca: client.ca,
      method: request.method,
      path: target.pathname + target.search,
      headers: {
        ...Object.fromEntries(request.headers),
        host: target.hostname,
        'content-length': body.length,
      },
      agent: false,
    };
    return new Promise((resolve, reject) => {
      const sent = https.request(settings, (response) => {
        const parts = [];
        response.on('data', (part) => parts.push(part));
        response.on('end', () =>
          resolve(
            new Response(Buffer.concat(parts), { status: response.statusCode, headers: response.headers }),
          ),
        );
      });
      sent.on('error', reject);
      sent.end(body);
    });
  };
}

/** The library's api object; `secret` defaults to the one the simulator signs with. */
export function makeLibrary(client, secret = client.platform.app.signingSecret()) {
  require('@shopify/shopify-api/adapters/node');
  const { shopifyApi, ApiVersion, LogSeverity } = require('@shopify/shopify-api');
  const { setAbstractFetchFunc } = require('@shopify/shopify-api/runtime');
  setAbstractFetchFunc(loopbackFetch(client));
  return shopifyApi({
    apiKey: 'souk-simulator',
    apiSecretKey: secret,
    apiVersion: ApiVersion.October26,
    hostName: 'souk.test',
    hostScheme: 'https',
    scopes: ['read_products', 'read_orders'],
    isEmbeddedApp: false,
    logger: { level: LogSeverity.Error, log: () => {} },
  });
}

/** What an adapter needs of a Node response. */
export class FakeResponse {
  constructor() {
    this.headers = {};
  }

  getHeaders() {
    return this.headers;
  }

  setHeader(name, value) {
    this.headers[name.toLowerCase()] = value;
  }

  write() {}

  end() {}
}
