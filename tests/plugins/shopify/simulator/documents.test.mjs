// Every document the plugin sends runs here without an error, so without an unmodelled field.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import test, { after, before } from 'node:test';
import { kAllScopes, kHook, startSimulator } from './support.mjs';

const folder = new URL('../../../../plugins/shopify/documents/', import.meta.url);
const files = readdirSync(folder)
  .filter((name) => name.endsWith('.graphql'))
  .sort();

const scopes = [...kAllScopes, 'write_products'];

let client;
let offers;
before(async () => {
  client = await startSimulator();
  offers = await offering();
});
after(() => client.close());

const letters = [...'abcdefghij'];
const custom = (key, value) => ({ customId: { namespace: '$app:souk', key, value } });
const definition = (ownerType, key) => ({ name: key, ownerType, namespace: '$app:souk', key, type: 'id' });

/** A product as the plugin puts it there. */
const offer = (group, variant) => ({
  identifier: custom('group', group),
  input: {
    title: `Offered ${group}`,
    metafields: [{ namespace: '$app:souk', key: 'images', type: 'single_line_text_field', value: 'none' }],
    productOptions: [{ name: 'Title', values: [{ name: 'Default Title' }] }],
    variants: [{ optionValues: [{ optionName: 'Title', name: 'Default Title' }], price: '1.00', metafields: [{ namespace: '$app:souk', key: 'variant', type: 'id', value: variant }] }],
  },
});

/** Variables of the documents about offers, by name; a product to be looked at is there before. */
async function offering() {
  const query = (name) => readFileSync(new URL(name, folder), 'utf8');
  await client.data(query('offer_definition.graphql'), { definition: definition('PRODUCTVARIANT', 'variant') }, { scopes });
  await client.data(query('offer_definition.graphql'), { definition: definition('PRODUCT', 'group') }, { scopes });
  const { productSet: kept } = await client.data(query('offer_set.graphql'), offer('kept', 'kept-1'), { scopes });
  const { productSet: gone } = await client.data(query('offer_set.graphql'), offer('gone', 'gone-1'), { scopes });
  return {
    'offer_definition.graphql': { definition: definition('PRODUCT', 'images') },
    'offer_set.graphql': offer('another', 'another-1'),
    'offer_delete.graphql': { id: gone.product.id },
    'offered_product.graphql': { identifier: custom('group', 'kept') },
    'offers_look.graphql': Object.fromEntries(letters.map((letter) => [letter, custom('variant', 'kept-1')])),
  };
}

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
    const variables = { ...variablesFor(name, subjects(client.shop())), ...offers[name] };
    const data = await client.data(query, variables, { scopes });
    assert.ok(Object.values(data).every((value) => value !== null));
  });
}
