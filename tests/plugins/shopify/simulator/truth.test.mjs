import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { startSimulator } from './support.mjs';

const kYen = 'souk-demo-2.myshopify.com';
let client;
before(async () => {
  client = await startSimulator('--stores', '2', '--products', '50');
  const answer = await client.control('POST', '/edits', { count: 200, seed: 21 });
  assert.equal(answer.status, 200, answer.text);
});
after(() => client.close());

const last = (gid) => gid.split('/').pop();
/** "1000.0" or "19.9" as the number of minor units of a currency with so many places. */
const minor = (amount, places) => Math.round(Number(amount) * 10 ** places);

for (const [domain, places] of [
  ['souk-demo-1.myshopify.com', 2],
  [kYen, 0],
]) {
  test(`productsOf ${domain} equalTheTruth`, async () => {
    const rows = new Map((await client.truth('products', domain)).map((row) => [row.id, row]));
    const nodes = await client.all(
      'products',
      'id title descriptionHtml vendor productType handle status tags createdAt updatedAt publishedAt totalInventory options { name values }',
      '',
      { domain, size: 100 },
    );
    assert.equal(nodes.length, rows.size);
    for (const node of nodes) {
      const row = rows.get(last(node.id));
      assert.deepEqual(
        [
          node.title,
          node.descriptionHtml,
          node.vendor,
          node.productType,
          node.handle,
          node.status.toLowerCase(),
          node.tags,
          node.createdAt,
          node.updatedAt,
          node.publishedAt,
          node.totalInventory,
          node.options,
        ],
        [
          row.title,
          row.description_html,
          row.vendor,
          row.product_type,
          row.handle,
          row.status,
          row.tags,
          row.created_at,
          row.updated_at,
          row.published_at,
          row.total_inventory,
          row.options.map(({ name, values }) => ({ name, values })),
        ],
      );
    }
  });

  test(`variantsOf ${domain} equalTheTruth`, async () => {
    const rows = new Map((await client.truth('variants', domain)).map((row) => [row.id, row]));
    const nodes = await client.all(
      'productVariants',
      'id sku barcode price compareAtPrice position inventoryQuantity product { id } inventoryItem { id tracked unitCost { amount } }',
      '',
      { domain, size: 180 },
    );
    assert.equal(nodes.length, rows.size);
    for (const node of nodes) {
      const row = rows.get(last(node.id));
      assert.deepEqual(
        [
          node.sku,
          node.barcode,
          node.price,
          node.compareAtPrice,
          node.position,
          node.inventoryQuantity,
          last(node.product.id),
          last(node.inventoryItem.id),
          node.inventoryItem.tracked,
        ],
        [
          row.sku,
          row.barcode,
          row.price.amount,
          row.compare_at_price?.amount ?? null,
          row.position,
          row.inventory_quantity,
          row.product_id,
          row.inventory_item_id,
          row.tracked,
        ],
      );
      assert.equal(
        node.inventoryItem.unitCost ? minor(node.inventoryItem.unitCost.amount, places) : null,
        row.cost ? minor(row.cost.amount, places) : null,
      );
      assert.match(node.price, places === 0 ? /^\d+$/ : /^\d+\.\d\d$/);
    }
  });

  test(`ordersOf ${domain} equalTheTruth`, async () => {
    const rows = new Map((await client.truth('orders', domain)).map((row) => [row.id, row]));
    const select =
      'id name updatedAt test taxesIncluded currencyCode presentmentCurrencyCode displayFinancialStatus displayFulfillmentStatus customer { id } totalPriceSet { shopMoney { amount } presentmentMoney { amount currencyCode } } currentTotalPriceSet { shopMoney { amount } } totalRefundedSet { shopMoney { amount } } refunds { id }';
    const nodes = await client.all('orders', select, ', sortKey: UPDATED_AT', { domain, size: 80 });
    assert.equal(nodes.length, rows.size);
    for (const node of nodes) {
      const row = rows.get(last(node.id));
      assert.deepEqual(
        [
          node.name,
          node.updatedAt,
          node.test,
          node.taxesIncluded,
          node.currencyCode,
          node.presentmentCurrencyCode,
          node.displayFinancialStatus.toLowerCase(),
          node.displayFulfillmentStatus.toLowerCase(),
          node.customer && last(node.customer.id),
          node.refunds.length,
        ],
        [
          row.name,
          row.updated_at,
          row.test,
          row.taxes_included,
          row.currency,
          row.presentment_currency,
          row.financial_status,
          row.fulfillment_status,
          row.customer_id,
          row.refunds.length,
        ],
      );
      assert.equal(minor(node.totalPriceSet.shopMoney.amount, places), minor(row.total.shop.amount, places));
      assert.equal(
        minor(node.currentTotalPriceSet.shopMoney.amount, places),
        minor(row.current_total.shop.amount, places),
      );
      assert.equal(
        minor(node.totalRefundedSet.shopMoney.amount, places),
        minor(row.refunded.shop.amount, places),
      );
      assert.equal(Number(node.totalPriceSet.presentmentMoney.amount), Number(row.total.presentment.amount));
      assert.equal(node.totalPriceSet.presentmentMoney.currencyCode, row.presentment_currency);
    }
  });
}

test('levelsEqualTheTruth', async () => {
  const rows = new Map(
    (await client.truth('levels')).filter((row) => row.active).map((row) => [row.id, row]),
  );
  let count = 0;
  for (const location of client.shop().locations.values()) {
    let after = null;
    do {
      client.platform.app.bucketOf(client.shop()).level = 2000;
      const { location: found } = await client.data(
        'query($id: ID!, $after: String) { location(id: $id) { inventoryLevels(first: 200, after: $after) { nodes { id updatedAt item { id } quantities(names: ["available", "on_hand", "committed"]) { name quantity } } pageInfo { hasNextPage endCursor } } } }',
        { id: `gid://shopify/Location/${location.id}`, after },
      );
      for (const node of found.inventoryLevels.nodes) {
        const row = rows.get(node.id.slice('gid://shopify/InventoryLevel/'.length));
        assert.deepEqual(
          node.quantities.map((each) => each.quantity),
          [row.available, row.on_hand, row.committed],
        );
        assert.equal(node.updatedAt, row.updated_at);
        count += 1;
      }
      after = found.inventoryLevels.pageInfo.hasNextPage ? found.inventoryLevels.pageInfo.endCursor : null;
    } while (after);
  }
  assert.equal(count, rows.size);
});

test('customersAndLocationsEqualTheTruth', async () => {
  const customers = new Map((await client.truth('customers')).map((row) => [row.id, row]));
  const nodes = await client.all(
    'customers',
    'id firstName email numberOfOrders amountSpent { amount } updatedAt defaultEmailAddress { emailAddress }',
  );
  assert.equal(nodes.length, customers.size);
  for (const node of nodes) {
    const row = customers.get(last(node.id));
    assert.deepEqual(
      [
        node.firstName,
        node.email,
        node.defaultEmailAddress?.emailAddress ?? null,
        node.numberOfOrders,
        minor(node.amountSpent.amount, 2),
        node.updatedAt,
      ],
      [
        row.first_name,
        row.email,
        row.email,
        String(row.orders_count),
        minor(row.amount_spent.amount, 2),
        row.updated_at,
      ],
    );
  }
  const { locations } = await client.data(
    '{ locations(first: 50, includeInactive: true) { nodes { id name isActive updatedAt } } }',
  );
  const rows = (await client.truth('locations')).map((row) => [row.id, row.name, row.active, row.updated_at]);
  assert.deepEqual(
    locations.nodes.map((node) => [last(node.id), node.name, node.isActive, node.updatedAt]).sort(),
    rows.sort(),
  );
});

test('oldOrdersAreMarkedInTheTruth', async () => {
  const rows = await client.truth('orders');
  assert.ok(rows.some((row) => row.older_than_60_days) && rows.some((row) => !row.older_than_60_days));
});

test('anUnknownKindOrShopIs404', async () => {
  assert.equal((await client.control('GET', '/truth/souk-demo-1.myshopify.com/nope')).status, 404);
  assert.equal((await client.control('GET', '/truth/nobody/products')).status, 404);
});
