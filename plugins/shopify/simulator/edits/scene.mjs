// What an edit works with: the shop, its randomness, the second it happens in, and the event it is
// one of. All topics of one edit carry the same event id.

import { customerBody } from '../webhooks/customer_body.mjs';
import { levelBody, productBody } from '../webhooks/catalog_body.mjs';
import { orderBody } from '../webhooks/order_body.mjs';

export class Scene {
  /** `variant`: the id of the one that stock and orders are to be about; any when left out. */
  constructor(platform, shop, random, variant) {
    this.shop = shop;
    this.random = random;
    this.variant = variant;
    this.deliveries = platform.deliveries;
    this.at = shop.clock.seconds();
    this.eventId = random.uuid();
    this.topics = [];
  }

  fire(topic, body, orderId = null) {
    this.topics.push(topic);
    this.deliveries.emit(this.shop, topic, body, { eventId: this.eventId, orderId });
  }

  /** The product changed now: stamps it and tells. */
  productChanged(product) {
    product.updatedAt = this.at;
    this.shop.products.changed();
    this.shop.variants.changed();
    this.fire('products/update', productBody(this.shop, product));
  }

  /** The level changed now; a change of stock counts as one of the product, too. */
  levelChanged(level) {
    level.updatedAt = this.at;
    level.item.variant.product.updatedAt = this.at;
    this.shop.products.changed();
    this.fire('inventory_levels/update', levelBody(this.shop, level));
  }

  orderChanged(order, ...topics) {
    order.updatedAt = this.at;
    this.shop.orders.changed();
    for (const topic of topics) this.fire(topic, orderBody(this.shop, order), order.id);
    this.customerChanged(order.customer);
  }

  /** Order counts and spending are part of the customer. */
  customerChanged(customer) {
    if (!customer) return;
    customer.updatedAt = this.at;
    this.shop.customers.changed();
    this.fire('customers/update', customerBody(this.shop, customer));
  }

  /** A random record of the list that passes, or null; looks at a few dozen, then at all. */
  find(list, test) {
    for (let count = 0; count < 40 && list.length > 0; count += 1) {
      const record = this.random.pick(list);
      if (test(record)) return record;
    }
    const all = list.filter(test);
    return all.length > 0 ? this.random.pick(all) : null;
  }
}
