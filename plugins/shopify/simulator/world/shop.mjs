// One shop and everything in it. Records are plain objects; links between them are references
// (variant.product, level.item), ids are text, times whole seconds, money whole minor units.

import { Collection } from './collection.mjs';
import { Ids } from './ids.mjs';

const byTimes = { CREATED_AT: (record) => record.createdAt, UPDATED_AT: (record) => record.updatedAt };

function totalInventory(product) {
  return product.variants.reduce((sum, variant) => sum + inventoryQuantity(variant), 0);
}

/** What the variant shows as its stock: available at all active levels, 0 when not tracked. */
export function inventoryQuantity(variant) {
  if (!variant.item.tracked) return 0;
  let sum = 0;
  for (const level of variant.item.levels.values()) if (level.active) sum += level.available;
  return sum;
}

export class Shop {
  constructor(index, profile, clock) {
    this.index = index;
    this.profile = profile;
    this.clock = clock;
    this.ids = new Ids(index);
    this.id = this.ids.next('Shop');
    this.name = `Souk Demo ${index + 1}`;
    this.domain = `souk-demo-${index + 1}.myshopify.com`;
    this.currency = profile.currency;
    this.timeZone = profile.timeZone;
    this.email = `owner@souk-demo-${index + 1}.example`;
    this.locations = new Collection({ NAME: (record) => record.name });
    this.products = new Collection({
      ...byTimes,
      TITLE: (record) => record.title,
      VENDOR: (record) => record.vendor,
      PRODUCT_TYPE: (record) => record.productType,
      PUBLISHED_AT: (record) => record.publishedAt,
      INVENTORY_TOTAL: totalInventory,
    });
    this.variants = new Collection({
      SKU: (record) => record.sku,
      TITLE: (record) => record.title,
      NAME: (record) => record.title,
      POSITION: (record) => record.position,
      INVENTORY_QUANTITY: inventoryQuantity,
    });
    this.items = new Collection();
    this.levels = new Collection();
    this.customers = new Collection({
      ...byTimes,
      NAME: (record) => `${record.lastName ?? ''} ${record.firstName ?? ''}`,
    });
    this.orders = new Collection({
      ...byTimes,
      PROCESSED_AT: (record) => record.processedAt,
      ORDER_NUMBER: (record) => record.number,
    });
    this.refunds = new Collection();
    this.fulfillments = new Collection();
    this.subscriptions = new Collection({ ...byTimes });
    this.adjustments = new Map();  // by idempotency key
    this.metafieldDefinitions = new Map();
    this.nextOrderNumber = 1001;
    this.handles = new Set();
    this.createdAt = 0;
    this.updatedAt = 0;
  }

  /** Registers a product with its variants, items and levels. */
  addProduct(product) {
    this.handles.add(product.handle);
    for (const variant of product.variants) this.addVariant(variant);
    this.products.add(product);
    return product;
  }

  addVariant(variant) {
    this.variants.add(variant);
    this.items.add(variant.item);
    for (const level of variant.item.levels.values()) this.addLevel(level);
  }

  addLevel(level) {
    level.item.levels.set(level.location.id, level);
    level.location.levels.add(level);
    this.levels.add(level);
  }

  removeLevel(level) {
    level.item.levels.delete(level.location.id);
    level.location.levels.remove(level.id);
    this.levels.remove(level.id);
  }

  removeVariant(variant) {
    for (const level of [...variant.item.levels.values()]) this.removeLevel(level);
    this.items.remove(variant.item.id);
    this.variants.remove(variant.id);
  }

  removeProduct(product) {
    for (const variant of product.variants) this.removeVariant(variant);
    this.handles.delete(product.handle);
    this.products.remove(product.id);
  }

  addOrder(order) {
    this.orders.add(order);
    for (const refund of order.refunds) this.refunds.add(refund);
    for (const fulfillment of order.fulfillments) this.fulfillments.add(fulfillment);
    if (order.customer) order.customer.orders.push(order);
    return order;
  }

  removeOrder(order) {
    for (const refund of order.refunds) this.refunds.remove(refund.id);
    for (const fulfillment of order.fulfillments) this.fulfillments.remove(fulfillment.id);
    if (order.customer) order.customer.orders = order.customer.orders.filter((each) => each !== order);
    this.orders.remove(order.id);
  }

  /** A handle no other product of the shop has, as the platform makes them: name, name-1, … */
  freeHandle(wanted) {
    let handle = wanted;
    for (let count = 1; this.handles.has(handle); count += 1) handle = `${wanted}-${count}`;
    return handle;
  }
}
