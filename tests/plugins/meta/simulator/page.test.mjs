import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { createHmac } from 'node:crypto';
import { item, meta, receiver, signatureOf } from './support.mjs';

let hub;
let hook;
let page;
const uri = 'https://souk.test/api/webhooks/facebook';
const app = 'app|appsecret';
before(async () => {
  hook = await receiver();
  hub = await meta({ pages: ['A page'], deliver: [{ from: 'https://souk.test', to: hook.url }] });
  [page] = hub.world.pages;
});
after(async () => {
  await hub.close();
  await hook.close();
});
beforeEach(() => {
  hook.got.length = 0;
});

const subscribe = (object, more = {}) =>
  hub.ask('POST', '/v25.0/app/subscriptions', { token: app, body: { object, callback_url: uri, fields: 'feed,messages', verify_token: 'v', ...more } });

test('without both levels of subscription there is silence', async () => {
  page.say('6001', { text: 'anybody?' });
  assert.deepEqual((await subscribe('page')).body, { success: true });
  page.say('6001', { text: 'anybody now?' });
  await hub.world.deliveries.flush();
  assert.equal(hook.got.length, 0);
  const { body } = await hub.ask('GET', '/v25.0/990001?fields=access_token', { token: hub.token() });
  assert.deepEqual((await hub.ask('POST', '/v25.0/990001/subscribed_apps?subscribed_fields=messages', { token: body.access_token, body: {} })).body, { success: true });
  page.say('6001', { text: 'Is it blue?' });
  await hub.world.deliveries.flush();
  const [{ raw, signature, body: told }] = hook.got;
  assert.equal(signature, signatureOf(raw));
  const [{ id, messaging }] = told.entry;
  assert.deepEqual([id, messaging[0].sender.id, messaging[0].message.text], ['990001', '6001', 'Is it blue?']);
});

test('the page answers from its own inbox', async () => {
  page.say('6001', { text: 'Yes' }, { echo: true });
  await hub.world.deliveries.flush();
  const [event] = hook.got[0].body.entry[0].messaging;
  assert.deepEqual([event.sender.id, event.recipient.id, event.message.is_echo], ['990001', '6001', true]);
});

test('the app subscribes with its own token only, to an address that answers', async () => {
  const { body } = await hub.ask('GET', '/v25.0/app/subscriptions', { token: app });
  assert.deepEqual(body.data.map(({ object, callback_url: to }) => [object, to]), [['page', uri]]);
  assert.equal((await hub.ask('GET', '/v25.0/app/subscriptions', { token: hub.token() })).body.error.code, 15);
  assert.equal((await subscribe('catalog', { verify_token: 'wrong' })).body.error.code, 2200);
  assert.equal((await hub.ask('GET', '/v25.0/other/subscriptions', { token: app })).body.error.error_subcode, 33);
  assert.equal((await hub.ask('GET', '/v25.0/app/subscriptions', { token: 'app|guessed' })).body.error.code, 190);
});

test('a catalogue tells when a batch has been worked on', async () => {
  await subscribe('catalog');
  const token = hub.token();
  await hub.ask('POST', '/v25.0/880001/subscribed_apps', { token, body: {} });
  const { body } = await hub.ask('POST', '/v25.0/880001/items_batch', { token, body: { item_type: 'PRODUCT_ITEM', requests: [{ method: 'CREATE', data: item('n1') }] } });
  hub.world.clock.advance(1000);
  hub.world.catalogues.get('880001').work();
  await hub.world.deliveries.flush();
  const [change] = hook.got[0].body.entry[0].changes;
  assert.deepEqual(change, { field: 'items_batch', value: { catalog_id: '880001', handle: body.handles[0], status: 'Finished' } });
});

test('a wish about data is a signed form', async () => {
  const { status } = await hub.world.deliveries.wish(`${uri}?event=deauthorize`, '218471');
  assert.equal(status, 200);
  const [{ raw, path }] = hook.got;
  assert.equal(path, '/api/webhooks/facebook?event=deauthorize');
  const [signature, payload] = new URLSearchParams(raw).get('signed_request').split('.');
  assert.equal(signature, createHmac('sha256', 'appsecret').update(payload).digest('base64url'));
  assert.equal(JSON.parse(Buffer.from(payload, 'base64url')).user_id, '218471');
});
