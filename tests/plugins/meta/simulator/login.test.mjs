import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, test } from 'node:test';
import { meta } from './support.mjs';

const redirect = 'https://souk.test/api/auth/facebook/callback';
let hub;
before(async () => {
  hub = await meta({ pages: ['A page'] });
});
after(() => hub.close());

async function code(scope = 'pages_show_list,catalog_management,business_management', more = '') {
  const query = new URLSearchParams({ client_id: 'app', redirect_uri: redirect, state: 's', scope, response_type: 'code' });
  const { status, headers } = await hub.ask('GET', `/v25.0/dialog/oauth?${query}${more}`, { host: 'www.facebook.com' });
  assert.equal(status, 302);
  return new URL(headers.location).searchParams;
}
const exchange = (more) => hub.ask('GET', `/v25.0/oauth/access_token?${new URLSearchParams({ client_id: 'app', client_secret: 'appsecret', ...more })}`);

test('a code works once', async () => {
  const given = (await code()).get('code');
  const first = await exchange({ code: given, redirect_uri: redirect });
  assert.equal(first.body.token_type, 'bearer');
  const again = await exchange({ code: given, redirect_uri: redirect });
  assert.equal(again.body.error.error_subcode, 36009);
  assert.match(again.headers['www-authenticate'], /invalid_code/);
});

test('a refusal comes back with its reason', async () => {
  assert.equal((await code(undefined, '&approve=0')).get('error'), 'access_denied');
});

test('single permissions may be declined', async () => {
  hub.world.login.declined = ['catalog_management'];
  const given = await exchange({ code: (await code()).get('code'), redirect_uri: redirect });
  hub.world.login.declined = [];
  const { body } = await hub.ask('GET', '/v25.0/me/permissions', { token: given.body.access_token });
  assert.ok(!body.data.some(({ permission, status }) => permission === 'catalog_management' && status === 'granted'));
});

test('a long-lived token lives sixty days and dies with 190/463', async () => {
  const brief = (await exchange({ code: (await code()).get('code'), redirect_uri: redirect })).body.access_token;
  const long = (await exchange({ grant_type: 'fb_exchange_token', fb_exchange_token: brief })).body;
  assert.equal(long.expires_in, 60 * 24 * 3600);
  hub.world.clock.advance(61 * 24 * 3600 * 1000);
  const { status, body } = await hub.ask('GET', '/v25.0/me/accounts', { token: long.access_token });
  assert.deepEqual([status, body.error.code, body.error.error_subcode], [401, 190, 463]);
});

test('the proof is checked, its time too, and its absence when it is required', async () => {
  const token = hub.token();
  const ask = (more) => hub.ask('GET', `/v25.0/me/accounts?${new URLSearchParams(more)}`, { token });
  const proof = (message) => createHmac('sha256', 'appsecret').update(message).digest('hex');
  const now = hub.world.clock.seconds();
  assert.equal((await ask({ appsecret_proof: proof(token) })).status, 200);
  assert.equal((await ask({ appsecret_proof: proof(`${token}|${now}`), appsecret_time: now })).status, 200);
  assert.match((await ask({ appsecret_proof: proof('x') })).body.error.message, /Invalid appsecret_proof/);
  const old = now - 400;
  assert.match((await ask({ appsecret_proof: proof(`${token}|${old}`), appsecret_time: old })).body.error.message, /too old/);
  hub.world.graph.tokens.requireProof = true;
  assert.match((await ask({})).body.error.message, /require an appsecret_proof/);
  hub.world.graph.tokens.requireProof = false;
});

test('a signup code lives thirty seconds', async () => {
  const given = hub.world.login.signupCode(['whatsapp_business_management']);
  hub.world.clock.advance(31000);
  assert.equal((await exchange({ code: given })).body.error.code, 100);
});

test('a page speaks with its own token only', async () => {
  const user = hub.token();
  const { body } = await hub.ask('GET', '/v25.0/990001?fields=id,name,access_token', { token: user });
  assert.equal((await hub.ask('POST', '/v25.0/990001/subscribed_apps', { token: user, body: {} })).body.error.code, 210);
  assert.deepEqual((await hub.ask('POST', '/v25.0/990001/subscribed_apps', { token: body.access_token, body: {} })).body, { success: true });
});

test('the order edges are gone', async () => {
  assert.equal((await hub.ask('GET', '/v25.0/990001/commerce_orders', { token: hub.token() })).status, 400);
});

test('a token names its person', async () => {
  const { token } = hub.world.graph.tokens.issue({ kind: 'user', scopes: [], user: '218471' });
  assert.deepEqual((await hub.ask('GET', '/v25.0/me?fields=id', { token })).body, { id: '218471' });
});

test('permissions are asked for, edge by edge', async () => {
  const page = (await hub.ask('GET', '/v25.0/990001?fields=access_token', { token: hub.token(['pages_show_list']) })).body.access_token;
  assert.equal((await hub.ask('POST', '/v25.0/990001/subscribed_apps', { token: page, body: {} })).body.error.code, 200);
  assert.equal((await hub.ask('GET', '/v25.0/me/businesses', { token: hub.token([]) })).body.error.code, 200);
  assert.equal((await hub.ask('GET', '/v25.0/me/accounts', {})).body.error.code, 190);
});

test('tokens die early, each death with its subcode', async () => {
  for (const subcode of [458, 460]) {
    const token = hub.token();
    hub.world.graph.tokens.revoke(subcode, (each) => each.token === token);
    const { status, body } = await hub.ask('GET', '/v25.0/me/accounts', { token });
    assert.deepEqual([status, body.error.code, body.error.error_subcode], [401, 190, subcode]);
  }
});

test('planned failures come as often as planned', async () => {
  const token = hub.token();
  hub.world.faults.set({ edges: [{ method: 'GET', path: '/me/accounts', status: 500, code: 2, transient: true, times: 2 }] });
  const codes = [];
  for (let n = 0; n < 3; n += 1) codes.push((await hub.ask('GET', '/v25.0/me/accounts', { token })).body.error?.code);
  assert.deepEqual(codes, [2, 2, undefined]);
});
