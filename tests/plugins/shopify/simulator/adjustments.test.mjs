import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test, { after, before } from 'node:test';
import { startPair } from './support.mjs';

const document = readFileSync(new URL('../../../../plugins/shopify/documents/stock_adjust.graphql', import.meta.url), 'utf8');
const scopes = ['read_products', 'write_inventory', 'read_locations'];

let pair;
let client;
let level;
before(async () => {
  pair = await startPair();
  client = pair.client;
  await client.subscribe('INVENTORY_LEVELS_UPDATE', 'PRODUCTS_UPDATE');
  level = [...client.shop().levels.sorted('ID')].find((each) => each.active && each.item.tracked && each.location.active);
});
after(() => pair.close());

const change = (delta, more = {}) => ({
  inventoryItemId: `gid://shopify/InventoryItem/${level.item.id}`,
  locationId: `gid://shopify/Location/${level.location.id}`,
  delta,
  changeFromQuantity: null,
  ...more,
});
const input = (changes, more = {}) => ({ name: 'available', reason: 'other', referenceDocumentUri: 'gid://souk/Order/7', changes, ...more });
const ask = (key, changes, more) => client.graphql(document, { key, input: input(changes, more) }, { scopes });
const adjust = async (...args) => {
  const answer = await ask(...args);
  assert.equal(answer.errors, undefined, JSON.stringify(answer.errors));
  return answer.data.inventoryAdjustQuantities;
};
const codeOf = async (...args) => (await adjust(...args)).userErrors.map(({ code }) => code).join();

test('aChangeIsMadeAndTold', async () => {
  const before = level.available;
  assert.deepEqual((await adjust('told', [change(-3)])).userErrors, []);
  assert.equal(level.available, before - 3);
  await client.control('POST', '/deliveries/flush');
  const told = pair.receiver.received.find(({ topic, body }) => topic === 'inventory_levels/update' && String(body.available) === String(before - 3));
  assert.ok(told);
  assert.ok(pair.receiver.received.some(({ topic }) => topic === 'products/update'));
});

test('oneKeyIsOneChange', async () => {
  const before = level.available;
  await adjust('once', [change(-1)]);
  await adjust('once', [change(-1)]);
  assert.equal(level.available, before - 1);
  assert.equal(await codeOf('once', [change(-2)]), 'IDEMPOTENCY_KEY_PARAMETER_MISMATCH');
  assert.equal(level.available, before - 1);
});

test('aLostAnswerIsOfAChangeThatWasMade', async () => {
  const before = level.available;
  await client.control('POST', '/faults', { graphql: { rate: 1, kind: 'lost', count: 1 } });
  await assert.rejects(ask('lost', [change(-2)]));
  assert.equal(level.available, before - 2);
  await adjust('lost', [change(-2)]);
  assert.equal(level.available, before - 2);
  const made = (await client.truth('adjustments')).filter(({ key }) => key === 'lost');
  assert.deepEqual(made.map(({ order, changes }) => [order, changes]),
    [['7', [{ inventory_item_id: level.item.id, location_id: level.location.id, delta: -2 }]]]);
});

test('withoutAKeyNothingIsChanged', async () => {
  const before = level.available;
  const bare = document.replace('@idempotent(key: $key)', '').replace(', $key: String!', '');
  const answer = await client.graphql(bare, { input: input([change(-1)]) }, { scopes });
  assert.match(answer.errors[0].message, /@idempotent/);
  assert.match((await ask(' ', [change(-1)])).errors[0].message, /@idempotent/);
  assert.equal(level.available, before);
});

test('theQuantityBeforeIsGivenOrGivenUp', async () => {
  const { changeFromQuantity, ...without } = change(-1);
  assert.match((await ask('without', [without])).errors[0].message, /changeFromQuantity/);
  assert.equal(await codeOf('stale', [change(-1, { changeFromQuantity: level.available + 1 })]), 'CHANGE_FROM_QUANTITY_STALE');
  assert.equal(await codeOf('right', [change(-1, { changeFromQuantity: level.available })]), '');
});

test('allChangesOrNone', async () => {
  const before = level.available;
  const nowhere = change(-1, { locationId: 'gid://shopify/Location/1' });
  assert.equal(await codeOf('mixed', [change(-1), nowhere]), 'INVALID_LOCATION');
  assert.equal(level.available, before);
  assert.equal(await codeOf('mixed', [change(-1), nowhere]), 'IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED');
});

test('whatCannotBeIsRefused', async () => {
  assert.equal(await codeOf('item', [change(-1, { inventoryItemId: 'gid://shopify/InventoryItem/1' })]), 'INVALID_INVENTORY_ITEM');
  assert.equal(await codeOf('reason', [change(-1)], { reason: 'sold' }), 'INVALID_REASON');
  assert.equal(await codeOf('ledger', [change(-1, { ledgerDocumentUri: 'gid://souk/Sale/1' })]), 'INVALID_AVAILABLE_DOCUMENT');
  assert.equal(await codeOf('much', [change(2_000_000_000)]), level.available > 0 ? 'INVALID_QUANTITY_TOO_HIGH' : '');
  const untracked = [...client.shop().items.sorted('ID')].find((item) => !item.tracked && [...item.levels.values()].some((each) => each.active && each.location.active));
  const place = [...untracked.levels.values()].find((each) => each.active && each.location.active).location;
  const fixed = change(-1, { inventoryItemId: `gid://shopify/InventoryItem/${untracked.id}`, locationId: `gid://shopify/Location/${place.id}` });
  assert.equal(await codeOf('untracked', [fixed]), 'NON_MUTABLE_INVENTORY_ITEM');
});

test('readingIsNotWriting', async () => {
  const answer = await client.graphql(document, { key: 'k', input: input([change(-1)]) }, { scopes: ['read_products', 'read_inventory', 'read_locations'] });
  assert.equal(answer.errors[0].extensions.code, 'ACCESS_DENIED');
});
