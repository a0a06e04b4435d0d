import assert from 'node:assert/strict';
import test from 'node:test';
import { kShop, startPair } from './support.mjs';

const kOther = 'souk-demo-2.myshopify.com';
const kNow = '2026-11-20T12:00:00.000Z';

/** Two small shops and a receiver, closed whatever happens. */
function withTwoShops(name, body) {
  test(name, async () => {
    const pair = await startPair(undefined, '--stores', '2', '--products', '12', '--no-giants');
    try {
      await body(pair);
    } finally {
      await pair.close();
    }
  });
}

const call = async (client, path, body) => {
  const answer = await client.control('POST', path, body);
  assert.equal(answer.status, 200, answer.text);
  return answer.json();
};
const at = (client, domain) => new Date(client.shop(domain).clock.nowMs()).toISOString();

withTwoShops('aShopsClockGoesWithThePlatformsUntilItIsMovedOrFrozen', async ({ client }) => {
  await call(client, '/clock', { advance_seconds: 60 });
  assert.equal(at(client, kShop), '2026-11-20T12:01:00.000Z');
  assert.equal(
    (await call(client, '/clock', { shop: kShop, advance_seconds: 60 })).now,
    '2026-11-20T12:02:00.000Z',
  );
  await call(client, '/clock', { advance_seconds: 60 });
  assert.equal(at(client, kShop), '2026-11-20T12:03:00.000Z', 'moved, it still goes with the platform');
  await call(client, '/clock', { shop: kShop, now: kNow, frozen: true });
  await call(client, '/clock', { advance_seconds: 86400 });
  assert.equal(at(client, kShop), kNow);
  assert.equal(at(client, kOther), '2026-11-21T12:02:00.000Z');
  assert.equal((await client.control('POST', '/clock', { shop: 'nobody' })).status, 404);
});

withTwoShops('editsAreStampedByTheShopsClock', async ({ client }) => {
  await call(client, '/clock', { shop: kShop, now: '2026-11-22T08:00:00Z', frozen: true });
  const { done } = await call(client, '/edits', {
    shop: kShop,
    count: 1,
    seed: 1,
    kinds: ['product_title'],
  });
  const product = (await client.truth('products')).find((each) => each.id === done[0].product);
  assert.equal(product.updated_at, '2026-11-22T08:00:00Z');
});

withTwoShops('deliveriesComeByTheShopsClock', async ({ client, receiver }) => {
  await client.subscribe('PRODUCTS_UPDATE');
  await call(client, '/faults', { webhooks: { delay_ms: 86400000 } });
  await call(client, '/clock', { shop: kShop, frozen: true });
  await call(client, '/webhooks/send', { shop: kShop, topic: 'products/update' });
  await call(client, '/clock', { advance_seconds: 2 * 86400 });
  assert.equal((await call(client, '/deliveries/idle', { shop: kShop })).pending, 1);
  assert.equal(receiver.received.length, 0);
  await call(client, '/clock', { shop: kShop, advance_seconds: 86400 });
  assert.equal((await call(client, '/deliveries/idle', { shop: kShop })).pending, 0);
  assert.equal(receiver.received.length, 1);
});

withTwoShops('oneShopsDeliveriesAreFlushedAlone', async ({ client, receiver }) => {
  for (const domain of [kShop, kOther]) {
    await client.data(
      'mutation($uri: String!) { webhookSubscriptionCreate(topic: PRODUCTS_UPDATE, webhookSubscription: {uri: $uri}) { userErrors { message } } }',
      { uri: 'https://souk.test/api/webhooks/shopify' },
      { domain },
    );
  }
  await call(client, '/faults', { webhooks: { delay_ms: 60000 } });
  for (const domain of [kShop, kOther])
    await call(client, '/webhooks/send', { shop: domain, topic: 'products/update' });
  assert.equal((await call(client, '/deliveries/flush', { shop: kOther })).pending, 0);
  assert.deepEqual(
    receiver.received.map((each) => each.headers['x-shopify-shop-domain']),
    [kOther],
  );
  assert.equal((await call(client, '/deliveries/idle', {})).pending, 1);
});

/** What the deliveries of the first shop meet, while the second one is edited so often before. */
async function fateBeside(others) {
  const pair = await startPair(undefined, '--stores', '2', '--products', '12', '--no-giants');
  const { client } = pair;
  try {
    await client.subscribe('PRODUCTS_UPDATE', 'INVENTORY_LEVELS_UPDATE', 'ORDERS_CREATE');
    await client.data(
      'mutation { webhookSubscriptionCreate(topic: PRODUCTS_UPDATE, webhookSubscription: {uri: "https://souk.test/api/webhooks/shopify"}) { userErrors { message } } }',
      {},
      { domain: kOther },
    );
    await call(client, '/faults', { webhooks: { duplicate: 0.3, reorder: 60000, late_stale: 0.3 } });
    if (others > 0) await call(client, '/edits', { shop: kOther, count: others, seed: 1 });
    await call(client, '/edits', { shop: kShop, count: 30, seed: 2, spread_seconds: 600 });
    const { queue } = client.platform.deliveries.lane(client.shop());
    return queue.map(
      ({ delivery, dueMs, copy }) => `${delivery.webhookId} ${dueMs} ${copy} ${delivery.note}`,
    );
  } finally {
    await pair.close();
  }
}

test('whatAShopsDeliveriesMeetDoesNotDependOnOtherShops', async () => {
  const alone = await fateBeside(0);
  assert.ok(alone.length > 5);
  assert.deepEqual(await fateBeside(10), alone);
});

withTwoShops('editsAreSpreadOverTheShopsTime', async ({ client }) => {
  const kinds = ['product_title'];
  await call(client, '/edits', { shop: kShop, count: 40, seed: 3, kinds });
  assert.equal(at(client, kShop), kNow, 'without a spread no time passes');
  await call(client, '/edits', { shop: kShop, count: 40, seed: 3, kinds, spread_seconds: 3600 });
  const took = client.shop().clock.nowMs() - Date.parse(kNow);
  assert.ok(took > 3600 * 1000 && took < 40 * 3600 * 1000, `${took} ms`);
  assert.equal(at(client, kOther), kNow);
});

withTwoShops('aDuplicateComesWithinItsWindow', async ({ client, receiver }) => {
  await client.subscribe('PRODUCTS_UPDATE');
  await call(client, '/faults', { webhooks: { duplicate: 1, duplicate_ms: 7200000 } });
  for (let count = 0; count < 10; count += 1)
    await call(client, '/webhooks/send', { shop: kShop, topic: 'products/update' });
  const { queue } = client.platform.deliveries.lane(client.shop());
  const latest = Math.max(...queue.map((item) => item.dueMs)) - Date.parse(kNow);
  assert.ok(latest > 1000 && latest <= 7200000, `${latest} ms`);
  await call(client, '/clock', { advance_seconds: 7200 });
  assert.equal((await call(client, '/deliveries/idle', {})).pending, 0);
  assert.equal(receiver.received.length, 20);
  const [first, copy] = client.platform.deliveries.log[0].attempts;
  assert.ok(!first.copy && copy.copy && copy.turn > first.turn);
});

withTwoShops('aShopWithoutGiantsHoldsWhatWasAskedFor', async ({ client }) => {
  for (const domain of [kShop, kOther]) {
    assert.equal(client.shop(domain).products.size, 12);
    assert.equal(client.shop(domain).orders.size, 6);
    const variants = await client.truth('variants', domain);
    assert.ok(variants.length <= 60);
  }
});
