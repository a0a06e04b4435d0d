import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { Catalogue, formatted, priceFrom } from '../../../../plugins/meta/simulator/catalogue.mjs';
import { item, meta } from './support.mjs';

let hub;
let token;
before(async () => {
  hub = await meta();
  token = hub.token();
});
after(() => hub.close());
beforeEach(() => hub.world.clock.advance(61000));

const batch = (requests, more = {}) =>
  hub.ask('POST', '/v25.0/880001/items_batch', { token, body: { item_type: 'PRODUCT_ITEM', allow_upsert: false, requests, ...more } });
const status = (handle) =>
  hub.ask('GET', `/v25.0/880001/check_batch_request_status?handle=${handle}&load_ids_of_invalid_requests=true`, { token });

test('a batch is worked on later and told by its handle', async () => {
  const { body } = await batch([{ method: 'CREATE', data: item('a1') }]);
  assert.equal(body.handles.length, 1);
  assert.equal((await status(body.handles[0])).body.data[0].status, 'started');
  hub.world.clock.advance(1000);
  assert.equal((await status(body.handles[0])).body.data[0].status, 'finished');
  const { body: page } = await hub.ask('GET', '/v25.0/880001/products?fields=retailer_id,price,review_status', { token });
  assert.deepEqual(page.data.map(({ retailer_id: id, price, review_status: review }) => [id, price, review]), [['a1', '$9.99', 'pending']]);
});

test('nothing accepted is HTTP 200 with empty handles', async () => {
  const { status: code, body } = await batch([{ method: 'CREATE', data: { title: 'no id' } }]);
  assert.equal(code, 200);
  assert.deepEqual(body.handles, []);
  assert.match(body.validation_status[0].errors[0].message, /id is missing/);
});

test('an update keeps what it does not name, and an empty text takes a member away', async () => {
  await batch([{ method: 'CREATE', data: item('s1', { sale_price: '5.00 USD', color: 'red' }) }]);
  hub.world.clock.advance(1000);
  hub.world.catalogues.get('880001').work();
  await batch([{ method: 'UPDATE', data: { id: 's1', sale_price: '' } }]);
  hub.world.clock.advance(1000);
  hub.world.catalogues.get('880001').work();
  const { data } = hub.world.catalogues.get('880001').items.get('s1');
  assert.deepEqual([data.price, data.sale_price, data.color], ['9.99 USD', undefined, 'red']);
});

test('an unknown field is a warning, not an error', async () => {
  const { body } = await batch([{ method: 'CREATE', data: item('w1', { colour: 'red' }) }]);
  assert.equal(body.handles.length, 1);
  assert.match(body.validation_status[0].warnings[0].message, /colour/);
});

test('an update leaves what it does not name, and empties what it names empty', async () => {
  const prices = [];
  for (const [method, data] of [
    ['CREATE', item('reduced', { sale_price: '5.00 USD' })],
    ['UPDATE', item('reduced', { price: '12.00 USD' })],
    ['UPDATE', item('reduced', { price: '12.00 USD', sale_price: '' })],
  ]) {
    await batch([{ method, data }]);
    hub.world.clock.advance(1000);
    prices.push(hub.world.catalogues.get('880001').truth().find(({ id }) => id === 'reduced').price);
  }
  assert.deepEqual(prices, ['500', '500', '1200']);
  const written = hub.world.catalogues.get('880001').stock.filter(({ id }) => id === 'reduced');
  assert.deepEqual(written.map(({ availability, available }) => [availability, available]), Array(3).fill(['in stock', null]));
});

test('an update of an unknown id makes half an item only with allow_upsert', async () => {
  const refused = (await batch([{ method: 'UPDATE', data: item('typo') }])).body.handles[0];
  const made = (await batch([{ method: 'UPDATE', data: item('typo2') }], { allow_upsert: true })).body.handles[0];
  hub.world.clock.advance(1000);
  assert.deepEqual((await status(refused)).body.data[0].ids_of_invalid_requests, ['typo']);
  assert.deepEqual((await status(made)).body.data[0].ids_of_invalid_requests, []);
});

test('the ninth batch of a minute is refused with 80014 and its usage header', async () => {
  for (let call = 0; call < 8; call += 1) assert.equal((await batch([{ method: 'DELETE', data: { id: 'none' } }])).status, 200);
  const ninth = await batch([{ method: 'DELETE', data: { id: 'none' } }]);
  assert.equal(ninth.body.error.code, 80014);
  assert.equal(JSON.parse(ninth.headers['x-business-use-case-usage'])[880001][0].estimated_time_to_regain_access, 1);
});

test('traffic raises what a catalogue takes, by the logarithm of it', () => {
  const limits = (visits) => {
    const { batchBudget, callBudget } = new Catalogue({ id: '1', name: 'One', visits });
    return [batchBudget.most, callBudget.most];
  };
  assert.deepEqual([0, 1, 2, 1024, 20000].map(limits), [[8, 20000], [8, 20000], [16, 40000], [88, 220000], [122, 305754]]);
});

test('more than 5,000 records are refused', async () => {
  const { body } = await batch(Array.from({ length: 5001 }, (_, n) => ({ method: 'DELETE', data: { id: `d${n}` } })));
  assert.equal(body.error.code, 100);
});

test('review rejects what the policies forbid', async () => {
  await batch([{ method: 'CREATE', data: item('bad', { title: 'A weapon' }) }]);
  hub.world.clock.advance(7000);
  hub.world.catalogues.get('880001').work();
  hub.world.clock.advance(6000);
  assert.equal(hub.world.catalogues.get('880001').truth().find(({ id }) => id === 'bad').review, 'rejected');
});

test('a page may be empty and still have a next one', async () => {
  hub.world.faults.set({ empty_pages: 1 });
  const { body } = await hub.ask('GET', '/v25.0/880001/products?limit=2', { token });
  assert.deepEqual(body.data, []);
  assert.ok(body.paging.next);
  const { body: next } = await hub.ask('GET', `/v25.0/880001/products?limit=2&after=${body.paging.cursors.after}`, { token });
  assert.ok(next.data.length > 0);
});

test('prices are exact and shown as people read them', () => {
  assert.deepEqual(priceFrom('1299.5 USD'), { minor: 129950n, currency: 'USD' });
  assert.equal(priceFrom('9.999 USD'), null);
  assert.equal(priceFrom('10.5 JPY'), null);
  assert.equal(formatted({ minor: 129950n, currency: 'USD' }), '$1,299.50');
  assert.equal(formatted({ minor: 1299n, currency: 'JPY' }), '¥1,299');
  assert.equal(formatted({ minor: 5n, currency: 'KWD' }), 'KWD 0.005');
});

test('a token without catalog_management is told so', async () => {
  const { status: code, body } = await hub.ask('GET', '/v25.0/880001/products', { token: hub.token(['pages_show_list']) });
  assert.equal(code, 403);
  assert.equal(body.error.code, 200);
});

test('what is missing is told among the warnings and counted as errors', async () => {
  const { body } = await batch([{ method: 'CREATE', data: { id: 'gap', title: 'Gap', price: 'cheap' } }]);
  hub.world.clock.advance(1000);
  const { body: told } = await status(body.handles[0]);
  const [{ errors, warnings, errors_total_count: count, ids_of_invalid_requests: ids }] = told.data;
  assert.deepEqual(errors.map(({ id, message }) => [id, message]), [['gap', 'Invalid price: cheap']]);
  assert.ok(warnings.some(({ message }) => /"image"/.test(message)));
  assert.equal(count, ids.length);
  assert.ok(count > 1 && ids.every((id) => id === 'gap'));
});

test('ids of invalid requests are told only when asked for', async () => {
  const { body } = await batch([{ method: 'UPDATE', data: item('nobody') }]);
  hub.world.clock.advance(1000);
  const { body: told } = await hub.ask('GET', `/v25.0/880001/check_batch_request_status?handle=${body.handles[0]}`, { token });
  assert.deepEqual(told.data[0].ids_of_invalid_requests, []);
  assert.equal(told.data[0].errors_total_count, 1);
});

test('a status may be a word nobody has listed', async () => {
  const { body } = await batch([{ method: 'DELETE', data: { id: 'none' } }]);
  hub.world.faults.set({ batch_status: 'in_queue' });
  assert.equal((await status(body.handles[0])).body.data[0].status, 'in_queue');
  hub.world.faults.set({ batch_status: null });
});

test('an image that cannot be fetched is a warning, and shows on the item', async () => {
  const { body } = await batch([{ method: 'CREATE', data: item('noimg', { image: [{ url: 'https://missing.example/x.jpg' }] }) }]);
  hub.world.clock.advance(1000);
  const [{ errors_total_count: count, warnings }] = (await status(body.handles[0])).body.data;
  assert.deepEqual([count, warnings.length], [0, 1]);
  const { body: page } = await hub.ask('GET', '/v25.0/880001/products?fields=retailer_id,image_fetch_status,errors&filter=' + encodeURIComponent('{"retailer_id":{"is_any":["noimg"]}}'), { token });
  assert.equal(page.data[0].image_fetch_status, 'FETCH_FAILED');
  assert.equal(page.data[0].errors.length, 1);
});

test('a reduced price stands beside the former one', async () => {
  await batch([{ method: 'CREATE', data: item('sale', { price: '12.50 USD', sale_price: '9.99 USD', quantity_to_sell_on_facebook: 3 }) }]);
  hub.world.clock.advance(1000);
  const { body } = await hub.ask('GET', '/v25.0/880001/products?fields=price,sale_price,currency,quantity_to_sell_on_facebook&filter=' + encodeURIComponent('{"retailer_id":{"is_any":["sale"]}}'), { token });
  const [{ price, sale_price: reduced, quantity_to_sell_on_facebook: quantity }] = body.data;
  assert.deepEqual([price, reduced, quantity], ['$12.50', '$9.99', 3]);
  const told = hub.world.catalogues.get('880001').truth().find(({ id }) => id === 'sale');
  assert.deepEqual([told.price, told.available], ['999', 3]);
});

test('every answer says how much of the budget is used', async () => {
  const { headers } = await batch([{ method: 'DELETE', data: { id: 'none' } }]);
  const [{ call_count: percent, estimated_time_to_regain_access: minutes }] = JSON.parse(headers['x-business-use-case-usage'])[880001];
  assert.deepEqual([percent, minutes], [13, 0]);
});

test('other calls have a budget of their own, with 80009', async () => {
  const catalogue = hub.world.catalogues.get('880001');
  catalogue.callBudget.most = catalogue.callBudget.calls.length;
  const { status: code, body } = await hub.ask('GET', '/v25.0/880001/products', { token });
  catalogue.callBudget.most = 20000;
  assert.deepEqual([code, body.error.code], [400, 80009]);
});

test('a body of more than 28 MB is refused', async () => {
  const { body } = await batch([{ method: 'CREATE', data: item('big', { rich_text_description: 'x'.repeat(28 * 1024 * 1024) }) }]);
  assert.match(body.error.message, /28 MB/);
});

test('a person may change the catalogue without anybody being told', async () => {
  const catalogue = hub.world.catalogues.get('880001');
  catalogue.edit('a1', { price: '1.00 USD' });
  assert.equal(catalogue.truth().find(({ id }) => id === 'a1').price, '100');
  catalogue.edit('a1', null);
  assert.ok(!catalogue.truth().some(({ id }) => id === 'a1'));
  assert.throws(() => catalogue.edit('a1', null), /no such item/);
});
