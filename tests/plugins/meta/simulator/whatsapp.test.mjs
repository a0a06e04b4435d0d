import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { orderOf } from '../../../../plugins/meta/simulator/whatsapp.mjs';
import { item, meta, receiver, signatureOf } from './support.mjs';

let hub;
let hook;
let token;
let account;
const number = '106540352240';
before(async () => {
  hook = await receiver();
  hub = await meta({ accounts: [{ name: 'Demo', currency: 'USD', number: '15550783881' }], deliver: [{ from: 'https://souk.test', to: hook.url }] });
  token = hub.token();
  account = hub.world.accounts.get('102290129340');
  const subscribed = await hub.ask('POST', '/v25.0/102290129340/subscribed_apps', { token, body: { override_callback_uri: 'https://souk.test/api/webhooks/whatsapp', verify_token: 'v' } });
  assert.deepEqual(subscribed.body, { success: true });
});
after(async () => {
  await hub.close();
  await hook.close();
});
beforeEach(async () => {
  await hub.world.deliveries.flush();
  hook.got.length = 0;
  hub.world.clock.advance(3600e3);
});

const send = (body) => hub.ask('POST', `/v25.0/${number}/messages`, { token, body: { messaging_product: 'whatsapp', type: 'text', text: { body: 'hi' }, ...body } });
const errorOf = ({ body }) => body.error?.code;
const buyer = (more = {}) => account.addBuyer({ waId: `1650555${account.buyers.size + 1000}`, name: 'Zoë', ...more });
async function updates() {
  await hub.world.deliveries.flush();
  return hook.got.flatMap(({ body }) => body.entry).flatMap(({ changes }) => changes);
}

test('deliveries are signed over escaped bytes', async () => {
  const { userId } = buyer();
  account.say(number, userId, { type: 'text', text: { body: 'Größe / 😀' } });
  const [change] = await updates();
  assert.equal(change.value.messages[0].text.body, 'Größe / 😀');
  const [{ raw, signature }] = hook.got;
  assert.equal(signature, signatureOf(raw));
  assert.match(raw, /Gr\\u00f6\\u00dfe \\\/ \\ud83d\\ude00/);
});

test('the window is open for a day after the buyer wrote, and for templates always', async () => {
  const one = buyer();
  assert.equal(errorOf(await send({ to: one.waId })), 131047);
  assert.equal((await send({ to: one.waId, type: 'template', template: { name: 'hello', language: { code: 'en' } } })).status, 200);
  account.say(number, one.userId, { type: 'text', text: { body: 'hello' } });
  assert.equal((await send({ to: one.waId })).status, 200);
  hub.world.clock.advance(25 * 3600e3);
  assert.equal(errorOf(await send({ to: one.waId })), 131047);
});

test('statuses bring the correlation back', async () => {
  const one = buyer();
  account.say(number, one.userId, { type: 'text', text: { body: 'hello' } });
  const { body } = await send({ to: one.waId, biz_opaque_callback_data: 'c-1' });
  const statuses = (await updates()).flatMap(({ value }) => value.statuses ?? []);
  assert.deepEqual(statuses.map(({ status }) => status).sort(), ['delivered', 'read', 'sent']);
  assert.ok(statuses.every(({ id, biz_opaque_callback_data: correlation }) => id === body.messages[0].id && correlation === 'c-1'));
});

test('a buyer who keeps the number to themselves is reached by the scoped id', async () => {
  const one = buyer({ scoped: true });
  account.say(number, one.userId, { type: 'text', text: { body: 'hello' } });
  const [{ value }] = await updates();
  assert.equal(value.messages[0].from, undefined);
  assert.equal(value.contacts[0].wa_id, undefined);
  assert.equal((await send({ recipient: one.userId })).status, 200);
});

test('one person gets a burst of 45, then one in six seconds', async () => {
  const one = buyer();
  account.say(number, one.userId, { type: 'text', text: { body: 'hello' } });
  for (let n = 0; n < 45; n += 1) assert.equal((await send({ to: one.waId })).status, 200);
  assert.equal(errorOf(await send({ to: one.waId })), 131056);
  hub.world.clock.advance(6000);
  assert.equal((await send({ to: one.waId })).status, 200);
});

test('a clock that was set back holds nobody', async () => {
  const one = buyer();
  const before = hub.world.clock.nowMs();
  hub.world.clock.advance(24 * 3600 * 1000);
  account.say(number, one.userId, { type: 'text', text: { body: 'hello' } });
  assert.equal((await send({ to: one.waId })).status, 200);
  hub.world.clock.set(before);
  assert.equal((await send({ to: one.waId })).status, 200);
});

test('a number sends 80 messages in a second', async () => {
  const people = [buyer(), buyer(), buyer()];
  for (const { userId } of people) account.say(number, userId, { type: 'text', text: { body: 'hello' } });
  const answers = [];
  for (let n = 0; n < 90; n += 1) answers.push(errorOf(await send({ to: people[n % 3].waId })));
  assert.equal(answers.filter((code) => code === 130429).length, 10);
});

test('a product is shown only from the connected catalogue', async () => {
  const one = buyer();
  account.say(number, one.userId, { type: 'text', text: { body: 'hello' } });
  const product = (id) => send({ to: one.waId, type: 'interactive', interactive: { type: 'product', action: { catalog_id: '880001', product_retailer_id: id } } });
  assert.equal(errorOf(await product('p1')), 100);
  await hub.ask('POST', '/v25.0/880001/items_batch', { token, body: { item_type: 'PRODUCT_ITEM', requests: [{ method: 'CREATE', data: item('p1') }] } });
  hub.world.clock.advance(2000);
  assert.equal((await product('p1')).status, 200);
});

test('somebody who is not on WhatsApp fails later', async () => {
  const { status } = await send({ to: '+4900000', type: 'template', template: { name: 'hello', language: { code: 'en' } } });
  assert.equal(status, 200);
  const failed = (await updates()).flatMap(({ value }) => value.statuses ?? []);
  assert.deepEqual(failed.map(({ status: stage, errors }) => [stage, errors[0].code]), [['failed', 131026]]);
});

test('updates may come repeated and several in one delivery', async () => {
  hub.world.faults.set({ webhooks: { duplicate: 1, reorder: 0, batch: 10 } });
  const one = buyer();
  for (let n = 0; n < 5; n += 1) account.say(number, one.userId, { type: 'text', text: { body: `n${n}` } });
  hub.world.clock.advance(1000);
  const all = await updates();
  hub.world.faults.set({ webhooks: { duplicate: 0, batch: 1 } });
  assert.equal(all.length, 10);
  assert.ok(hook.got.length < 10);
});

test('updates may come out of order', async () => {
  hub.world.faults.set({ webhooks: { reorder: 1 } });
  const one = buyer();
  for (let n = 0; n < 6; n += 1) account.say(number, one.userId, { type: 'text', text: { body: `n${n}` } });
  const { deliveries, clock } = hub.world;
  for (let step = 0; step < 200 && deliveries.pendingCount() > 0; step += 1) {
    if (deliveries.active === 0) clock.advance(20);
    else await new Promise((wake) => deliveries.waiters.push(wake));
  }
  hub.world.faults.set({ webhooks: { reorder: 0 } });
  const bodies = (await updates()).map(({ value }) => value.messages[0].text.body);
  assert.deepEqual([...bodies].sort(), ['n0', 'n1', 'n2', 'n3', 'n4', 'n5']);
  assert.notDeepEqual(bodies, [...bodies].sort());
});

test('a refused delivery is tried again with the same bytes', async () => {
  const strict = await receiver((count) => (count === 1 ? 500 : 200));
  hub.world.deliveries.sender.routes.push({ from: 'https://strict.test', to: strict.url });
  account.subscription = { uri: 'https://strict.test/hook' };
  account.say(number, buyer().userId, { type: 'text', text: { body: 'again' } });
  await hub.world.deliveries.flush();
  hub.world.clock.advance(2000);
  await hub.world.deliveries.flush();
  account.subscription = { uri: 'https://souk.test/api/webhooks/whatsapp' };
  await strict.close();
  assert.equal(strict.got.length, 2);
  assert.equal(strict.got[0].raw, strict.got[1].raw);
});

test('a message may fail after it was accepted', async () => {
  const one = buyer({ fails: 131049 });
  assert.equal((await send({ to: one.waId, type: 'template', template: { name: 'hello', language: { code: 'en' } } })).status, 200);
  const failed = (await updates()).flatMap(({ value }) => value.statuses ?? []);
  assert.deepEqual(failed.map(({ status: stage, errors }) => [stage, errors[0].code]), [['failed', 131049]]);
});

test('a message may be read without having been delivered', async () => {
  hub.world.faults.set({ skip_delivered: 1 });
  const one = buyer();
  account.say(number, one.userId, { type: 'text', text: { body: 'hello' } });
  await send({ to: one.waId });
  hub.world.faults.set({ skip_delivered: 0 });
  const stages = (await updates()).flatMap(({ value }) => value.statuses ?? []).map(({ status }) => status);
  assert.deepEqual(stages.sort(), ['read', 'sent']);
});

test('a lost answer is a message that went out', async () => {
  const one = buyer();
  account.say(number, one.userId, { type: 'text', text: { body: 'hello' } });
  hub.world.faults.set({ lost_answers: 1 });
  await assert.rejects(send({ to: one.waId, biz_opaque_callback_data: 'lost' }));
  const statuses = (await updates()).flatMap(({ value }) => value.statuses ?? []);
  assert.ok(statuses.some(({ biz_opaque_callback_data: correlation }) => correlation === 'lost'));
});

test('templates are known, paused or not there', async () => {
  account.templates = [{ name: 'ready', language: 'en_US' }, { name: 'tired', language: 'en_US', status: 'PAUSED' }];
  const one = buyer();
  const answer = (name) => send({ to: one.waId, type: 'template', template: { name, language: { code: 'en_US' } } });
  const told = [];
  for (const name of ['ready', 'tired', 'gone']) told.push(errorOf(await answer(name)));
  const { body } = await hub.ask('GET', '/v25.0/102290129340/message_templates', { token });
  account.templates = null;
  assert.deepEqual(told, [undefined, 132015, 132001]);
  assert.deepEqual(body.data.map(({ name, status }) => [name, status]), [['ready', 'APPROVED'], ['tired', 'PAUSED']]);
});

test('a cart is sent at the prices of the catalogue', async () => {
  const one = buyer();
  await hub.ask('POST', '/v25.0/880001/items_batch', { token, body: { item_type: 'PRODUCT_ITEM', requests: [{ method: 'CREATE', data: item('cart', { price: '7.99 USD' }) }] } });
  hub.world.clock.advance(2000);
  account.catalogue.work();
  account.say(number, one.userId, orderOf(account.catalogue, [{ id: 'cart', quantity: 2 }], 'please'));
  const [change] = (await updates()).filter(({ value }) => value.messages);
  assert.deepEqual(change.value.messages[0].order, { catalog_id: '880001', text: 'please', product_items: [{ product_retailer_id: 'cart', quantity: 2, item_price: 7.99, currency: 'USD' }] });
  assert.throws(() => orderOf(account.catalogue, [{ id: 'none', quantity: 1 }]), /no such item/);
});

test('the business account has a budget of calls, with 80007', async () => {
  Object.assign(account.callBudget, { most: 1, calls: [] });
  const ask = () => hub.ask('GET', '/v25.0/102290129340/phone_numbers', { token });
  const first = await ask();
  const second = await ask();
  account.callBudget.most = 5000;
  assert.equal(JSON.parse(first.headers['x-business-use-case-usage'])[102290129340][0].type, 'whatsapp');
  assert.deepEqual([first.status, second.body.error.code], [200, 80007]);
});

test('an address that does not answer the challenge is not taken', async () => {
  const subscribe = (uri, verify) => hub.ask('POST', '/v25.0/102290129340/subscribed_apps', { token, body: { override_callback_uri: uri, verify_token: verify } });
  assert.equal(errorOf(await subscribe('https://souk.test/api/webhooks/whatsapp', 'wrong')), 2200);
  assert.equal(errorOf(await subscribe('https://nobody.test/x', 'v')), 2200);
  assert.equal(errorOf(await subscribe('http://souk.test/x', 'v')), 2200);
  assert.equal(account.subscription.uri, 'https://souk.test/api/webhooks/whatsapp');
});
