import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { queryHmac } from '../../../../plugins/shopify/simulator/oauth/signing.mjs';
import { compress, expand } from '../../../../plugins/shopify/simulator/oauth/scopes.mjs';
import { kCallback, kShop, startSimulator } from './support.mjs';

let client;
before(async () => {
  client = await startSimulator();
});
after(() => client.close());

const kScopes = 'read_products,write_products,read_orders';

function authorizePath(changes = {}) {
  const query = new URLSearchParams({
    client_id: 'souk-simulator',
    scope: kScopes,
    redirect_uri: kCallback,
    state: 'a b+c',
    ...changes,
  });
  return `/admin/oauth/authorize?${query}`;
}

async function code(changes = {}) {
  const answer = await client.admin('GET', authorizePath({ approve: '1', ...changes }));
  return new URL(answer.headers.location).searchParams.get('code');
}

function tokens(fields, domain = kShop) {
  return client.adminJson(
    '/admin/oauth/access_token',
    { client_id: 'souk-simulator', client_secret: client.platform.app.signingSecret(), ...fields },
    { domain },
  );
}

async function works(token, domain = kShop) {
  const answer = await client.admin('GET', '/admin/oauth/access_scopes.json', {
    domain,
    headers: { 'x-shopify-access-token': token },
  });
  return answer.status === 200;
}

const advance = (seconds) => client.control('POST', '/clock', { advance_seconds: seconds });

test('theConsentPageIsShownUntilApproved', async () => {
  const page = await client.admin('GET', authorizePath());
  assert.equal(page.status, 200);
  assert.match(page.text, /read_orders/);
  assert.match(page.text, /method="post"/);
  const approved = await client.admin('POST', authorizePath(), {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'approve=1',
  });
  assert.equal(approved.status, 302);
});

test('theCallbackIsSignedAndKeepsTheState', async () => {
  const answer = await client.admin('GET', authorizePath({ approve: '1' }));
  const location = new URL(answer.headers.location);
  assert.equal(location.origin + location.pathname, kCallback);
  assert.match(location.search, /state=a%20b%2Bc/);
  const { hmac, ...rest } = Object.fromEntries(location.searchParams);
  assert.deepEqual(Object.keys(rest).sort(), ['code', 'host', 'shop', 'state', 'timestamp']);
  assert.equal(rest.shop, kShop);
  assert.equal(Buffer.from(rest.host, 'base64').toString(), 'admin.shopify.com/store/souk-demo-1');
  assert.equal(hmac, queryHmac(rest, client.platform.app.signingSecret()));
});

test('thePublishedSignatureVectorHolds', () => {
  const vector = {
    code: '0907a61c0c8d55e99db179b68161bc00',
    shop: 'some-shop.myshopify.com',
    state: '0.6784241404160823',
    timestamp: '1337178173',
  };
  assert.equal(queryHmac(vector, 'hush'), '700e2dadb827fcc8609e9d5ce208b2e9cdaab9df07390d2cbca10d7c328fc4bf');
});

const refusals = {
  aForeignClientId: { client_id: 'other' },
  anUnregisteredRedirect: { redirect_uri: `${kCallback}/` },
  aRedirectElsewhere: { redirect_uri: 'https://evil.test/' },
  anUnknownScope: { scope: 'read everything;' },
  onlineTokens: { 'grant_options[]': 'per-user' },
};
for (const [name, changes] of Object.entries(refusals)) {
  test(`authorizeRefuses_${name}`, async () => {
    const answer = await client.admin('GET', authorizePath({ approve: '1', ...changes }));
    assert.equal(answer.status, 400);
    assert.match(answer.text, /Oauth error/);
  });
}

test('aCodeBuysOneTokenOnce', async () => {
  const used = await code();
  const first = await tokens({ code: used });
  assert.equal(first.status, 200);
  assert.deepEqual(Object.keys(first.json()).sort(), ['access_token', 'scope']);
  assert.equal(first.json().scope, 'write_products,read_orders');
  assert.ok(await works(first.json().access_token));
  assert.equal((await tokens({ code: used })).status, 400);
});

test('aCodeExpiresAfterTenMinutesAndBelongsToItsShop', async () => {
  const late = await code();
  await advance(601);
  assert.equal((await tokens({ code: late })).status, 400);
  assert.equal((await tokens({ code: 'none' })).status, 400);
});

test('theTokenEndpointRefusesAWrongClient', async () => {
  const secret = await tokens({ code: await code(), client_secret: 'wrong' });
  assert.deepEqual([secret.status, secret.json().error], [401, 'invalid_client']);
  assert.equal((await tokens({ code: await code(), client_id: 'other' })).status, 400);
  assert.equal((await tokens({})).status, 400);
  assert.equal((await tokens({ grant_type: 'password' })).json().error, 'unsupported_grant_type');
  const broken = await client.admin('POST', '/admin/oauth/access_token', {
    headers: { 'content-type': 'application/json' },
    body: '{',
  });
  assert.equal(broken.status, 400);
});

test('aFormBodyIsAcceptedToo', async () => {
  const body = new URLSearchParams({
    client_id: 'souk-simulator',
    client_secret: client.platform.app.signingSecret(),
    code: await code(),
    expiring: '1',
  }).toString();
  const answer = await client.admin('POST', '/admin/oauth/access_token', {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body,
  });
  assert.equal(answer.status, 200);
  assert.equal(answer.json().expires_in, 3600);
});

async function expiring() {
  return (await tokens({ code: await code(), expiring: '1' })).json();
}

const refresh = (token, domain) => tokens({ grant_type: 'refresh_token', refresh_token: token }, domain);

test('expiringTokensExpireAndAreRefreshed', async () => {
  const first = await expiring();
  assert.equal(first.refresh_token_expires_in, 7776000);
  const second = (await refresh(first.refresh_token)).json();
  assert.notEqual(second.access_token, first.access_token);
  assert.notEqual(second.refresh_token, first.refresh_token);
  assert.ok(await works(first.access_token), 'the old access token lives to its own end');
  await advance(3601);
  assert.equal(await works(first.access_token), false);
  assert.equal(await works(second.access_token), false);
});

test('aRefreshTokenStaysUsableUntilItsSuccessorIsUsed', async () => {
  const first = await expiring();
  const lost = (await refresh(first.refresh_token)).json();
  const again = await refresh(first.refresh_token);
  assert.equal(again.status, 200, 'a lost answer can be asked for again');
  assert.equal((await refresh(again.json().refresh_token)).status, 200);
  assert.equal((await refresh(first.refresh_token)).status, 401);
  assert.ok(lost.refresh_token);
});

test('graceEndsThirtyDaysAfterFirstUse', async () => {
  const first = await expiring();
  await refresh(first.refresh_token);
  await advance(30 * 86400 + 1);
  assert.equal((await refresh(first.refresh_token)).status, 401);
});

test('acquiringANewTokenEndsTheOldRefreshToken', async () => {
  const first = await expiring();
  await expiring();
  assert.deepEqual((await refresh(first.refresh_token)).json().error, 'invalid_grant');
});

test('aRefreshTokenEndsAfterNinetyDaysAndInOtherShops', async () => {
  const first = await expiring();
  await advance(90 * 86400 + 1);
  assert.equal((await refresh(first.refresh_token)).status, 401);
  assert.equal((await refresh('shprt_none')).status, 401);
  assert.equal((await tokens({ grant_type: 'refresh_token' })).status, 400);
});

test('grantingLessThanAskedIsPossible', async () => {
  const granted = (await tokens({ code: await code({ grant: 'read_products' }) })).json();
  assert.equal(granted.scope, 'read_products');
});

test('revokingThroughTheApiUninstalls', async () => {
  const { access_token: token } = (await tokens({ code: await code() })).json();
  const headers = { 'x-shopify-access-token': token };
  assert.equal(
    (await client.admin('DELETE', '/admin/api_permissions/current.json', { headers })).status,
    200,
  );
  assert.equal(await works(token), false);
  assert.equal(
    (await client.admin('DELETE', '/admin/api_permissions/current.json', { headers })).status,
    401,
  );
});

test('bothSecretsAreAcceptedWhileTheyRotateAndTheOldestSigns', async () => {
  const old = client.platform.app.signingSecret();
  const { secret } = (await client.control('POST', '/secrets/rotate', {})).json();
  assert.notEqual(secret, old);
  assert.equal(client.platform.app.signingSecret(), old);
  assert.equal((await tokens({ code: await code(), client_secret: secret })).status, 200);
  await client.control('POST', '/secrets/rotate', { revoke_oldest: true });
  assert.equal(client.platform.app.signingSecret(), secret);
  assert.equal((await tokens({ code: await code(), client_secret: old })).status, 401);
  assert.equal((await client.control('POST', '/secrets/rotate', { revoke_oldest: true })).status, 400);
});

test('scopesExpandAndCompress', () => {
  assert.deepEqual([...expand(['write_a', 'read_b'])].sort(), ['read_a', 'read_b', 'write_a']);
  assert.deepEqual(compress(['read_a', 'write_a', 'read_b']), ['write_a', 'read_b']);
});
