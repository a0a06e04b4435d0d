import assert from 'node:assert/strict';
import { test } from 'node:test';
import { disorderIn } from './disorder.mjs';

let turn = 0;
/** A delivery of a record: triggered and sent at these seconds, in the order of the calls. */
function sent(topic, body, triggered, at = triggered, attempts = []) {
  const text = (seconds) => new Date(1_700_000_000_000 + seconds * 1000).toISOString();
  turn += 1;
  const first = { at: text(at), turn, copy: false };
  return { topic, body: JSON.stringify(body), triggered_at: text(triggered), attempts: [first, ...attempts] };
}
const nothing = {
  overtaken: 0, repeated: 0, 'a day late': 0, 'paid before create': 0, 'told after delete': 0, 'two contents in one second': 0,
};
const found = (deliveries, kinds) => assert.deepEqual(disorderIn(deliveries), { ...nothing, ...kinds });

test('in order, nothing is counted', () =>
  found([sent('orders/create', { id: 1 }, 1), sent('orders/paid', { id: 1 }, 2), sent('orders/delete', { id: 1 }, 3)], {}));

test('a younger one about the same record came first', () => {
  found([sent('products/update', { id: 1 }, 9), sent('products/update', { id: 1 }, 3, 9)], { overtaken: 1 });
  found([sent('products/update', { id: 1 }, 9), sent('products/update', { id: 2 }, 3, 9)], {});
  const level = { inventory_item_id: 1, location_id: 2 };
  found([sent('inventory_levels/update', level, 9), sent('inventory_levels/update', { ...level, location_id: 3 }, 3, 9)], {});
});

test('the platform logs the order of sending, not that of the log', () => {
  const later = sent('products/update', { id: 1 }, 9);
  found([sent('products/update', { id: 1 }, 3, 9), later], { overtaken: 1 });
});

test('a copy makes it repeated', () => found([sent('products/update', { id: 1 }, 1, 1, [{ at: '', turn: 99, copy: true }])], { repeated: 1 }));

test('a day late is a day or more', () => {
  found([sent('products/update', { id: 1 }, 0, 86400)], { 'a day late': 1 });
  found([sent('products/update', { id: 1 }, 0, 86399)], {});
});

test('paid came while create was still to come', () =>
  found([sent('orders/paid', { id: 1 }, 2, 2), sent('orders/create', { id: 1 }, 2, 5)], { 'paid before create': 1 }));

test('told after it was gone', () =>
  found([sent('orders/delete', { id: 1 }, 5), sent('orders/updated', { id: 1 }, 4, 6), sent('orders/updated', { id: 2 }, 7)], {
    overtaken: 1, 'told after delete': 1,
  }));

test('two contents with one stamp', () => {
  const [a, b] = ['a', 'b'].map((title) => ({ id: 1, updated_at: '2026-01-01T00:00:00Z', title }));
  found([sent('products/update', a, 1), sent('products/update', b, 1)], { 'two contents in one second': 1 });
  found([sent('products/update', a, 1), sent('products/update', a, 1)], {});
  found([sent('products/update', a, 1), sent('products/update', { ...b, updated_at: '2026-01-01T00:00:01Z' }, 1)], {});
});

test('what was never tried counts for nothing', () =>
  found([{ ...sent('products/update', { id: 1 }, 1), attempts: [] }], {}));
