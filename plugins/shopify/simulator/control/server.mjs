// The control endpoint: plain HTTP with JSON on loopback. README.md lists the calls.

import { callListener, Wrong } from '../server/calls.mjs';
import { parseScopes } from '../oauth/scopes.mjs';
import { kTruthKinds, truthLines } from './truth.mjs';
import { deliveryList, state } from './views.mjs';
import { runEdits } from './edits.mjs';
import { sendOne } from './send.mjs';

function shopOf(platform, domain) {
  const shop = platform.shops.get(domain);
  if (!shop) throw new Wrong(404, `unknown shop ${domain}`);
  return shop;
}

/** The shop a body names, if it names one. */
function shopIn(platform, { shop }) {
  return shop === undefined ? undefined : shopOf(platform, shop);
}

function setClock(platform, body) {
  const { advance_seconds: seconds, now, frozen } = body;
  const { clock } = shopIn(platform, body) ?? platform;
  if (frozen !== undefined) clock.freeze(Boolean(frozen));
  if (now !== undefined) {
    if (Number.isNaN(Date.parse(now))) throw new Wrong(400, 'now must be an RFC 3339 time');
    clock.set(Date.parse(now));
  }
  if (seconds !== undefined) {
    if (typeof seconds !== 'number') throw new Wrong(400, 'advance_seconds must be a number');
    clock.advance(seconds * 1000);
  }
  return { now: new Date(clock.nowMs()).toISOString() };
}

async function deliver(platform, body, how) {
  const shop = shopIn(platform, body);
  await platform.deliveries[how](shop);
  return { pending: platform.deliveries.pendingCount(shop) };
}

function rotate(platform, { secret, revoke_oldest: revoke }) {
  if (revoke) {
    platform.app.revokeOldest();
    return { secrets: platform.app.secrets.length };
  }
  return { secret: platform.rotateSecret(secret), secrets: platform.app.secrets.length };
}

function issueToken(platform, domain, { scopes, expiring = false }) {
  const shop = shopOf(platform, domain);
  const wanted = parseScopes(Array.isArray(scopes) ? scopes.join(',') : scopes);
  if (wanted.length === 0) throw new Wrong(400, 'scopes must name at least one scope');
  return platform.tokens.acquire(shop.domain, wanted, Boolean(expiring));
}

function newScopes(platform, domain, { scopes }) {
  const shop = shopOf(platform, domain);
  return { previous: platform.changeScopes(shop, scopes), current: scopes };
}

function uninstall(platform, domain) {
  platform.uninstall(shopOf(platform, domain));
  return { uninstalled: domain };
}

const routes = [
  ['GET', /^\/state$/, (platform) => state(platform)],
  ['GET', /^\/metrics$/, (platform) => platform.metrics.show()],
  ['GET', /^\/deliveries$/, (platform, _, __, query) => deliveryList(platform, query)],
  ['POST', /^\/deliveries\/(flush|idle)$/, (platform, [how], body) => deliver(platform, body, how)],
  ['POST', /^\/clock$/, (platform, _, body) => setClock(platform, body)],
  [
    'POST',
    /^\/faults$/,
    (platform, _, body) => {
      platform.faults.set(body);
      return { graphql: platform.faults.graphql, webhooks: platform.faults.webhooks };
    },
  ],
  ['POST', /^\/edits$/, (platform, _, body) => runEdits(platform, body)],
  ['POST', /^\/webhooks\/send$/, (platform, _, body) => sendOne(platform, shopOf(platform, body.shop), body)],
  ['POST', /^\/secrets\/rotate$/, (platform, _, body) => rotate(platform, body)],
  ['POST', /^\/shops\/([^/]+)\/uninstall$/, (platform, [domain]) => uninstall(platform, domain)],
  ['POST', /^\/shops\/([^/]+)\/tokens$/, (platform, [domain], body) => issueToken(platform, domain, body)],
  ['POST', /^\/shops\/([^/]+)\/scopes$/, (platform, [domain], body) => newScopes(platform, domain, body)],
];

function truth(platform, path) {
  const match = /^\/truth\/([^/]+)\/(\w+)$/.exec(path);
  if (!match) return null;
  const lines = truthLines(shopOf(platform, match[1]), match[2]);
  if (!lines) throw new Wrong(404, `unknown kind ${match[2]}: use ${kTruthKinds.join(', ')}`);
  return lines;
}

export function controlListener(platform) {
  return callListener(platform, routes, truth);
}
