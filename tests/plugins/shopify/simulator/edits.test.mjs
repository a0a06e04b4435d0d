import assert from 'node:assert/strict';
import test from 'node:test';
import { kEditKinds } from '../../../../plugins/shopify/simulator/control/edits.mjs';
import { kShop, startPair, startSimulator } from './support.mjs';

async function withSimulator(body, ...words) {
  const client = await startSimulator(...words);
  try {
    await body(client);
  } finally {
    await client.close();
  }
}

const edit = async (client, body) => {
  const answer = await client.control('POST', '/edits', body);
  assert.equal(answer.status, 200, answer.text);
  return answer.json();
};

test('theSameEditsFollowFromTheSameSeed', async () => {
  const dumps = [];
  for (let run = 0; run < 2; run += 1) {
    await withSimulator(async (client) => {
      await edit(client, { count: 150, seed: 9 });
      const texts = await Promise.all(
        ['products', 'variants', 'levels', 'locations', 'customers', 'orders'].map((kind) =>
          client.truth(kind),
        ),
      );
      dumps.push(JSON.stringify(texts));
    });
  }
  assert.equal(dumps[0], dumps[1]);
});

test('stockOfAVariantIsSetAndItsUnitsAreTold', async () => {
  await withSimulator(async (client) => {
    const rows = (kind) => client.truth(kind);
    const { id } = (await rows('variants')).filter(({ tracked }) => tracked).at(-1);
    for (let seed = 1; seed <= 12; seed += 1) {
      const {
        done: [only],
      } = await edit(client, { shop: kShop, seed, kinds: ['stock_set'], variant: id });
      const levels = (await rows('levels')).filter((level) => level.active && level.variant_id === id);
      assert.equal(only.variant, id);
      assert.equal(levels.find(({ location_id: place }) => place === only.location).available, only.available);
      assert.equal(only.units, levels.reduce((sum, { available }) => sum + Math.max(available, 0), 0));
    }
    const answer = await client.control('POST', '/edits', { shop: kShop, kinds: ['stock_set'], variant: '1' });
    assert.equal(answer.status, 400, answer.text);
  });
});

test('everyKindOfEditWorksAndFiresItsTopics', async () => {
  await withSimulator(async (client) => {
    await edit(client, { shop: kShop, count: 400, seed: 4 });
    for (const kind of [
      'location_create',
      'location_deactivate',
      'location_activate',
      'location_create',
      'location_deactivate',
      'location_delete',
    ]) {
      await edit(client, { shop: kShop, seed: 1, kinds: [kind] });
    }
    const expected = {
      product_create: 'products/create',
      product_delete: 'products/delete',
      order_create: 'orders/create',
      order_paid: 'orders/paid',
      order_cancel: 'orders/cancelled',
      order_edit: 'orders/edited',
      order_refund: 'refunds/create',
      order_delete: 'orders/delete',
      customer_create: 'customers/create',
      customer_update: 'customers/update',
      customer_delete: 'customers/delete',
      item_update: 'inventory_items/update',
      stock_connect: 'inventory_levels/connect',
      stock_disconnect: 'inventory_levels/disconnect',
      stock_set: 'inventory_levels/update',
      location_update: 'locations/update',
      location_activate: 'locations/activate',
      variant_add: 'products/update',
      product_forbidden: 'products/update',
      media_remove: 'products/update',
      media_replace: 'products/update',
    };
    for (const kind of kEditKinds) {
      if (['location_activate', 'location_delete', 'location_deactivate'].includes(kind))
        await edit(client, {
          shop: kShop,
          seed: 2,
          kinds: [kind === 'location_deactivate' ? 'location_create' : 'location_deactivate'],
        }).catch(() => {});
      const {
        done: [only],
      } = await edit(client, { shop: kShop, seed: 3, kinds: [kind] });
      if (expected[kind])
        assert.ok(
          only.topics.includes(expected[kind]),
          `${kind} fires ${expected[kind]}, fired ${only.topics}`,
        );
      assert.ok(only.topics.length > 0, kind);
    }
  });
});

test('afterManyEditsTheRecordsStillHangTogether', async () => {
  await withSimulator(async (client) => {
    await edit(client, { count: 600, seed: 12 });
    const shop = client.shop();
    let levels = 0;
    for (const product of shop.products.values()) {
      product.variants.forEach((variant, place) => {
        assert.equal(variant.position, place + 1);
        assert.equal(shop.variants.get(variant.id), variant);
        assert.equal(shop.items.get(variant.item.id), variant.item);
        assert.equal(variant.values.length, product.options.length);
        variant.values.forEach((value, index) =>
          assert.ok(product.options[index].values.some((each) => each.name === value)),
        );
        for (const level of variant.item.levels.values()) {
          assert.equal(shop.levels.get(level.id), level);
          assert.equal(level.location.levels.get(level.id), level);
          assert.ok(shop.locations.get(level.location.id));
          levels += 1;
        }
      });
    }
    assert.equal(levels, shop.levels.size);
    assert.equal(
      [...shop.products.values()].reduce((sum, product) => sum + product.variants.length, 0),
      shop.variants.size,
    );
    for (const customer of shop.customers.values())
      for (const order of customer.orders) assert.equal(shop.orders.get(order.id), order);
    assert.ok([...shop.products.values()].some((product) => product.variants.length >= 2048));
  });
});

test('twoEditsOfOneSecondDifferInContentOnly', async () => {
  const { client, receiver, close } = await startPair();
  try {
    await client.subscribe('PRODUCTS_UPDATE');
    await edit(client, { shop: kShop, seed: 3, kinds: ['product_twice'] });
    await client.platform.deliveries.idle();
    const [one, two] = receiver.received.map((each) => each.body);
    assert.equal(one.updated_at, two.updated_at);
    assert.notEqual(one.title, two.title);
  } finally {
    await close();
  }
});

test('editsRefuseWhatTheyDoNotKnow', async () => {
  await withSimulator(async (client) => {
    assert.match(
      (await client.control('POST', '/edits', { kinds: ['nope'] })).text,
      /unknown edit kind nope/,
    );
    assert.match((await client.control('POST', '/edits', { shop: 'nobody' })).text, /unknown shop/);
    assert.match(
      (await client.control('POST', '/edits', { kinds: ['location_delete'] })).text,
      /is possible/,
    );
  });
});
