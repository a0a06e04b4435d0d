import assert from 'node:assert/strict';
import test from 'node:test';
import { Clock } from '../../../../plugins/shopify/simulator/world/clock.mjs';
import {
  decimalText,
  minorRate,
  moneyText,
  share,
} from '../../../../plugins/shopify/simulator/world/money.mjs';
import { add, subtract } from '../../../../plugins/shopify/simulator/world/money.mjs';
import { totalsOf } from '../../../../plugins/shopify/simulator/world/order_math.mjs';
import { parseTime, utcText, zonedText } from '../../../../plugins/shopify/simulator/world/time.mjs';
import { makeWorld } from '../../../../plugins/shopify/simulator/world/world.mjs';
import { kTruthKinds, truthLines } from '../../../../plugins/shopify/simulator/control/truth.mjs';

function world(seed, stores = 4) {
  const clock = new Clock({ startMs: Date.parse('2026-11-20T12:00:00Z'), frozen: true });
  return makeWorld({ seed, stores, products: 120, customers: 80, orders: 120, clock });
}

function dump(made) {
  return [...made.shops.values()]
    .map((shop) => kTruthKinds.map((kind) => truthLines(shop, kind).join('\n')).join('\n'))
    .join('\n');
}

test('theSameSeedMakesTheSameWorld', () => {
  assert.equal(dump(world(7)), dump(world(7)));
});

test('anotherSeedMakesAnotherWorld', () => {
  assert.notEqual(dump(world(7, 1)), dump(world(8, 1)));
});

test('shopsDifferInCurrencyAndTimeZone', () => {
  const shops = [...world(1).shops.values()];
  assert.deepEqual(
    shops.map((shop) => shop.currency),
    ['USD', 'JPY', 'EUR', 'KWD'],
  );
  assert.equal(new Set(shops.map((shop) => shop.timeZone)).size, 4);
});

test('everyShopHoldsTheGiants', () => {
  for (const shop of world(1).shops.values()) {
    const sizes = [...shop.products.values()].map((product) => product.variants.length).sort((a, b) => b - a);
    assert.deepEqual(sizes.slice(0, 2), [2048, 120]);
    assert.ok([...shop.products.values()].some((product) => product.media.length === 60));
    assert.ok([...shop.orders.values()].some((order) => order.lines.length === 300));
    assert.ok([...shop.orders.values()].some((order) => order.refunds.length === 40));
    assert.equal([...shop.locations.values()].filter((location) => location.active).length, 5);
    assert.equal([...shop.locations.values()].filter((location) => !location.active).length, 1);
    assert.ok([...shop.levels.values()].some((level) => !level.active));
    assert.equal(shop.products.size, 120);
    assert.equal(shop.orders.size, 120);
  }
});

test('idsAreBeyondDoublesAndUnique', () => {
  const seen = new Set();
  for (const shop of world(1).shops.values()) {
    for (const id of [...shop.products.byId.keys(), ...shop.orders.byId.keys()]) {
      assert.match(id, /^\d{18}$/);
      assert.ok(!seen.has(id));
      seen.add(id);
    }
    assert.ok([...shop.products.byId.keys()].some((id) => String(Number(id)) !== id));
  }
});

test('dataHoldsTheOddCases', () => {
  const [usd, jpy] = [...world(1).shops.values()];
  const variants = [...usd.variants.values()].filter((variant) => variant.product.variants.length <= 5);
  const skus = variants.map((variant) => variant.sku);
  assert.ok(skus.includes(null) && skus.includes(''));
  assert.ok(new Set(skus.filter(Boolean)).size < skus.filter(Boolean).length, 'a SKU twice in one shop');
  const other = new Set([...jpy.variants.values()].map((variant) => variant.sku));
  assert.ok(
    skus.some((sku) => sku && other.has(sku)),
    'a SKU in two shops',
  );
  const orders = [...usd.orders.values()];
  assert.ok(orders.some((order) => order.presentmentCurrency !== order.currency));
  assert.ok(orders.some((order) => order.taxesIncluded) && orders.some((order) => !order.taxesIncluded));
  assert.ok(
    orders.some((order) => order.cancelledAt) &&
      orders.some((order) => order.test) &&
      orders.some((order) => order.discountCode),
  );
  assert.ok(
    orders.some((order) => order.customer === null) && orders.some((order) => order.refunds.length > 0),
  );
  assert.deepEqual([...new Set([...usd.products.values()].map((product) => product.status))].sort(), [
    'ACTIVE',
    'ARCHIVED',
    'DRAFT',
    'UNLISTED',
  ]);
});

test('orderSumsAgreeWithEachOther', () => {
  for (const shop of world(3).shops.values()) {
    for (const order of shop.orders.values()) {
      const { ordered, current, received, refunded, outstanding } = totalsOf(order);
      for (const part of [ordered, current]) {
        const tax = order.taxesIncluded ? { s: 0, p: 0 } : part.tax;
        assert.deepEqual(part.total, add(part.subtotal, order.shipping, tax));
        assert.deepEqual(part.subtotal, subtract(part.gross, part.discounts));
      }
      const whole = order.transactions
        .filter((each) => each.kind === 'REFUND')
        .reduce((sum, each) => add(sum, each.amount), { s: 0, p: 0 });
      assert.deepEqual(whole, refunded, order.name);
      if (order.financialStatus === 'PAID') assert.equal(outstanding.s, 0, order.name);
      assert.ok(received.s >= refunded.s, order.name);
    }
  }
});

test('moneyTextFollowsTheCurrency', () => {
  assert.equal(moneyText(1990, 'USD'), '19.90');
  assert.equal(moneyText(5, 'USD'), '0.05');
  assert.equal(moneyText(-5, 'EUR'), '-0.05');
  assert.equal(moneyText(1000, 'JPY'), '1000');
  assert.equal(moneyText(1500, 'KWD'), '1.500');
  assert.equal(moneyText(null, 'USD'), null);
  assert.equal(decimalText(1990, 'USD'), '19.9');
  assert.equal(decimalText(2000, 'USD'), '20.0');
  assert.equal(decimalText(1000, 'JPY'), '1000.0');
  assert.equal(minorRate('USD', 'USD'), 1);
  assert.equal(Math.round(100 * minorRate('USD', 'JPY')), 151);
  assert.deepEqual(share({ s: 100, p: 1 }, 0, 0), { s: 0, p: 0 });
});

test('timesAreWrittenInUtcAndInTheShopsZone', () => {
  const summer = Date.parse('2026-07-01T03:04:05Z') / 1000;
  assert.equal(utcText(summer), '2026-07-01T03:04:05Z');
  assert.equal(zonedText(summer, 'America/New_York'), '2026-06-30T23:04:05-04:00');
  assert.equal(zonedText(summer, 'Asia/Tokyo'), '2026-07-01T12:04:05+09:00');
  assert.equal(zonedText(null, 'Asia/Tokyo'), null);
  assert.equal(parseTime('2026', 0), Date.parse('2026-01-01T00:00:00Z') / 1000);
  assert.equal(parseTime('2026-07-01T05:04:05+02:00', 0), summer);
  assert.equal(parseTime('now', 42), 42);
  assert.equal(parseTime('yesterday', 0), null);
});
