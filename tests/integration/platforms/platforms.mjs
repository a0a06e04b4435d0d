// One store on three platforms at once: products come from the first, are published on the other two, a buyer asks and
// orders by message. The simulators hold the truth. HUB_BINARY and HUB_PLUGINS name the build.
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { endAll, makeFolder, startPlatforms } from '../../../packaging/tour/demo.mjs';
import { Hub } from '../../../packaging/tour/hub.mjs';
import { freePort, until } from '../../../packaging/tour/process.mjs';
import { connectSelling, publishAll, sellByMessage } from '../../../packaging/tour/selling.mjs';
import { followShelves } from '../../../packaging/tour/shelves.mjs';
import * as steps from '../../../packaging/tour/steps.mjs';

const [binary, plugins] = [process.env.HUB_BINARY, process.env.HUB_PLUGINS].map((path) => resolve(path));
const patience = { seconds: 120, every: 100 };
const tour = {};
let store, conversation;

const post = (path, send = {}) => tour.hub.api(path, { method: 'POST', send });
const get = (path) => tour.hub.api(path);
const inStore = (path) => `${path}${path.includes('?') ? '&' : '?'}store_id=${store.id}`;

before(async () => {
  tour.folder = makeFolder();
  tour.hub = new Hub({ binary, plugins, folder: tour.folder, port: await freePort() });
  await startPlatforms(tour, { stores: 1, products: 20 });
  await tour.hub.start();
  await steps.prepareStores(tour);
  await steps.connectStores(tour);
  await steps.followRuns(tour);
  [store] = tour.hub.stores;
});

after(async () => {
  await endAll(tour);
  if (tour.folder) rmSync(tour.folder, { recursive: true, force: true });
});

test('anAccountIsConnectedByAFormAndAPageByALogin', async () => {
  await connectSelling(tour);
  const connected = (await get(inStore('integrations'))).data.filter(({ status }) => status === 'connected').map(({ platform }) => platform);
  assert.deepEqual(connected.sort(), ['facebook', 'shopify', 'whatsapp']);
});

test('whatABuyerWritesArrivesAndIsAnswered', async () => {
  const { meta } = tour;
  const buyer = await meta.buyer('4915187654321', 'Grace');
  await meta.say(buyer.user_id, { type: 'text', text: { body: 'Is the lamp there? ☂ a/b' } });
  conversation = await until('the conversation is there', async () => (await get(inStore('conversations?unread=true'))).data[0], patience);
  assert.equal(conversation.name, 'Grace');
  const path = `conversations/${conversation.id}/messages`;
  const [message] = (await get(inStore(path))).data;
  assert.equal(message.text, 'Is the lamp there? ☂ a/b');
  assert.equal(message.status, 'received');
  const reply = await post(inStore(path), { text: 'Yes, four of them.', reply_to: message.external_id });
  const settled = async () => (await get(inStore(path))).data.find(({ id, status }) => id === reply.id && status === 'read');
  const sent = await until('the reply was read', settled, patience);
  assert.deepEqual((await meta.sent()).map(({ id, correlation }) => [id, correlation]), [[sent.external_id, reply.id]]);
  await post(inStore(`conversations/${conversation.id}/read`));
});

test('anAnswerThatIsLostIsNeverSentTwice', async () => {
  const { meta } = tour;
  await meta.faults({ lost_answers: 1 });
  const before = (await meta.sent()).length;
  const path = `conversations/${conversation.id}/messages`;
  const lost = await post(inStore(path), { text: 'Did you get this?' });
  const settled = async () => (await get(inStore(path))).data.find(({ id, status }) => id === lost.id && status === 'read');
  await until('a status tells what became of it', settled, patience);
  assert.equal((await meta.sent()).length, before + 1);
});

test('everyProductIsPublishedOnBoth', async () => {
  await publishAll(tour);
  const [first] = await tour.meta.catalogue(tour.selling.shelves[1].catalogue);
  const product = await get(inStore(`products/${first.group}`));
  const states = product.listings.filter((listing) => listing.published).map((listing) => [listing.platform, listing.publish_state]);
  assert.deepEqual(states.sort(), [['facebook', 'live'], ['whatsapp', 'live']]);
  for (const name of ['facebook', 'whatsapp']) assert.equal(product.platform_sync[name].synced, true);
});

test('whatChangesInTheShopFollowsByItself', () => steps.editAndFollow(tour, 60, 11));

test('whatSomebodyChangedByHandIsFoundAndPushedAgain', async () => {
  const { integration, catalogue } = tour.selling.shelves[1];
  const [one, other] = await tour.meta.catalogue(catalogue);
  await tour.meta.call(`catalogues/${catalogue}/edit`, { item: one.id, data: { price: '1.00 USD', sale_price: '' } });
  await tour.meta.call(`catalogues/${catalogue}/edit`, { item: other.id, data: null });
  await post(`integrations/${integration}/publishing/compare`);
  const { drift } = await until('the comparison ends', async () => {
    const standing = await get(`integrations/${integration}/publishing`);
    return standing.compared_at && standing;
  }, patience);
  assert.deepEqual([drift.missing, drift.different, drift.unknown], [1, 1, 0]);
  await followShelves(tour, patience.seconds);
});

test('anOrderByMessageIsAnOrderOfTheStoreAndTakesItsStockEverywhere', () => sellByMessage(tour));

test('whoAsksForTheirDataToBeDeletedIsToldWhereToLook', async () => {
  const told = await tour.meta.call('wishes', { uri: 'https://souk.test/api/webhooks/facebook', user_id: '218471' });
  assert.equal(told.status, 200);
  const rows = await tour.hub.number(`SELECT count(*) AS n FROM answered_delivery WHERE platform = 'facebook' AND accounts = 1`);
  assert.equal(rows, 1);
});
