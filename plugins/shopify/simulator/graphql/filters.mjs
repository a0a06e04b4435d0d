// The search filters each list understands: name → {kind, get, values?}.

import { fulfillmentStatus } from '../world/order_math.mjs';
import { inventoryQuantity } from '../world/shop.mjs';

const id = { kind: 'id', get: (record) => record.id };
const created_at = { kind: 'time', get: (record) => record.createdAt };
const updated_at = { kind: 'time', get: (record) => record.updatedAt };
const text = (get) => ({ kind: 'text', get });

const product = {
  id,
  created_at,
  updated_at,
  published_at: { kind: 'time', get: (record) => record.publishedAt },
  status: {
    kind: 'enum',
    values: ['active', 'archived', 'draft', 'unlisted'],
    get: (record) => record.status.toLowerCase(),
  },
  vendor: text((record) => record.vendor),
  product_type: text((record) => record.productType),
  title: text((record) => record.title),
  handle: text((record) => record.handle),
  tag: text((record) => record.tags),
  sku: text((record) => record.variants.map((variant) => variant.sku)),
  barcode: text((record) => record.variants.map((variant) => variant.barcode)),
  default: text((record) => [
    record.title,
    record.vendor,
    record.productType,
    ...record.tags,
    ...record.title.split(' '),
  ]),
  inventory_total: {
    kind: 'number',
    get: (record) => record.variants.reduce((sum, variant) => sum + inventoryQuantity(variant), 0),
  },
};

const variant = {
  id,
  updated_at,
  sku: text((record) => record.sku),
  barcode: text((record) => record.barcode),
  title: text((record) => record.title),
  product_id: { kind: 'id', get: (record) => record.product.id },
  product_ids: text((record) => record.product.id),
  product_status: {
    kind: 'enum',
    values: ['active', 'archived', 'draft', 'unlisted'],
    get: (record) => record.product.status.toLowerCase(),
  },
  vendor: text((record) => record.product.vendor),
  inventory_quantity: { kind: 'number', get: inventoryQuantity },
};

const level = {
  created_at,
  updated_at,
  id: { kind: 'id', get: (record) => record.location.id },
  inventory_item_id: { kind: 'id', get: (record) => record.item.id },
};

function orderStatus(order) {
  if (order.cancelledAt) return ['cancelled', 'closed'];
  return order.closedAt ? ['closed'] : ['open', 'not_closed'];
}

const financial = [
  'paid',
  'pending',
  'authorized',
  'partially_paid',
  'partially_refunded',
  'refunded',
  'voided',
  'expired',
  'any',
];
const shipped = [
  'unshipped',
  'shipped',
  'fulfilled',
  'partial',
  'scheduled',
  'on_hold',
  'unfulfilled',
  'request_declined',
];

function shippedAs(order) {
  return (
    { FULFILLED: ['fulfilled', 'shipped'], PARTIALLY_FULFILLED: ['partial', 'unfulfilled'] }[
      fulfillmentStatus(order)
    ] ?? ['unfulfilled', 'unshipped']
  );
}

const order = {
  id,
  created_at,
  updated_at,
  processed_at: { kind: 'time', get: (record) => record.processedAt },
  status: { kind: 'enum', values: ['open', 'closed', 'cancelled', 'not_closed'], get: orderStatus },
  financial_status: {
    kind: 'enum',
    values: financial,
    get: (record) => [record.financialStatus.toLowerCase(), 'any'],
  },
  fulfillment_status: { kind: 'enum', values: shipped, get: shippedAs },
  name: text((record) => [record.name, record.name.slice(1)]),
  email: text((record) => record.email),
  tag: text((record) => record.tags),
  test: { kind: 'bool', get: (record) => record.test },
  sku: text((record) => record.lines.map((line) => line.sku)),
  customer_id: { kind: 'id', get: (record) => record.customer?.id ?? null },
  default: text((record) => [record.name, record.email]),
};

const customer = {
  id,
  updated_at,
  customer_date: created_at,
  email: text((record) => record.email),
  phone: text((record) => record.phone),
  first_name: text((record) => record.firstName),
  last_name: text((record) => record.lastName),
  tag: text((record) => record.tags),
  state: text((record) => record.state),
  orders_count: { kind: 'number', get: (record) => record.orders.length },
  default: text((record) => [record.email, record.firstName, record.lastName]),
};

const location = {
  id,
  created_at,
  location_id: id,
  name: text((record) => record.name),
  city: text((record) => record.city),
  active: text((record) => String(record.active)),
  default: text((record) => record.name),
};

const subscription = {
  id,
  created_at,
  updated_at,
  topic: text((record) => record.topic),
  endpoint: text((record) => record.uri),
};

export const kFilters = {
  Product: product,
  ProductVariant: variant,
  InventoryLevel: level,
  Order: order,
  Customer: customer,
  Location: location,
  InventoryItem: { id, created_at, updated_at, sku: text((record) => record.variant.sku) },
  WebhookSubscription: subscription,
  Media: {
    id,
    media_type: {
      kind: 'enum',
      values: ['image', 'video', 'model_3d', 'external_video'],
      get: (record) => record.type.toLowerCase(),
    },
  },
};
