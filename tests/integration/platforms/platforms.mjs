// One store on three platforms at once: products come from the first, are published on the other two, a buyer asks and
// orders by message. The simulators hold the truth. HUB_BINARY and HUB_PLUGINS name the build.
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ask, askPlatform } from '../../../packaging/tour/http.mjs';
import { Hub } from '../../../packaging/tour/hub.mjs';
import { freePort, until } from '../../../packaging/tour/process.mjs';
import { Simulator } from '../../../packaging/tour/simulator.mjs';
import * as steps from '../../../packaging/tour/steps.mjs';
import { start } from '../../../plugins/meta/simulator/start.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');
const [binary, plugins] = [process.env.HUB_BINARY, process.env.HUB_PLUGINS].map((path) => resolve(path));
const kSecret = 'a-secret-of-the-simulated-app';
const patience = { seconds: 120, every: 100 };

let folder, hub, shops, meta, store;

const post = (path, send = {}) => hub.api(path, { method: 'POST', send });
const get = (path) => hub.api(path);
const inStore = (path) => `${path}${path.includes('?') ? '&' : '?'}store_id=${store.id}`;

async function startHub() {
  const port = await freePort();
  hub = new Hub({ binary, plugins, folder, port });
  shops = await Simulator.start({ root, folder, hub: hub.url, stores: 1, products: 20, plan: 'enterprise' });
  meta = await start({
    seed: '7', clientId: 'souk-simulator', clientSecret: kSecret, redirectUris: [`${hub.url}/api/auth/facebook/callback`],
    deliver: [{ from: 'https://souk.test', to: hub.url }], pace: { processSeconds: 1, reviewSeconds: 1 }, folder: join(folder, 'graph'),
    catalogues: ['Chat catalogue', 'Page catalogue'], pages: ['Souk page', 'Other page'], accounts: [{ name: 'Souk Demo', currency: 'USD', number: '15550783881' }],
  });
  const addressOf = (platform) => ({ uri: `https://souk.test/api/webhooks/${platform}`, fields: ['messages', 'items_batch'] });
  meta.world.appSubscriptions.set('whatsapp_business_account', addressOf('whatsapp'));
  for (const object of ['catalog', 'page']) meta.world.appSubscriptions.set(object, addressOf('facebook'));
  writeFileSync(join(folder, 'ca.pem'), readFileSync(shops.ca) + readFileSync(meta.ready.ca));
  hub.env.SOUK_DEV_PLATFORM_CA = join(folder, 'ca.pem');
  hub.env.SOUK_DEV_PLATFORM_HOSTS = [`*.myshopify.com=127.0.0.1:${shops.https_port}`,
    ...['graph', 'www'].map((name) => `${name}.facebook.com=127.0.0.1:${meta.ready.https_port}`)].join(',');
  await hub.start();
}

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'souk-'));
  chmodSync(folder, 0o755);
  for (const name of ['simulator', 'graph']) mkdirSync(join(folder, name));
  await startHub();
  const tour = { hub, simulator: shops };
  await steps.prepareStores(tour);
  writeFileSync(join(folder, 'app-secret'), kSecret, { mode: 0o600 });
  await hub.command('app', 'set', 'facebook', '--client-id', 'souk-simulator', '--client-secret-file', join(folder, 'app-secret'));
  await steps.connectStores(tour);
  await steps.followRuns(tour);
  [store] = hub.stores;
});

after(async () => {
  await hub?.child?.end('SIGTERM', 300);
  await meta?.close();
  await shops?.child.end('SIGTERM', 60);
  if (folder) rmSync(folder, { recursive: true, force: true });
});

const account = () => [...meta.world.accounts.values()][0];
const number = () => [...account().numbers.keys()][0];
const catalogue = (name) => [...meta.world.catalogues.values()].find((one) => one.name === name);

/** What the hub would offer: variants of active products by their id. */
async function offered() {
  const variants = new Map();
  const { data } = await get(inStore('products?limit=250&status=active'));
  for (const { id } of data) {
    const product = await get(inStore(`products/${id}`));
    if (product.media.some(({ kind, url }) => kind === 'image' && url.startsWith('https://')))
      for (const variant of product.variants) variants.set(variant.id, { product: id, ...variant });
  }
  return variants;
}

async function published(integration, where) {
  const wanted = await offered();
  assert.ok(wanted.size > 10, `${wanted.size} offers`);
  await until(`${wanted.size} offers are there`, () => where.truth().length === wanted.size, { ...patience, progress: () => where.truth().length });
  await until('each of them is decided', async () => {
    const { offers, waiting, in_hand: hand } = await get(`integrations/${integration}/publishing`);
    return waiting === 0 && hand === 0 && !offers.pending && !offers.in_review;
  }, patience);
  for (const item of where.truth()) {
    const variant = wanted.get(item.id);
    assert.equal(item.price, String(variant.price.amount), item.title);
    assert.equal(item.currency, variant.price.currency);
    assert.equal(item.group, variant.product);
  }
  return wanted;
}

let chat, page, conversation, buyer;

test('anAccountOfMessagesIsConnectedByAForm', async () => {
  chat = (await post('integrations', { store_id: store.id, platform: 'whatsapp', config: { waba_id: account().id, phone_number_id: number() } })).id;
  const scopes = ['whatsapp_business_management', 'whatsapp_business_messaging', 'catalog_management', 'business_management'];
  const { token } = meta.world.graph.tokens.issue({ kind: 'system', scopes, seconds: null, user: null });
  const connected = await post(`integrations/${chat}/form`, { fields: { waba_id: account().id, phone_number_id: number(), token, app_secret: kSecret, verify_token: 'ours' } });
  assert.equal(connected.status, 'connected');
  assert.ok(connected.account.facts.quality_rating, JSON.stringify(connected.account));
  await until('its deliveries are subscribed', () => account().subscription, patience);
});

test('whatABuyerWritesArrivesAndIsAnswered', async () => {
  buyer = account().addBuyer({ waId: '4915112345678', name: 'Ada', username: 'ada' });
  account().say(number(), buyer.userId, { type: 'text', text: { body: 'Is the lamp there? ☂ a/b' } });
  conversation = await until('the conversation is there', async () => (await get(inStore('conversations?unread=true'))).data[0], patience);
  assert.equal(conversation.name, 'Ada');
  const path = `conversations/${conversation.id}/messages`;
  const [message] = (await get(inStore(path))).data;
  assert.equal(message.text, 'Is the lamp there? ☂ a/b');
  assert.equal(message.status, 'received');
  const reply = await post(inStore(path), { text: 'Yes, four of them.', reply_to: message.external_id });
  const settled = async () => (await get(inStore(path))).data.find(({ id, status }) => id === reply.id && status === 'read');
  const sent = await until('the reply was read', settled, patience);
  assert.deepEqual(account().sent.map(({ id, body }) => [id, body.biz_opaque_callback_data]), [[sent.external_id, reply.id]]);
  await post(inStore(`conversations/${conversation.id}/read`));
});

test('anAnswerThatIsLostIsNeverSentTwice', async () => {
  meta.world.faults.lostAnswers = 1;
  const before = account().sent.length;
  const path = `conversations/${conversation.id}/messages`;
  const lost = await post(inStore(path), { text: 'Did you get this?' });
  const settled = async () => (await get(inStore(path))).data.find(({ id, status }) => id === lost.id && status === 'read');
  await until('a status tells what became of it', settled, patience);
  assert.equal(account().sent.length, before + 1);
});

test('aPageAndItsCatalogueAreConnectedInABrowserAndPicked', async () => {
  page = (await post('integrations', { store_id: store.id, platform: 'facebook' })).id;
  const { connect_url: address } = await post(`integrations/${page}/connect`);
  const opened = await ask(address);
  const cookie = opened.headers['set-cookie'][0].split(';')[0];
  const consent = await askPlatform(opened.headers.location, { port: meta.ready.https_port, ca: readFileSync(meta.ready.ca) });
  const finished = await ask(consent.headers.location.replace(/#.*/, ''), { headers: { cookie } });
  assert.equal(finished.status, 200, finished.body);
  assert.match(finished.body, /One step is left/);
  const waiting = await get(`integrations/${page}`);
  assert.equal(waiting.status, 'pending');
  const pick = (field, name) => waiting.choices.find((choice) => choice.field === field).options.find(({ label }) => label === name).value;
  const connected = await post(`integrations/${page}/choose`, { fields: { page: pick('page', 'Souk page'), catalogue: pick('catalogue', 'Page catalogue') } });
  assert.equal(connected.status, 'connected');
  assert.equal(connected.account.external_id, catalogue('Page catalogue').id);
});

test('everyProductIsPublishedOnBoth', async () => {
  for (const [integration, name] of [[page, 'Page catalogue'], [chat, 'Chat catalogue']]) {
    await post(`integrations/${integration}/publishing`, { enabled: true, link: 'https://shop.example/products/{handle}' });
    await published(integration, catalogue(name));
  }
  const [first] = catalogue('Page catalogue').truth();
  const product = await get(inStore(`products/${first.group}`));
  const states = product.listings.filter((listing) => listing.published).map((listing) => [listing.platform, listing.publish_state]);
  assert.deepEqual(states.sort(), [['facebook', 'live'], ['whatsapp', 'live']]);
  for (const name of ['facebook', 'whatsapp']) assert.equal(product.platform_sync[name].synced, true);
});

test('whatChangesInTheShopFollowsByItself', async () => {
  await shops.edit(30, 11);
  await shops.delivered(120);
  await hub.settled(120);
  await published(page, catalogue('Page catalogue'));
});

test('whatSomebodyChangedByHandIsFoundAndPushedAgain', async () => {
  const shelf = catalogue('Page catalogue');
  const [one, other] = shelf.truth();
  shelf.edit(one.id, { price: '1.00 USD' });
  shelf.edit(other.id, null);
  await post(`integrations/${page}/publishing/compare`);
  const { drift } = await until('the comparison ends', async () => {
    const standing = await get(`integrations/${page}/publishing`);
    return standing.compared_at && standing;
  }, patience);
  assert.deepEqual([drift.missing, drift.different, drift.unknown], [1, 1, 0]);
  await published(page, shelf);
});

test('anOrderByMessageIsAnOrderOfTheStore', async () => {
  const [item] = catalogue('Chat catalogue').truth().filter(({ availability }) => availability === 'in stock');
  const { orderOf } = await import('../../../plugins/meta/simulator/whatsapp.mjs');
  const { id } = account().say(number(), buyer.userId, orderOf(account().catalogue, [{ id: item.id, quantity: 2 }], 'please'));
  const found = async () => (await get(inStore('orders?limit=250'))).data.find((order) => order.external_id === id);
  const order = await until('the order is there', found, patience);
  const whole = await get(inStore(`orders/${order.id}`));
  assert.equal(whole.integration_id, chat);
  assert.equal(whole.total.shop.amount, 2 * Number(item.price));
  assert.equal(whole.lines[0].quantity, 2);
  assert.equal(whole.lines[0].variant_id, item.id);
});

test('whoAsksForTheirDataToBeDeletedIsToldWhereToLook', async () => {
  const told = await meta.world.deliveries.wish('https://souk.test/api/webhooks/facebook', '218471');
  assert.equal(told.status, 200);
  const rows = await hub.number(`SELECT count(*) AS n FROM answered_delivery WHERE platform = 'facebook' AND accounts = 1`);
  assert.equal(rows, 1);
});
