// All shops of one run, made from the seed and the moment the clock starts at.

import { makeCustomers } from './customers.mjs';
import { makeGiantOrders, makeGiantProducts } from './giants.mjs';
import { makeLocations } from './locations.mjs';
import { makeOrders } from './orders.mjs';
import { makeProducts } from './products.mjs';
import { profileOf } from './profiles.mjs';
import { Random } from './random.mjs';
import { Shop } from './shop.mjs';

/** Orders span five months, so a third of them is older than 60 days. */
function makeShop(index, random, clock, sizes) {
  const now = clock.seconds();
  const shop = new Shop(index, profileOf(index), clock.child());
  shop.createdAt = now - 86400 * 420;
  shop.updatedAt = now - 86400 * 30;
  makeLocations(shop, random.fork('locations'));
  makeProducts(shop, random.fork('products'), Math.max(0, sizes.products - (sizes.giants ? 3 : 0)), now);
  if (sizes.giants) makeGiantProducts(shop, random.fork('giants'), now);
  makeCustomers(shop, random.fork('customers'), sizes.customers, now);
  makeOrders(shop, random.fork('orders'), Math.max(0, sizes.orders - (sizes.giants ? 2 : 0)), now);
  if (sizes.giants) makeGiantOrders(shop, random.fork('giant orders'), now);
  return shop;
}

/** {shops: Map domain → Shop, random}; the random is for edits and faults that come later. */
export function makeWorld({ seed, stores, products, customers, orders, giants = true, clock }) {
  const random = new Random(seed);
  const shops = new Map();
  for (let index = 0; index < stores; index += 1) {
    const shop = makeShop(index, random.fork(`shop ${index}`), clock, {
      products,
      customers,
      orders,
      giants,
    });
    shops.set(shop.domain, shop);
  }
  return { shops, random: random.fork('later') };
}
