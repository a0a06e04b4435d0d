// The shops' side: what answers at https://{shop}.myshopify.com.

import { randomUUID } from 'node:crypto';
import { authorize } from '../oauth/authorize.mjs';
import { expand } from '../oauth/scopes.mjs';
import { tokenEndpoint } from '../oauth/token_endpoint.mjs';
import { graphqlEndpoint } from '../graphql/endpoint.mjs';
import { supportedVersions } from '../graphql/schema.mjs';
import { bodyFields, readBody, reply } from './http.mjs';
import { countEndpoint } from './counts.mjs';

const versions = supportedVersions();
const kBadToken = '[API] Invalid API key or access token (unrecognized login or wrong password)';

function errorText(status, text) {
  return { status, body: JSON.stringify({ errors: text }) };
}

/** The version that answers: the one asked for, the oldest for older ones, none for a future one. */
function servedVersion(asked) {
  if (versions.includes(asked)) return asked;
  return /^\d{4}-\d{2}$/.test(asked) && asked < versions[0] ? versions[0] : null;
}

function grantOf(platform, shop, request) {
  return platform.tokens.check(shop.domain, request.headers['x-shopify-access-token'] ?? '');
}

const plainFaults = {
  http402: [402, 'Unavailable Shop'],
  http423: [423, 'Locked'],
  http429: [
    429,
    'Exceeded 2 calls per second for api client. Reduce request rates to resume uninterrupted service.',
  ],
  http500: [500, 'Internal Server Error'],
};

function breakOn(kind, request, response) {
  const plain = plainFaults[kind];
  if (plain)
    return reply(response, {
      ...errorText(...plain),
      headers: plain[0] === 429 ? { 'retry-after': '2.0' } : {},
    });
  if (kind === 'http503')
    return reply(response, { ...errorText(503, 'Service Unavailable'), headers: { 'retry-after': '1.0' } });
  if (kind === 'html')
    return reply(response, {
      status: 502,
      headers: { 'content-type': 'text/html' },
      body: '<html><body>Bad gateway</body></html>',
    });
  if (kind === 'malformed')
    return reply(response, { status: 200, body: '{"data":{"products":{"nodes":[{"id":"gid:' });
  if (kind === 'reset') return request.socket.destroy();
  return undefined; // timeout: the connection stays open and nothing comes
}

async function api(platform, shop, request, response, path) {
  const [, asked, rest] = /^\/admin\/api\/([^/]+)\/(.+)$/.exec(path);
  const version = servedVersion(asked);
  if (!version) return reply(response, errorText(404, 'Not Found'));
  const headers = { 'x-shopify-api-version': version, 'x-request-id': randomUUID(), 'x-shopid': shop.id };
  const grant = grantOf(platform, shop, request);
  if (!grant) return reply(response, { ...errorText(401, kBadToken), headers });
  if (rest === 'graphql.json' && request.method === 'POST') {
    const fields = bodyFields('application/json', await readBody(request));
    const fault = platform.faults.nextGraphql(platform.requestRandom);
    if (fault && !['throttle', 'lost', 'refuse'].includes(fault)) return breakOn(fault, request, response);
    if (!fields) return reply(response, { ...errorText(400, 'Bad Request'), headers });
    const answer = graphqlEndpoint(platform, shop, grant, version, fields, fault);
    if (fault === 'lost') return request.socket.destroy();
    return reply(response, { ...answer, headers });
  }
  const count = countEndpoint(
    shop,
    expand(grant.scopes),
    request.method,
    rest,
    new URL(request.url, 'https://x').searchParams,
  );
  return reply(response, { ...(count ?? errorText(404, 'Not Found')), headers });
}

async function oauth(platform, shop, request, response, url) {
  const { pathname: path, searchParams } = url;
  if (path === '/admin/oauth/authorize' && ['GET', 'POST'].includes(request.method)) {
    const form = new URLSearchParams(request.method === 'POST' ? await readBody(request) : '');
    return reply(response, authorize(platform, shop, request.method, searchParams, form));
  }
  if (path === '/admin/oauth/access_token' && request.method === 'POST') {
    const fields = bodyFields(request.headers['content-type'], await readBody(request));
    return reply(response, fields ? tokenEndpoint(platform, shop, fields) : errorText(400, 'Bad Request'));
  }
  const grant = grantOf(platform, shop, request);
  if (path === '/admin/oauth/access_scopes.json' && request.method === 'GET') {
    if (!grant) return reply(response, errorText(401, kBadToken));
    return reply(response, {
      status: 200,
      body: JSON.stringify({ access_scopes: grant.scopes.map((handle) => ({ handle })) }),
    });
  }
  if (path === '/admin/api_permissions/current.json' && request.method === 'DELETE') {
    if (!grant) return reply(response, errorText(401, kBadToken));
    platform.uninstall(shop);
    return reply(response, { status: 200, body: '' });
  }
  return reply(response, errorText(404, 'Not Found'));
}

/** The request listener of the TLS server. */
export function adminListener(platform) {
  return async (request, response) => {
    const url = new URL(request.url, 'https://shop');
    const domain = (request.headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
    const shop = platform.shops.get(domain);
    response.on('finish', () => platform.metrics.answered(url.pathname, response.statusCode));
    try {
      if (!shop) reply(response, errorText(404, 'Not Found'));
      else if (/^\/admin\/api\/[^/]+\/.+$/.test(url.pathname))
        await api(platform, shop, request, response, url.pathname);
      else await oauth(platform, shop, request, response, url);
    } catch (error) {
      process.stderr.write(`${error.stack}\n`);
      if (!response.headersSent) reply(response, errorText(500, 'Internal Server Error'));
    }
  };
}
