import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonical, differences } from './compare.mjs';
import { minorUnits } from './money.mjs';
import { address, truthFrom } from './truth.mjs';

const price = (amount, currency = 'USD') => ({ amount, currency });
const variant = {
  id: '1', product_id: '2', inventory_item_id: '3', title: 'T', sku: null, barcode: null, position: 1, price: price('19.90'),
  compare_at_price: null, taxable: true, inventory_policy: 'deny', options: [{ name: 'Color', value: 'Red' }],
};
const rows = (one) => truthFrom('variants', JSON.stringify({ ...variant, ...one }));

test('money is exact in every exponent', () => {
  assert.equal(minorUnits('19.90', 'USD'), '1990');
  assert.equal(minorUnits('19.9', 'USD'), '1990');
  assert.equal(minorUnits('1000.0', 'JPY'), '1000');
  assert.equal(minorUnits('0.001', 'KWD'), '1');
  assert.equal(minorUnits('0.00', 'EUR'), '0');
  assert.equal(minorUnits('-0.05', 'EUR'), '-5');
  assert.equal(minorUnits('90071992547409.93', 'USD'), '9007199254740993');
  assert.throws(() => minorUnits('1.005', 'USD'), /more decimals/);
  assert.throws(() => minorUnits('1e3', 'USD'), /not an amount/);
});

test('equal rows have no difference', () => assert.deepEqual(differences('variants', rows(), rows()), []));

for (const [name, change] of Object.entries({
  'a price by one cent': { price: price('19.91') },
  'a currency': { price: price('19.90', 'EUR') },
  'a title': { title: 't' },
  'a missing SKU': { sku: 'A' },
  'a position': { position: 2 },
  'an option': { options: [{ name: 'Color', value: 'Blue' }] },
  'a flag': { taxable: false },
}))
  test(`${name} is found`, () => assert.equal(differences('variants', rows(), rows(change)).length, 1));

test('a missing row and a row too many are found', () => {
  assert.match(differences('variants', rows(), new Map())[0], /missing in the hub/);
  assert.match(differences('variants', new Map(), rows())[0], /gone on the platform/);
});

test('nested members are named by their path', () => {
  const truth = new Map([['1', { lines: { 7: { quantity: 1 } } }]]);
  const hub = new Map([['1', { lines: { 7: { quantity: 2 } } }]]);
  assert.deepEqual(differences('orders', truth, hub), ['orders 1.lines.7.quantity: the platform has 1, the hub 2']);
});

test('switched-off levels are not expected, untracked ones have no number', () => {
  const level = { inventory_item_id: '1', location_id: '2', available: 0, tracked: false, active: true };
  assert.equal(truthFrom('levels', JSON.stringify({ ...level, active: false })).size, 0);
  const truth = truthFrom('levels', JSON.stringify(level));
  assert.deepEqual(differences('levels', truth, new Map([['1@2', { available: null }]])), []);
  assert.equal(differences('levels', truth, new Map([['1@2', { available: '5' }]])).length, 1);
  const tracked = truthFrom('levels', JSON.stringify({ ...level, tracked: true, available: 4 }));
  assert.equal(differences('levels', tracked, new Map([['1@2', { available: '5' }]])).length, 1);
  assert.equal(differences('levels', tracked, new Map([['1@2', { available: null }]])).length, 1);
});

test('a line may forget a product that is gone, and no other', () => {
  const truth = (gone) => new Map([['1', { lines: { 7: { product_id: '5', variant_id: '6', gone } } }]]);
  const hub = (product, variant) => new Map([['1', { lines: { 7: { product_id: product, variant_id: variant } } }]]);
  assert.deepEqual(differences('orders', truth(true), hub(null, null)), []);
  assert.deepEqual(differences('orders', truth(true), hub('5', '6')), []);
  assert.equal(differences('orders', truth(false), hub(null, '6')).length, 1);
  assert.equal(differences('orders', truth(true), hub('9', null)).length, 1);
});

test('addresses leave out what is not there', () => {
  assert.equal(address(null), null);
  assert.equal(address({ first_name: null, city: '' }), null);
  assert.deepEqual(address({ first_name: 'A', last_name: 'B', zip: '1' }), { name: 'A B', postal_code: '1' });
});

test('canonical text does not depend on the order of keys', () => assert.equal(canonical({ a: 1, b: [2] }), canonical({ b: [2], a: 1 })));
