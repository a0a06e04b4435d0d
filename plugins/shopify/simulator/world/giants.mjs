// The records that make a page too small: 2,048 variants, 120 variants, 60 media, 300 lines,
// dozens of refunds. Every shop has one of each.

import { kZero } from './money.mjs';
import { fillVariants, makeMedia, makeProductShell } from './products.mjs';
import { addShipping, makeLine, makeOrderShell } from './orders.mjs';
import { orderChanged, totalsOf } from './order_math.mjs';
import { pay, refund } from './order_steps.mjs';

function grid(columns) {
  const names = Object.keys(columns);
  let rows = [[]];
  for (const name of names) {
    rows = rows.flatMap((row) =>
      Array.from({ length: columns[name] }, (_, place) => [...row, `${name} ${place + 1}`]),
    );
  }
  return { names, rows };
}

function giantProduct(shop, random, now, name, plan, everywhere) {
  const product = makeProductShell(shop, random, shop.createdAt + 7200, now - 5400, name);
  product.status = 'ACTIVE';
  product.publishedAt = product.createdAt;
  const letter = product.handle.slice(0, 12).toUpperCase();
  fillVariants(
    shop,
    random,
    product,
    plan,
    (place) => ({
      sku: `${letter}-${place}`,
      barcode: place % 2 === 0 ? `42${shop.index}${String(place).padStart(10, '0')}` : null,
    }),
    everywhere,
  );
  return product;
}

export function makeGiantProducts(shop, random, now) {
  const widest = giantProduct(
    shop,
    random.fork('2048'),
    now,
    'Every Shirt There Is',
    grid({ Colour: 32, Size: 16, Fit: 4 }),
    false,
  );
  shop.addProduct(widest);
  shop.addProduct(
    giantProduct(shop, random.fork('120'), now, 'Paint of 120 Shades', grid({ Shade: 120 }), true),
  );
  const pictured = giantProduct(shop, random.fork('media'), now, 'Chair from Sixty Sides', null, true);
  for (let place = 1; place <= 60; place += 1) {
    pictured.media.push(makeMedia(shop, pictured, place, place % 20 === 0 ? 'EXTERNAL_VIDEO' : 'IMAGE'));
  }
  shop.addProduct(pictured);
}

function giantOrder(shop, random, at, customer, variants, quantityOf) {
  const order = makeOrderShell(shop, random, at, customer);
  order.test = false;
  order.cancelledAt = null;
  order.shipping = kZero;
  order.lines = variants.map((variant, place) => makeLine(shop, order, variant, quantityOf(place)));
  addShipping(shop, random, order);
  orderChanged(order);
  order.original = totalsOf(order).ordered.total;
  pay(shop, order, at);
  return order;
}

export function makeGiantOrders(shop, random, now) {
  const variants = [...shop.variants.values()];
  const customer = shop.customers.sorted('ID')[0] ?? null;
  const many = Array.from({ length: 300 }, () => random.pick(variants));
  shop.addOrder(
    giantOrder(shop, random.fork('lines'), now - 86400 * 2, customer, many, (place) => (place % 3) + 1),
  );
  const few = Array.from({ length: 6 }, () => random.pick(variants));
  const returned = giantOrder(shop, random.fork('refunds'), now - 86400 * 20, customer, few, () => 12);
  for (let count = 0; count < 40; count += 1) {
    const at = returned.createdAt + 3600 * (count + 1);
    refund(shop, returned, [{ line: returned.lines[count % 6], quantity: 1 }], at, {
      note: count % 2 ? 'Returned' : null,
    });
    returned.updatedAt = at;
  }
  shop.addOrder(returned);
}
