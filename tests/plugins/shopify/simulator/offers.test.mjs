import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test, { after, before } from 'node:test';
import { kAllScopes, startPair } from './support.mjs';

const scopes = [...kAllScopes, 'write_products'];
const text = (name) => readFileSync(new URL(`../../../../plugins/shopify/documents/${name}.graphql`, import.meta.url), 'utf8');
const namespace = '$app:souk';
const custom = (key, value) => ({ customId: { namespace, key, value } });
const field = (key, value, type = 'id') => ({ namespace, key, type, value });

let pair;
let client;
before(async () => {
  pair = await startPair();
  client = pair.client;
  await client.subscribe('PRODUCTS_CREATE', 'PRODUCTS_UPDATE', 'PRODUCTS_DELETE', 'INVENTORY_LEVELS_CONNECT', 'INVENTORY_LEVELS_UPDATE', 'INVENTORY_ITEMS_UPDATE');
});
after(() => pair.close());

const place = () => `gid://shopify/Location/${client.shop().locations.sorted('ID').find(({ active }) => active).id}`;
const variant = (id, value, more = {}) => ({
  optionValues: [{ optionName: 'Size', name: value }],
  sku: `SKU-${id}`,
  price: '19.90',
  inventoryItem: { tracked: true },
  inventoryQuantities: [{ locationId: place(), name: 'available', quantity: 4 }],
  metafields: [field('variant', id)],
  ...more,
});
const input = (variants, more = {}) => ({
  title: 'Lamp',
  descriptionHtml: '<p>warm</p>',
  metafields: [field('images', 'none', 'single_line_text_field')],
  productOptions: [{ name: 'Size', values: variants.map(({ optionValues: [{ name }] }) => ({ name })) }],
  variants,
  ...more,
});
const graphql = (name, variables, own = scopes) => client.graphql(text(name), variables, { scopes: own });
async function set(group, given) {
  const answer = await graphql('offer_set', { identifier: custom('group', group), input: given });
  assert.equal(answer.errors, undefined, JSON.stringify(answer.errors));
  return answer.data.productSet;
}
async function done(group, given) {
  const { product, userErrors } = await set(group, given);
  assert.deepEqual(userErrors, []);
  return product;
}
const codeOf = async (group, given) => (await set(group, given)).userErrors.map(({ code }) => code).join();
const define = async (ownerType, key) => {
  const { data } = await graphql('offer_definition', { definition: { name: key, ownerType, namespace, key, type: 'id' } });
  return data.metafieldDefinitionCreate.userErrors.map(({ code }) => code).join();
};
const find = async (identifier) => (await graphql('offered_product', { identifier })).data.productByIdentifier;
/** What came since it was asked last. */
const topics = async () => {
  await client.control('POST', '/deliveries/flush');
  return pair.receiver.received.splice(0).map(({ topic }) => topic);
};
const count = () => client.shop().products.size;

test('withoutADefinitionNoIdIsLookedFor', async () => {
  assert.equal(await codeOf('g1', input([variant('a', 'S')])), 'NOT_FOUND');
  const { errors } = await graphql('offered_product', { identifier: custom('group', 'g1') });
  assert.match(errors[0].message, /definition of type 'id'/);
});

test('aDefinitionIsMadeOnce', async () => {
  assert.equal(await define('PRODUCT', 'group'), '');
  assert.equal(await define('PRODUCT', 'group'), 'TAKEN');
  assert.equal(await codeOf('g1', input([variant('a', 'S')])), 'INVALID_METAFIELD');
  assert.equal(await define('PRODUCTVARIANT', 'variant'), '');
  assert.equal(await define('PRODUCTVARIANT', '-'), 'INVALID');
});

test('aProductIsMadeOnceUnderItsId', async () => {
  await topics();
  const before = count();
  const made = await done('g1', input([variant('a', 'S'), variant('b', 'L')]));
  const told = await topics();
  assert.ok(told.includes('products/create') && told.includes('inventory_levels/connect'), told.join());
  const again = await done('g1', input([variant('a', 'S', { id: made.variants.nodes[0].id }), variant('b', 'L', { id: made.variants.nodes[1].id })]));
  assert.equal(again.id, made.id);
  assert.deepEqual(again.variants.nodes, made.variants.nodes);
  assert.equal(count(), before + 1);
  assert.deepEqual(made.variants.nodes.map(({ offer }) => offer.value), ['a', 'b']);
  assert.equal((await find(custom('group', 'g1'))).id, made.id);
  assert.ok((await topics()).includes('products/update'));
});

test('whatAListLeavesOutGoesAndTheRestStays', async () => {
  const { variants } = await find(custom('group', 'g1'));
  const kept = await done('g1', { ...input([variant('a', 'S', { id: variants.nodes[0].id, price: '9.00' })]), descriptionHtml: undefined });
  assert.deepEqual(kept.variants.nodes.map(({ id, price }) => [id, price]), [[variants.nodes[0].id, '9.00']]);
  const product = client.shop().products.get(kept.id.split('/').pop());
  assert.equal(product.descriptionHtml, '<p>warm</p>');
  assert.equal(client.shop().variants.get(variants.nodes[1].id.split('/').pop()), undefined);
});

test('stockIsSetWhereTheVariantIsStocked', async () => {
  const { variants } = await find(custom('group', 'g1'));
  const { id } = variants.nodes[0];
  await topics();
  const now = await done('g1', input([variant('a', 'S', { id, inventoryQuantities: [{ locationId: place(), name: 'available', quantity: 9 }] })]));
  assert.equal(now.variants.nodes[0].inventoryQuantity, 9);
  assert.ok((await topics()).includes('inventory_levels/update'));
  const other = client.shop().locations.sorted('ID').filter(({ active }) => active)[1];
  const elsewhere = [{ locationId: `gid://shopify/Location/${other.id}`, name: 'available', quantity: 1 }];
  assert.equal(await codeOf('g1', input([variant('a', 'S', { id, inventoryQuantities: elsewhere })])), 'INVALID_INPUT');
  const nowhere = [{ locationId: 'gid://shopify/Location/1', name: 'available', quantity: 1 }];
  assert.equal(await codeOf('g1', input([variant('a', 'S', { id, inventoryQuantities: nowhere })])), 'INVALID_INPUT');
});

test('picturesAreOnlyMadeWhenTheyAreGiven', async () => {
  const { variants } = await find(custom('group', 'g1'));
  const one = [variant('a', 'S', { id: variants.nodes[0].id })];
  const { id } = await done('g1', input(one, { files: [{ originalSource: 'https://cdn.example/1.jpg', contentType: 'IMAGE' }] }));
  const { media } = client.shop().products.get(id.split('/').pop());
  assert.equal(media.length, 1);
  await done('g1', input(one));
  assert.equal(client.shop().products.get(id.split('/').pop()).media[0], media[0]);
  assert.equal(await codeOf('g1', input(one, { files: [{ originalSource: 'http://cdn.example/1.jpg' }] })), 'INVALID_INPUT');
  await done('g1', input(one, { files: [] }));
  assert.equal(client.shop().products.get(id.split('/').pop()).media.length, 0);
});

test('idsAreUnique', async () => {
  assert.equal(await codeOf('g2', input([variant('a', 'S')])), 'DUPLICATED_METAFIELD_VALUE');
  const wrong = { ...field('variant', 'x'), type: 'single_line_text_field' };
  assert.equal(await codeOf('g2', input([variant('x', 'S', { metafields: [wrong] })])), 'METAFIELD_MISMATCH');
  assert.equal(await find(custom('group', 'g2')), null);
});

test('whatCannotBeIsRefused', async () => {
  const one = () => input([variant('n', 'S')]);
  assert.equal(await codeOf('g3', { ...one(), title: ' ' }), 'INVALID_PRODUCT');
  assert.equal(await codeOf('g3', { ...one(), title: 'x'.repeat(256) }), 'INVALID_PRODUCT');
  assert.equal(await codeOf('g3', { ...one(), productOptions: undefined }), 'VARIANTS_INPUT_MISSING');
  assert.equal(await codeOf('g3', { ...one(), productOptions: ['a', 'b', 'c', 'd'].map((name) => ({ name, values: [] })) }), 'OPTIONS_OVER_LIMIT');
  assert.equal(await codeOf('g3', { ...one(), productOptions: ['a', 'a'].map((name) => ({ name, values: [] })) }), 'DUPLICATED_OPTION_NAME');
  assert.equal(await codeOf('g3', { ...one(), productOptions: [{ name: 'Size', values: [{ name: 'XL' }] }] }), 'OPTION_VALUE_DOES_NOT_EXIST');
  assert.equal(await codeOf('g3', { ...one(), productOptions: [{ name: 'Colour', values: [{ name: 'S' }] }] }), 'OPTION_VALUES_MISSING');
  assert.equal(await codeOf('g3', input([variant('n', 'S'), variant('m', 'S')])), 'INVALID_VARIANT');
  assert.equal(await codeOf('g3', input([variant('n', 'S', { price: '-1' })])), 'INVALID_VARIANT');
  assert.equal(await codeOf('g3', input([variant('n', 'S', { id: 'gid://shopify/ProductVariant/1' })])), 'PRODUCT_VARIANT_DOES_NOT_EXIST');
});

test('offersAreShownByTheirDefinitionAndLookedUpByTheirIds', async () => {
  const own = await done('g4', input([variant('d', 'S')]));
  const { data } = await graphql('offers_shown', {});
  const { nodes } = data.metafieldDefinition.metafields;
  assert.deepEqual(nodes.map(({ value }) => value), ['g1', 'g4']);
  assert.equal(nodes[1].owner.id, own.id);
  const ids = ['d', 'nobody', ...'cdefghij'].map((value) => custom('variant', value));
  const looked = (await graphql('offers_look', Object.fromEntries([...'abcdefghij'].map((letter, index) => [letter, ids[index]])))).data;
  assert.equal(looked.a.product.title, 'Lamp');
  assert.equal(looked.b, null);
  const page = await client.data(`{ products(first: 250) { nodes { id offer: metafield(namespace: "${namespace}", key: "group") { value } } } }`, {}, { scopes });
  assert.deepEqual(page.products.nodes.filter(({ offer }) => offer).map(({ offer }) => offer.value), ['g1', 'g4']);
});

test('aProductIsDeletedForGood', async () => {
  const { id } = await find(custom('group', 'g4'));
  await topics();
  const { data } = await graphql('offer_delete', { id });
  assert.deepEqual(data.productDelete, { deletedProductId: id, userErrors: [] });
  assert.ok((await topics()).includes('products/delete'));
  assert.equal((await graphql('offer_delete', { id })).data.productDelete.userErrors[0].message, 'Product does not exist');
  assert.equal(await find(custom('group', 'g4')), null);
});

test('readingIsNotWriting', async () => {
  const given = { identifier: custom('group', 'g5'), input: input([variant('r', 'S')]) };
  for (const [name, variables] of [['offer_set', given], ['offer_delete', { id: 'gid://shopify/Product/1' }], ['offer_definition', { definition: { name: 'x', ownerType: 'PRODUCT', namespace, key: 'xx', type: 'id' } }]]) {
    const { errors } = await graphql(name, variables, kAllScopes);
    assert.equal(errors[0].extensions.code, 'ACCESS_DENIED', name);
  }
});

test('aFaultRefusesProductsAlone', async () => {
  await client.control('POST', '/faults', { graphql: { rate: 1, kind: 'refuse' } });
  assert.equal(await codeOf('g1', input([variant('a', 'S')])), 'INVALID_PRODUCT');
  assert.ok(await find(custom('group', 'g1')));
  await client.control('POST', '/faults', { graphql: { rate: 0 } });
});

test('anOrderMayBeOfOneVariant', async () => {
  const { id } = client.shop().variants.sorted('ID')[0];
  const answer = await client.control('POST', '/edits', { count: 1, seed: 3, kinds: ['order_create'], variant: id });
  const order = client.shop().orders.get(answer.json().done[0].order);
  assert.deepEqual(order.lines.map((line) => [line.variant.id, line.quantity]), [[id, 2]]);
  assert.equal(order.test, false);
});
