// Shopify's library runs the OAuth dance with the simulator, and refuses each forged callback.

import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { kShop, startLive } from '../support.mjs';
import { FakeResponse, makeLibrary } from './library.mjs';

const kPath = '/api/auth/shopify/callback';
let client;
let library;
before(async () => {
  client = await startLive();
  library = makeLibrary(client);
});
after(() => client.close());

/** Starts the dance: {cookie, url}, the url still at the shop. */
async function begin() {
  const rawResponse = new FakeResponse();
  await library.auth.begin({
    shop: kShop,
    callbackPath: kPath,
    isOnline: false,
    rawRequest: { headers: {}, method: 'GET', url: '/' },
    rawResponse,
  });
  const cookie = [rawResponse.headers['set-cookie']]
    .flat()
    .map((each) => each.split(';')[0])
    .join('; ');
  return { cookie, url: new URL(rawResponse.headers.location) };
}

/** The merchant approves: the callback's path and query as the simulator signed it. */
async function approve(url) {
  const answer = await client.admin('GET', `${url.pathname}${url.search}&approve=1`);
  assert.equal(answer.status, 302, answer.text);
  return new URL(answer.headers.location);
}

function finish({ pathname, search }, cookie, settings = {}) {
  return (settings.library ?? library).auth.callback({
    expiring: settings.expiring ?? true,
    rawRequest: { headers: cookie ? { cookie } : {}, method: 'GET', url: pathname + search },
    rawResponse: new FakeResponse(),
  });
}

test('theLibraryAcceptsTheCallbackAndGetsATokenThatWorks', async () => {
  const { cookie, url } = await begin();
  const { session } = await finish(await approve(url), cookie);
  assert.equal(session.shop, kShop);
  assert.match(session.accessToken, /^shpat_/);
  assert.match(session.refreshToken, /^shprt_/);
  assert.equal(session.scope, 'read_products,read_orders');
  const graphql = new library.clients.Graphql({ session });
  const { data } = await graphql.request('{ shop { myshopifyDomain } }');
  assert.equal(data.shop.myshopifyDomain, kShop);
});

test('theLibraryAcceptsAStateWithSpacesAndSigns', async () => {
  const { url } = await begin();
  url.searchParams.set('state', "a b+c%~*'(é)");
  const location = await approve(url);
  assert.ok(await library.utils.validateHmac(Object.fromEntries(location.searchParams)));
});

test('theLibraryRefreshesOnceAndIsRefusedAStaleToken', async () => {
  const { cookie, url } = await begin();
  const { session } = await finish(await approve(url), cookie);
  const { session: second } = await library.auth.refreshToken({
    shop: kShop,
    refreshToken: session.refreshToken,
  });
  assert.notEqual(second.refreshToken, session.refreshToken);
  await library.auth.refreshToken({ shop: kShop, refreshToken: second.refreshToken });
  await assert.rejects(library.auth.refreshToken({ shop: kShop, refreshToken: session.refreshToken }));
});

test('aCodeUsedTwiceIsRefused', async () => {
  const { cookie, url } = await begin();
  const location = await approve(url);
  await finish(location, cookie);
  await assert.rejects(finish(location, cookie), /400|Bad Request|access_token/i);
});

const forgeries = {
  aMissingHmac: (query) => query.delete('hmac'),
  aWrongHmac: (query) =>
    query.set(
      'hmac',
      query.get('hmac').replace(/^./, (sign) => (sign === '0' ? '1' : '0')),
    ),
  aShortHmac: (query) => query.set('hmac', query.get('hmac').slice(0, 10)),
  anotherCode: (query) => query.set('code', '0'.repeat(32)),
  anotherShop: (query) => query.set('shop', 'souk-demo-2.myshopify.com'),
  aShopElsewhere: (query) => query.set('shop', 'evil.example.com'),
  anotherHost: (query) => query.set('host', 'ZXZpbA'),
  anotherState: (query) => query.set('state', '1'.repeat(64)),
  anotherTimestamp: (query) => query.set('timestamp', String(Number(query.get('timestamp')) + 1)),
  aTimestampThatIsNoNumber: (query) => query.set('timestamp', 'now'),
  anAddedParameter: (query) => query.set('extra', '1'),
  aMissingParameter: (query) => query.delete('host'),
};
for (const [name, forge] of Object.entries(forgeries)) {
  test(`theLibraryRefuses_${name}`, async () => {
    const { cookie, url } = await begin();
    const location = await approve(url);
    forge(location.searchParams);
    await assert.rejects(finish(location, cookie), (error) =>
      /Invalid|HMAC|timestamp/i.test(`${error.name} ${error.message}`),
    );
  });
}

test('theLibraryRefusesACallbackOfAnotherBrowser', async () => {
  const { url } = await begin();
  const location = await approve(url);
  await assert.rejects(finish(location, null), /cookie/i);
  const { cookie: foreign } = await begin();
  await assert.rejects(finish(location, foreign), /Invalid OAuth callback/);
});

test('theLibraryRefusesASignatureWithAnotherSecret', async () => {
  const { cookie, url } = await begin();
  const location = await approve(url);
  const other = makeLibrary(client, 'shpss_another');
  await assert.rejects(finish(location, cookie, { library: other }));
  assert.equal(await other.utils.validateHmac(Object.fromEntries(location.searchParams)), false);
});

for (const seconds of [-200, 400]) {
  test(`theLibraryRefusesATimestamp${seconds < 0 ? 'FromLongAgo' : 'FromTheFuture'}`, async () => {
    const { cookie, url } = await begin();
    await client.control('POST', '/clock', { advance_seconds: seconds });
    const location = await approve(url);
    await client.control('POST', '/clock', { advance_seconds: -seconds });
    await assert.rejects(finish(location, cookie), /timestamp/i);
  });
}
