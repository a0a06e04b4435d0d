// POST /webhooks/send: one topic about one record, without changing anything.

import {
  bulkFinishBody,
  customerRedactBody,
  dataRequestBody,
  scopesBody,
  shopBody,
  shopRedactBody,
} from '../webhooks/app_body.mjs';
import {
  deletedBody,
  itemBody,
  itemGoneBody,
  levelBody,
  levelGoneBody,
  locationBody,
  productBody,
} from '../webhooks/catalog_body.mjs';
import { customerBody, customerDeleteBody } from '../webhooks/customer_body.mjs';
import { orderBody, orderEditBody } from '../webhooks/order_body.mjs';
import { refundBody } from '../webhooks/refund_body.mjs';
import { kPrivacyTopics } from '../webhooks/topics.mjs';

function found(collection, id, what) {
  const record = id === undefined ? collection.sorted('ID')[0] : collection.get(String(id));
  if (!record) throw new Error(`no ${what} ${id ?? ''} in this shop`);
  return record;
}

const bodies = {
  products: (shop, id) => productBody(shop, found(shop.products, id, 'product')),
  inventory_levels: (shop, id) => levelBody(shop, found(shop.levels, id, 'level')),
  inventory_items: (shop, id) => itemBody(shop, found(shop.items, id, 'inventory item')),
  locations: (shop, id) => locationBody(shop, found(shop.locations, id, 'location')),
  orders: (shop, id) => orderBody(shop, found(shop.orders, id, 'order')),
  refunds: (shop, id) => refundBody(shop, found(shop.refunds, id, 'refund')),
  customers: (shop, id) => customerBody(shop, found(shop.customers, id, 'customer')),
};

const special = {
  'orders/edited': (shop, id) =>
    orderEditBody(shop, found(shop.orders, id, 'order'), {
      id: shop.ids.next('OrderEdit'),
      additions: [],
      removals: [],
    }),
  'inventory_items/delete': (shop, id) =>
    itemGoneBody({ id: id ?? found(shop.items, id, 'inventory item').id }),
  'customers/delete': (shop, id) => customerDeleteBody(shop, found(shop.customers, id, 'customer')),
  'inventory_levels/disconnect': (shop, id) => levelGoneBody(shop, found(shop.levels, id, 'level')),
  'customers/data_request': (shop, id) => dataRequestBody(shop, found(shop.customers, id, 'customer')),
  'customers/redact': (shop, id) => customerRedactBody(shop, found(shop.customers, id, 'customer')),
  'shop/redact': shopRedactBody,
  'app/uninstalled': shopBody,
  'app/scopes_update': (shop) => scopesBody(shop, [], []),
  'bulk_operations/finish': (shop, id) => bulkFinishBody(shop, id ?? '147595010000000001'),
};

/** {shop, topic, id?}: a deletion may name an id that is gone. */
export function sendOne(platform, shop, { topic, id }) {
  const [family, action] = String(topic).split('/');
  const make =
    special[topic] ?? (action === 'delete' && id !== undefined ? () => deletedBody({ id }) : bodies[family]);
  if (!make) throw new Error(`unknown topic ${topic}`);
  const body = make(shop, id);
  if (kPrivacyTopics.includes(topic)) platform.deliveries.emitToApp(shop, topic, body);
  else
    platform.deliveries.emit(shop, topic, body, {
      orderId: family === 'orders' ? String(body.id ?? '') : null,
    });
  return { sent: topic, pending: platform.deliveries.pendingCount() };
}
