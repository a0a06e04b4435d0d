import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listings, marketDifferences, sales } from './market.mjs';
import { marketTruth } from './market_truth.mjs';

const jsonl = (...rows) => rows.map((row) => JSON.stringify(row)).join('\n');
const buyer = { user_id: 'US.1', wa_id: '491', name: 'Ada', username: null, scoped: false, marked: false };
const wrote = { id: 'wamid.1', user_id: 'US.1', number: '7', at: 1793500000, told: true, message: { type: 'text', text: { body: 'Größe?' } } };
const sent = { id: 'wamid.2', to: 'US.1', at: 1793500001, correlation: 'm1', told: [{ status: 'read' }, { status: 'sent' }], body: { to: '+491', type: 'text', text: { body: 'L' } } };
const cart = { catalog_id: '88', text: '', product_items: [{ product_retailer_id: 'v1', quantity: 2, item_price: 7.9, currency: 'USD' }] };
const ordered = { ...wrote, id: 'wamid.3', message: { type: 'order', order: cart } };
const item = { id: 'v1', title: 'Lamp', price: '790', currency: 'USD', availability: 'in stock', available: 4, group: 'p1', review: 'approved' };
const said = { mid: 'm_1', person: '601', echo: false, at: 1793500000999, told: true, message: { text: 'hi' } };
const moved = { id: '5', key: 'k1', order: 'o1', changes: [{ inventory_item_id: 'i', location_id: 'l', delta: -2 }] };
const all = { buyers: jsonl(buyer), written: jsonl(wrote, ordered), sent: jsonl(sent), page: jsonl(said), items: jsonl(item), adjustments: jsonl(moved) };

const outgoing = { conversation: 'US.1', external_id: 'wamid.2', direction: 'outgoing', kind: 'text', text: 'L', reply_to: null, status: 'read', code: null, detail: null, at: 'any', content: { any: 1 } };
/** What the hub has when everything is right. */
const hub = {
  conversations: { 'US.1': { name: 'Ada', username: null, phone: '+491', last_incoming_at: '2026-11-01T02:26:40Z', unread: 2 } },
  messages: {
    'wamid.1': { conversation: 'US.1', external_id: 'wamid.1', direction: 'incoming', kind: 'text', text: 'Größe?', reply_to: null, content: {}, status: 'received', code: null, detail: null, at: '2026-11-01T02:26:40Z' },
    'wamid.3': { conversation: 'US.1', external_id: 'wamid.3', direction: 'incoming', kind: 'order', text: '', reply_to: null, status: 'received', code: null, detail: null, at: '2026-11-01T02:26:40Z',
      content: { catalogue_id: '88', items: [{ external_id: 'v1', quantity: '2', unit_price: '7.9', currency: 'USD' }] } },
    m1: outgoing,
  },
  orders: { 'wamid.3': { status: 'open', financial_status: 'pending', customer_id: 'US.1', currency: 'USD', total: '1580', note: '', placed_at: '2026-11-01T02:26:40Z', lines: { 'wamid.3/1': { variant: 'v1', quantity: 2, unit_price: '790' } } } },
  pageConversations: { 601: { name: null, username: null, phone: null, last_incoming_at: '2026-11-01T02:26:40Z', unread: 1 } },
  pageMessages: { m_1: { conversation: '601', external_id: 'm_1', direction: 'incoming', kind: 'text', text: 'hi', reply_to: null, content: {}, status: 'received', code: null, detail: null, at: '2026-11-01T02:26:40Z' } },
  catalogue: { v1: { title: 'Lamp', price: '790', currency: 'USD', availability: 'in stock', available: 4, group: 'p1' } },
  offers: { v1: { state: 'live', reason: null, in_hand: false } },
  adjustments: { k1: { order: 'o1', states: ['done'], changes: [{ item: 'i', location: 'l', delta: -2 }] } },
};

const rows = (entity, change = {}) => {
  const own = { ...hub[entity] };
  for (const [id, members] of Object.entries(change)) {
    if (members === null) delete own[id];
    else own[id] = { ...own[id], ...members };
  }
  return new Map(Object.entries(own));
};
const found = (entity, change, truth = {}) => marketDifferences(entity, marketTruth(entity, { ...all, ...truth }), rows(entity, change));

for (const entity of Object.keys(hub)) {
  test(`${entity} that are equal have no difference`, () => assert.deepEqual(found(entity), []));
  test(`${entity}: a row that is missing is found`, () => {
    for (const id of Object.keys(hub[entity])) assert.ok(found(entity, { [id]: null }).length > 0, id);
  });
}

for (const [entity, id, changes] of [
  ['conversations', 'US.1', [{ name: 'Bo' }, { phone: null }, { unread: 3 }, { last_incoming_at: null }]],
  ['messages', 'wamid.1', [{ text: 'Groesse?' }, { kind: 'image' }, { conversation: 'US.2' }, { reply_to: 'x' }, { at: '2026-11-01T02:26:41Z' }, { content: { a: 1 } }, { status: 'sent' }]],
  ['messages', 'wamid.3', [{ content: { catalogue_id: '88', items: [] } }]],
  ['messages', 'm1', [{ status: 'sent' }, { status: 'delivered' }, { status: 'failed', detail: 'x' }, { status: 'unknown', detail: 'x' }, { external_id: null }, { text: 'M' }, { kind: 'list' }]],
  ['orders', 'wamid.3', [{ total: '1579' }, { currency: 'EUR' }, { customer_id: null }, { lines: {} }, { status: 'closed' }]],
  ['pageMessages', 'm_1', [{ text: 'ho' }, { direction: 'outgoing' }, { at: '2026-11-01T02:26:41Z' }]],
  ['pageConversations', '601', [{ unread: 2 }]],
  ['catalogue', 'v1', [{ price: '791' }, { currency: 'EUR' }, { available: 3 }, { availability: 'out of stock' }, { title: 'Lamb' }, { group: 'p2' }]],
  ['offers', 'v1', [{ state: 'in_review' }, { state: 'rejected', reason: 'x' }, { state: 'absent' }, { in_hand: true }]],
  ['adjustments', 'k1', [{ states: ['planned'] }, { states: ['refused'] }, { order: 'o2' }, { changes: [{ item: 'i', location: 'l', delta: -4 }] }]],
])
  for (const change of changes) test(`${entity} ${id} with ${JSON.stringify(change)} is found`, () => assert.ok(found(entity, { [id]: change }).length > 0));

test('a message to a number its buyer has given up is one of theirs', () => {
  const truth = { buyers: jsonl({ ...buyer, wa_id: '492', former: [{ number: '491', until: 1793500000 }] }), sent: jsonl({ ...sent, to: null }) };
  assert.deepEqual(found('messages', {}, truth), []);
  assert.equal(found('messages', {}, { sent: truth.sent }).length, 1);
  assert.equal(found('messages', {}, { ...truth, sent: jsonl({ ...sent, to: null, at: sent.at + 60 }) }).length, 1, 'long after');
});
test('a message that was sent twice is found', () => assert.match(found('messages', {}, { sent: jsonl(sent, { ...sent, id: 'wamid.9' }) })[0], /m1 again: missing/));
test('what never went out may only stand as failed or unknown, with the reason', () => {
  assert.deepEqual(found('messages', { m2: { ...outgoing, external_id: null, status: 'unknown', detail: 'lost' } }), []);
  assert.deepEqual(found('messages', { m2: { ...outgoing, external_id: null, status: 'failed', detail: 'refused' } }), []);
  for (const wrong of [{ status: 'failed', detail: null }, { status: 'sent' }, { status: 'queued' }])
    assert.match(found('messages', { m2: { ...outgoing, external_id: null, ...wrong } })[0], /never got it/, JSON.stringify(wrong));
});
test('a failure is known with its code', () => {
  const failed = jsonl({ ...sent, told: [{ status: 'failed', code: 131026 }] });
  assert.deepEqual(found('messages', { m1: { status: 'failed', code: '131026', detail: 'Undeliverable' } }, { sent: failed }), []);
  assert.equal(found('messages', { m1: { status: 'failed', code: '131047', detail: 'Late' } }, { sent: failed }).length, 1);
});
test('what subscribers never heard is not expected', () => {
  const silent = { written: jsonl({ ...wrote, told: false }, ordered), buyers: jsonl(buyer) };
  assert.match(found('messages', {}, silent)[0], /wamid\.1: in the hub, gone/);
  const untold = jsonl({ ...sent, told: [] });
  for (const status of ['sent', 'unknown']) assert.deepEqual(found('messages', { m1: { status } }, { sent: untold }), []);
});
test('a buyer whose messages were marked as read has any number of unread ones', () =>
  assert.deepEqual(found('conversations', { 'US.1': { unread: 0 } }, { buyers: jsonl({ ...buyer, marked: true }) }), []));
test('of a conversation of which nothing went out the platform knows nothing', () => {
  assert.deepEqual(found('conversations', { 492: { only_refused: true } }), []);
  assert.match(found('conversations', { 492: { only_refused: false } })[0], /492: in the hub, gone/);
});
test('an offer that is not there is absent, or refused with a reason', () => {
  const gone = { items: '' };
  assert.deepEqual(found('offers', { v1: { state: 'absent' } }, gone), []);
  assert.deepEqual(found('offers', { v1: { state: 'rejected', reason: 'no picture' } }, gone), []);
  for (const wrong of [{ state: 'live' }, { state: 'rejected', reason: null }]) assert.equal(found('offers', { v1: wrong }, gone).length, 1);
});
test('titles are cut as the catalogue cuts them', () => {
  const long = `${'x'.repeat(99)}ß and more`;
  assert.deepEqual(found('catalogue', { v1: { title: long } }, { items: jsonl({ ...item, title: 'x'.repeat(99) }) }), []);
});
test('a listing stands where the worst of its offers does', () => {
  const row = (change) => new Map([['p1', { state: 'live', gone: false, sync: { state: 'live', synced: true }, offers: ['live', 'absent'], ...change }]]);
  assert.deepEqual(listings(row()), []);
  for (const change of [{ state: 'absent' }, { offers: ['rejected', 'live'] }, { gone: true }, { sync: { state: 'live', synced: false } }, { sync: null }])
    assert.ok(listings(row(change)).length > 0, JSON.stringify(change));
});
test('each sale takes stock once, where it is counted', () => {
  const row = (change) => new Map([['o v', { sold: 2, taken: 2, refused: false, counted: true, ...change }]]);
  assert.deepEqual(sales(row()), []);
  assert.deepEqual(sales(row({ taken: 0, counted: false })), []);
  assert.deepEqual(sales(row({ taken: 0, refused: true })), []);
  for (const change of [{ taken: 0 }, { taken: 4 }, { taken: 1 }]) assert.equal(sales(row(change)).length, 1, JSON.stringify(change));
});
