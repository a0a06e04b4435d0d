// Every document the plugin sends runs here without an error, so without an unmodelled field.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import test, { after, before } from 'node:test';
import { kHook, startSimulator } from './support.mjs';

const folder = new URL('../../../../plugins/shopify/documents/', import.meta.url);
const files = readdirSync(folder)
  .filter((name) => name.endsWith('.graphql'))
  .sort();

let client;
before(async () => {
  client = await startSimulator();
});
after(() => client.close());

/** Ids of records that have most to show. */
function subjects(shop) {
  const order = [...shop.orders.values()].find((each) => each.refunds.length === 40);
  const product = [...shop.products.values()].find((each) => each.media.length === 60);
  const level = [...product.variants[0].item.levels.values()][0];
  const subscription = [...shop.subscriptions.values()][0];
  return {
    order_: `gid://shopify/Order/${order.id}`,
    product_: `gid://shopify/Product/${product.id}`,
    customer_: `gid://shopify/Customer/${shop.customers.sorted('ID')[0].id}`,
    location_: `gid://shopify/Location/${level.location.id}`,
    item: `gid://shopify/InventoryItem/${level.item.id}`,
    subscription_: subscription && `gid://shopify/WebhookSubscription/${subscription.id}`,
  };
}

function variablesFor(name, ids) {
  const id = Object.entries(ids).find(([prefix]) => name.startsWith(prefix))?.[1];
  return {
    id,
    item: ids.item,
    location: ids.location_,
    first: true,
    withVariants: true,
    withMedia: true,
    query: "updated_at:>='2026-01-01T00:00:00Z'",
    topic: 'PRODUCTS_UPDATE',
    subscription: { uri: kHook },
    key: `documents ${name}`,
    input: { name: 'available', reason: 'other', changes: [{ inventoryItemId: ids.item, locationId: ids.location_, delta: 1, changeFromQuantity: null }] },
  };
}

test('thePluginHasDocuments', () => {
  assert.ok(files.length > 0);
});

for (const name of files) {
  test(`documentRuns ${name}`, async () => {
    client.platform.app.bucketOf(client.shop()).level = 2000;
    const query = readFileSync(new URL(name, folder), 'utf8');
    const data = await client.data(query, variablesFor(name, subjects(client.shop())));
    assert.ok(Object.values(data).every((value) => value !== null));
  });
}
