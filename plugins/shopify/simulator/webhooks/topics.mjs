// Topics: the enum of the API, the text of the header, the scopes that open them.

const modelled = {
  PRODUCTS_CREATE: 'products/create',
  PRODUCTS_UPDATE: 'products/update',
  PRODUCTS_DELETE: 'products/delete',
  INVENTORY_LEVELS_UPDATE: 'inventory_levels/update',
  INVENTORY_LEVELS_CONNECT: 'inventory_levels/connect',
  INVENTORY_LEVELS_DISCONNECT: 'inventory_levels/disconnect',
  INVENTORY_ITEMS_CREATE: 'inventory_items/create',
  INVENTORY_ITEMS_UPDATE: 'inventory_items/update',
  INVENTORY_ITEMS_DELETE: 'inventory_items/delete',
  LOCATIONS_CREATE: 'locations/create',
  LOCATIONS_UPDATE: 'locations/update',
  LOCATIONS_DELETE: 'locations/delete',
  LOCATIONS_ACTIVATE: 'locations/activate',
  LOCATIONS_DEACTIVATE: 'locations/deactivate',
  ORDERS_CREATE: 'orders/create',
  ORDERS_UPDATED: 'orders/updated',
  ORDERS_EDITED: 'orders/edited',
  ORDERS_CANCELLED: 'orders/cancelled',
  ORDERS_PAID: 'orders/paid',
  ORDERS_FULFILLED: 'orders/fulfilled',
  ORDERS_PARTIALLY_FULFILLED: 'orders/partially_fulfilled',
  ORDERS_DELETE: 'orders/delete',
  REFUNDS_CREATE: 'refunds/create',
  CUSTOMERS_CREATE: 'customers/create',
  CUSTOMERS_UPDATE: 'customers/update',
  CUSTOMERS_DELETE: 'customers/delete',
  APP_UNINSTALLED: 'app/uninstalled',
  APP_SCOPES_UPDATE: 'app/scopes_update',
  BULK_OPERATIONS_FINISH: 'bulk_operations/finish',
};

/** These reach the app's own address only; the API cannot subscribe to them. */
export const kPrivacyTopics = ['customers/data_request', 'customers/redact', 'shop/redact'];

const scopes = {
  products: ['read_products'],
  inventory_levels: ['read_inventory'],
  inventory_items: ['read_inventory', 'read_products'],
  locations: ['read_locations'],
  orders: ['read_orders', 'read_marketplace_orders'],
  refunds: ['read_orders', 'read_marketplace_orders'],
  customers: ['read_customers'],
};

/** `products/update` of PRODUCTS_UPDATE; topics that never fire here are only named. */
export function headerTopic(topic) {
  if (modelled[topic]) return modelled[topic];
  const cut = topic.lastIndexOf('_');
  return `${topic.slice(0, cut)}/${topic.slice(cut + 1)}`.toLowerCase();
}

export function topicScopes(topic) {
  return scopes[headerTopic(topic).split('/')[0]] ?? null;
}
