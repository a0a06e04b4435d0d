import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { kShop, startSimulator } from './support.mjs';

let client;
before(async () => {
  client = await startSimulator();
});
after(() => client.close());

test('theShopTellsItsCurrencyAndZone', async () => {
  const { shop, currentAppInstallation: app } = await client.data(
    '{ shop { name currencyCode ianaTimezone myshopifyDomain email plan { publicDisplayName } } currentAppInstallation { accessScopes { handle } } }',
  );
  assert.deepEqual(shop, {
    name: 'Souk Demo 1',
    currencyCode: 'USD',
    ianaTimezone: 'America/New_York',
    myshopifyDomain: kShop,
    email: 'owner@souk-demo-1.example',
    plan: { publicDisplayName: 'Basic' },
  });
  assert.ok(app.accessScopes.some(({ handle }) => handle === 'read_all_orders'));
});

test('anUnknownFieldFailsValidation', async () => {
  const answer = await client.graphql('{ products(first: 1) { nodes { sku } } }');
  assert.equal(answer.data, undefined);
  assert.match(answer.errors[0].message, /Cannot query field "sku" on type "Product"/);
});

test('anUnknownArgumentFailsValidation', async () => {
  const answer = await client.graphql('{ products(first: 1, status: "any") { nodes { id } } }');
  assert.match(answer.errors[0].message, /Unknown argument "status"/);
});

test('aWrongEnumValueAndAMissingVariableFail', async () => {
  const wrong = await client.graphql('{ products(first: 1, sortKey: UPDATED) { nodes { id } } }');
  assert.match(wrong.errors[0].message, /UPDATED/);
  const missing = await client.graphql('query($id: ID!) { product(id: $id) { id } }');
  assert.match(missing.errors[0].message, /\$id/);
  const syntax = await client.graphql('{ products(first: 1 { nodes { id } } }');
  assert.match(syntax.errors[0].message, /Syntax Error/);
});

test('aFieldThatIsNotModelledFailsByName', async () => {
  const answer = await client.graphql('{ products(first: 1) { nodes { compareAtPriceRange { maxVariantCompareAtPrice { amount } } } } }');
  assert.equal(answer.errors[0].extensions.code, 'NOT_MODELLED');
  assert.match(answer.errors[0].message, /simulator does not model Product\.compareAtPriceRange/);
});

test('aSearchFilterThatIsNotModelledFailsByName', async () => {
  const answer = await client.graphql('{ products(first: 1, query: "gift_card:true") { nodes { id } } }');
  assert.match(answer.errors[0].message, /simulator does not model the search filter gift_card/);
});

test('aBadTokenIs401WithATextError', async () => {
  const path = '/admin/api/2026-10/graphql.json';
  const missing = await client.adminJson(path, { query: '{ shop { name } }' });
  assert.equal(missing.status, 401);
  assert.deepEqual(missing.json(), {
    errors: '[API] Invalid API key or access token (unrecognized login or wrong password)',
  });
  const foreign = await client.adminJson(
    path,
    { query: '{ shop { name } }' },
    { headers: { 'x-shopify-access-token': 'shpat_0' } },
  );
  assert.equal(foreign.status, 401);
});

test('anUnknownShopIs404', async () => {
  const answer = await client.admin('GET', '/admin/oauth/access_scopes.json', {
    domain: 'nobody.myshopify.com',
  });
  assert.equal(answer.status, 404);
});

test('aMissingScopeIsAccessDeniedWithHttp200', async () => {
  const answer = await client.graphql(
    '{ orders(first: 1) { nodes { id } } }',
    {},
    { scopes: ['read_products'] },
  );
  assert.equal(answer.data, null);
  assert.equal(answer.errors[0].extensions.code, 'ACCESS_DENIED');
  assert.match(answer.errors[0].message, /^Access denied for orders field\. Required access: `read_orders`/);
});

test('scopesGuardNestedFieldsAndNodes', async () => {
  const nested = await client.graphql(
    '{ orders(first: 1) { nodes { id customer { id } } } }',
    {},
    { scopes: ['read_orders'] },
  );
  assert.equal(nested.errors[0].extensions.code, 'ACCESS_DENIED');
  const [order] = client.shop().orders.sorted('ID').slice(-1);
  const node = await client.graphql(
    `{ node(id: "gid://shopify/Order/${order.id}") { id } }`,
    {},
    { scopes: ['read_products'] },
  );
  assert.equal(node.errors[0].extensions.code, 'ACCESS_DENIED');
});

test('aWriteScopeOpensReading', async () => {
  const data = await client.data(
    '{ products(first: 1) { nodes { id } } }',
    {},
    { scopes: ['write_products'] },
  );
  assert.equal(data.products.nodes.length, 1);
});

test('anOldVersionFallsForwardAndAFutureOneIsMissing', async () => {
  const ask = (version) =>
    client.adminJson(
      `/admin/api/${version}/graphql.json`,
      { query: '{ shop { name } }' },
      { headers: { 'x-shopify-access-token': client.token() } },
    );
  assert.equal((await ask('2026-10')).headers['x-shopify-api-version'], '2026-10');
  const old = await ask('2023-01');
  assert.equal(old.status, 200);
  assert.equal(old.headers['x-shopify-api-version'], '2025-10');
  assert.equal((await ask('2029-01')).status, 404);
});

test('ordersOlderThan60DaysNeedReadAllOrders', async () => {
  const shop = client.shop();
  const scopes = ['read_orders', 'read_customers'];
  const all = await client.data('{ ordersCount(limit: null) { count precision } }');
  assert.equal(all.ordersCount.count, shop.orders.size);
  const seen = await client.data('{ ordersCount(limit: null) { count precision } }', {}, { scopes });
  const recent = [...shop.orders.values()].filter(
    (order) => order.createdAt >= shop.clock.seconds() - 60 * 86400,
  );
  assert.ok(recent.length > 0 && recent.length < shop.orders.size);
  assert.deepEqual(seen.ordersCount, { count: recent.length, precision: 'EXACT' });
  const listed = await client.all('orders', 'id', '', { scopes });
  assert.equal(listed.length, recent.length);
  const oldest = shop.orders.sorted('ID')[0];
  const direct = await client.data(
    `{ order(id: "gid://shopify/Order/${oldest.id}") { id } node(id: "gid://shopify/Order/${oldest.id}") { id } }`,
    {},
    { scopes },
  );
  assert.deepEqual(direct, { order: null, node: null });
});

test('countsStopAtTheirLimit', async () => {
  const size = client.shop().products.size;
  const data = await client.data(
    '{ some: productsCount(limit: 10) { count precision } all: productsCount(limit: null) { count precision } usual: productsCount { count precision } }',
  );
  assert.deepEqual(data, {
    some: { count: 10, precision: 'AT_LEAST' },
    all: { count: size, precision: 'EXACT' },
    usual: { count: size, precision: 'EXACT' },
  });
});

test('nodesKeepTheOrderOfTheirIds', async () => {
  const [first] = client.shop().products.sorted('ID');
  const ids = [
    `gid://shopify/ProductVariant/${first.variants[0].id}`,
    `gid://shopify/Product/${first.id}`,
    'gid://shopify/Product/1',
  ];
  const { nodes } = await client.data('query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }', { ids });
  assert.deepEqual(
    nodes.map((node) => node?.__typename ?? null),
    ['ProductVariant', 'Product', null],
  );
});

test('mediaTellTheirKind', async () => {
  const pictured = [...client.shop().products.values()].find((product) => product.media.length === 60);
  const { product } = await client.data(
    `{ product(id: "gid://shopify/Product/${pictured.id}") { mediaCount { count } media(first: 60) { nodes { __typename ... on MediaImage { image { url } } ... on ExternalVideo { originUrl } } } } }`,
  );
  assert.equal(product.mediaCount.count, 60);
  assert.deepEqual([...new Set(product.media.nodes.map((each) => each.__typename))].sort(), [
    'ExternalVideo',
    'MediaImage',
  ]);
});

test('inactiveLocationsAndLevelsAreHiddenUnlessAsked', async () => {
  const usual = await client.data('{ locations(first: 20) { nodes { isActive } } }');
  assert.ok(usual.locations.nodes.every((location) => location.isActive));
  const all = await client.data('{ locations(first: 20, includeInactive: true) { nodes { isActive } } }');
  assert.equal(all.locations.nodes.length, usual.locations.nodes.length + 1);
  const level = [...client.shop().levels.values()].find((each) => !each.active);
  const { inventoryItem: item } = await client.data(
    `{ inventoryItem(id: "gid://shopify/InventoryItem/${level.item.id}") { few: inventoryLevels(first: 10) { nodes { id } } all: inventoryLevels(first: 10, includeInactive: true) { nodes { id isActive } } } }`,
  );
  assert.equal(item.all.nodes.length, item.few.nodes.length + 1);
});

test('restCountsKnowTheirDefaults', async () => {
  const headers = { 'x-shopify-access-token': client.token() };
  const any = (
    await client.admin('GET', '/admin/api/2026-07/orders/count.json?status=any', { headers })
  ).json();
  const open = (await client.admin('GET', '/admin/api/2026-07/orders/count.json', { headers })).json();
  assert.equal(any.count, client.shop().orders.size);
  assert.ok(open.count < any.count);
  const denied = await client.admin('GET', '/admin/api/2026-07/orders/count.json', {
    headers: { 'x-shopify-access-token': client.token(kShop, ['read_products']) },
  });
  assert.equal(denied.status, 403);
  assert.deepEqual(denied.json(), {
    errors: '[API] This action requires merchant approval for read_orders scope.',
  });
});

test('aRequestWithoutQueryIs400', async () => {
  const answer = await client.adminJson(
    '/admin/api/2026-10/graphql.json',
    { nothing: true },
    { headers: { 'x-shopify-access-token': client.token() } },
  );
  assert.equal(answer.status, 400);
  const broken = await client.admin('POST', '/admin/api/2026-10/graphql.json', {
    headers: { 'x-shopify-access-token': client.token() },
    body: '{',
  });
  assert.equal(broken.status, 400);
});
