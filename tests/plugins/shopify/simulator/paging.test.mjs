import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { page } from '../../../../plugins/shopify/simulator/graphql/paging.mjs';
import { compileSearch } from '../../../../plugins/shopify/simulator/graphql/search.mjs';
import { startSimulator } from './support.mjs';

let client;
before(async () => {
  client = await startSimulator('--products', '60');
});
after(() => client.close());

const gidNumber = (gid) => gid.split('/').pop();

for (const [list, collection] of [
  ['products', 'products'],
  ['productVariants', 'variants'],
  ['customers', 'customers'],
  ['orders', 'orders'],
  ['inventoryItems', 'items'],
]) {
  test(`pagesOf_${list}_holdEveryRecordOnce`, async () => {
    const nodes = await client.all(list, 'id', '', {
      size: 7 + (collection === 'variants' || collection === 'items' ? 243 : 0),
    });
    const ids = nodes.map((node) => gidNumber(node.id));
    assert.equal(new Set(ids).size, ids.length);
    assert.deepEqual(ids.sort(), [...client.shop()[collection].byId.keys()].sort());
  });
}

test('aProductWith2048VariantsIsReadWhole', async () => {
  const giant = [...client.shop().products.values()].find((product) => product.variants.length === 2048);
  const seen = [];
  let after = null;
  do {
    client.platform.app.bucketOf(client.shop()).level = 2000;
    const { product } = await client.data(
      'query($id: ID!, $after: String) { product(id: $id) { variantsCount { count } variants(first: 250, after: $after) { nodes { id position } pageInfo { hasNextPage endCursor } } } }',
      { id: `gid://shopify/Product/${giant.id}`, after },
    );
    assert.equal(product.variantsCount.count, 2048);
    seen.push(...product.variants.nodes);
    after = product.variants.pageInfo.hasNextPage ? product.variants.pageInfo.endCursor : null;
  } while (after);
  assert.deepEqual(
    seen.map((variant) => variant.position),
    Array.from({ length: 2048 }, (_, place) => place + 1),
  );
});

test('anOrderWith300LinesIsReadWhole', async () => {
  const giant = [...client.shop().orders.values()].find((order) => order.lines.length === 300);
  const id = `gid://shopify/Order/${giant.id}`;
  const { order: first } = await client.data(
    `{ order(id: "${id}") { lineItems(first: 250) { nodes { id } pageInfo { hasNextPage endCursor } } } }`,
  );
  assert.equal(first.lineItems.pageInfo.hasNextPage, true);
  const { order: second } = await client.data(
    `{ order(id: "${id}") { lineItems(first: 250, after: "${first.lineItems.pageInfo.endCursor}") { nodes { id } pageInfo { hasNextPage hasPreviousPage } } } }`,
  );
  assert.deepEqual(second.lineItems.pageInfo, { hasNextPage: false, hasPreviousPage: true });
  assert.deepEqual(
    [...first.lineItems.nodes, ...second.lineItems.nodes].map((line) => gidNumber(line.id)),
    giant.lines.map((line) => line.id),
  );
});

test('backwardsAndReverseAreMirrorImages', async () => {
  const forward = (await client.all('customers', 'id')).map((each) => each.id);
  const reversed = (await client.all('customers', 'id', ', reverse: true')).map((each) => each.id);
  assert.deepEqual(reversed, [...forward].reverse());
  const { customers: tail } = await client.data(
    '{ customers(last: 5) { nodes { id } pageInfo { hasPreviousPage hasNextPage startCursor } } }',
  );
  assert.deepEqual(
    tail.nodes.map((each) => each.id),
    forward.slice(-5),
  );
  assert.deepEqual([tail.pageInfo.hasPreviousPage, tail.pageInfo.hasNextPage], [true, false]);
  const { customers: before } = await client.data(
    `{ customers(last: 5, before: "${tail.pageInfo.startCursor}") { nodes { id } pageInfo { hasNextPage } } }`,
  );
  assert.deepEqual(
    before.nodes.map((each) => each.id),
    forward.slice(-10, -5),
  );
  assert.equal(before.pageInfo.hasNextPage, true);
});

test('edgesCarryCursorsThatContinueThere', async () => {
  const { products } = await client.data(
    '{ products(first: 5, sortKey: UPDATED_AT) { edges { cursor node { id updatedAt } } } }',
  );
  const { products: rest } = await client.data(
    `{ products(first: 3, sortKey: UPDATED_AT, after: "${products.edges[1].cursor}") { nodes { id } } }`,
  );
  assert.deepEqual(
    rest.nodes.map((each) => each.id),
    products.edges.slice(2, 5).map((edge) => edge.node.id),
  );
});

test('cursorsSurviveEditsAroundThem', async () => {
  const shop = client.shop();
  const whole = shop.products.sorted('ID').map((product) => product.id);
  const { products } = await client.data('{ products(first: 10) { nodes { id } pageInfo { endCursor } } }');
  const seen = products.nodes.map((node) => gidNumber(node.id));
  shop.removeProduct(shop.products.get(seen[9]));
  shop.removeProduct(shop.products.get(seen[0]));
  const rest = await client.data(
    `{ products(first: 250, after: "${products.pageInfo.endCursor}") { nodes { id } } }`,
  );
  assert.deepEqual([...seen, ...rest.products.nodes.map((node) => gidNumber(node.id))], whole);
});

test('aPageLargerThan250OrOfBothEndsIsRefused', async () => {
  const wrong = async (args) =>
    (await client.graphql(`{ customers(${args}) { nodes { id } } }`)).errors[0].message;
  assert.match(await wrong('first: 251'), /250/);
  assert.match(await wrong('reverse: true'), /first or last/);
  assert.match(await wrong('first: 1, last: 1'), /both/);
  assert.match(await wrong('first: 1, after: "bm9wZQ=="'), /Invalid cursor/);
});

test('aCursorOfAnotherSortIsRefused', async () => {
  const { products } = await client.data('{ products(first: 1, sortKey: TITLE) { pageInfo { endCursor } } }');
  const answer = await client.graphql(
    `{ products(first: 1, sortKey: ID, after: "${products.pageInfo.endCursor}") { nodes { id } } }`,
  );
  assert.match(answer.errors[0].message, /Invalid cursor/);
});

test('updatedAtFiltersAndSorts', async () => {
  const shop = client.shop();
  const sorted = shop.products.sorted('UPDATED_AT');
  const bound = sorted[20].updatedAt;
  const since = new Date(bound * 1000).toISOString().slice(0, 19);
  const nodes = await client.all(
    'products',
    'id updatedAt',
    `, sortKey: UPDATED_AT, query: "updated_at:>='${since}Z'"`,
  );
  assert.deepEqual(
    nodes.map((node) => gidNumber(node.id)),
    sorted.filter((product) => product.updatedAt >= bound).map((product) => product.id),
  );
  assert.ok(nodes.every((node) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(node.updatedAt)));
});

test('levelsOfALocationFilterByTime', async () => {
  const location = client.shop().locations.sorted('ID')[0];
  const { location: found } = await client.data(
    `{ location(id: "gid://shopify/Location/${location.id}") { all: inventoryLevels(first: 5) { nodes { id } } none: inventoryLevels(first: 5, query: "updated_at:>now") { nodes { id } } } }`,
  );
  assert.equal(found.all.nodes.length, 5);
  assert.equal(found.none.nodes.length, 0);
});

test('anUnknownFilterIsReportedAndLeftOut', async () => {
  const answer = await client.graphql('{ products(first: 1, query: "colour:red") { nodes { id } } }');
  assert.equal(answer.data.products.nodes.length, 1);
  assert.equal(answer.extensions.search[0].warnings[0].field, 'colour');
});

test('statusAnyMatchesNoOrderAndIsReported', async () => {
  const answer = await client.graphql('{ orders(first: 1, query: "status:any") { nodes { id } } }');
  assert.equal(answer.data.orders.nodes.length, 0);
  assert.equal(answer.extensions.search[0].warnings[0].code, 'invalid_value');
});

function matching(query, records) {
  const fields = {
    id: { kind: 'id', get: (record) => record.id },
    at: { kind: 'time', get: (record) => record.at },
    name: { kind: 'text', get: (record) => record.name },
    tag: { kind: 'text', get: (record) => record.tags },
    on: { kind: 'bool', get: (record) => record.on },
    n: { kind: 'number', get: (record) => record.n },
    default: { kind: 'text', get: (record) => record.name },
  };
  const { test: passes } = compileSearch(query, {
    fields,
    documented: new Set(),
    now: 1000,
    shownIn: 'things',
  });
  return records
    .filter(passes)
    .map((record) => record.id)
    .join(' ');
}

test('theSearchSyntaxIsUnderstood', () => {
  const records = [
    { id: '900000000000000001', at: 100, name: 'Red "Mug"', tags: ['a', 'b c'], on: true, n: 1 },
    { id: '900000000000000002', at: 2000, name: 'blue', tags: [], on: false, n: 5 },
    { id: '900000000000000003', at: null, name: null, tags: ['b c'], on: null, n: null },
  ];
  const [a, b, c] = records.map((record) => record.id);
  const cases = [
    [`id:${a}`, a],
    [`id:>${a}`, `${b} ${c}`],
    [`id:gid://shopify/Thing/${c}`, c],
    ['at:<now', a],
    ["at:>='1970-01-01T00:33:20Z'", b],
    ['at:>=1970-01-01T00:01:40Z AND at:<now', a],
    ['tag:"b c"', `${a} ${c}`],
    ["tag:'b c' on:true", a],
    ['n:>=1 -n:5', a],
    ['NOT n:5', `${a} ${c}`],
    ['n:1 OR n:5', `${a} ${b}`],
    ['(n:1 OR n:5) AND on:false', b],
    ['name:bl*', b],
    ['name:BLUE', b],
    ['name:blue,green', b],
    ['blue', b],
    ['name:"Red \\"Mug\\""', a],
    ['n:x', ''],
    ['', `${a} ${b} ${c}`],
  ];
  for (const [query, wanted] of cases) assert.equal(matching(query, records), wanted, query);
});

test('recordsWithEqualSortValuesAreNeitherSkippedNorRepeated', () => {
  const records = Array.from({ length: 20 }, (_, place) => ({ id: String(place).padStart(3, '0'), at: 5 }));
  const seen = [];
  let after = null;
  for (let pages = 0; pages < 7; pages += 1) {
    const found = page(records, { sortKey: 'AT', keyOf: (record) => record.at, args: { first: 3, after } });
    seen.push(...found.nodes.map((record) => record.id));
    after = found.cursorOf(found.nodes[found.nodes.length - 1]);
  }
  assert.deepEqual(
    seen,
    records.map((record) => record.id),
  );
});
