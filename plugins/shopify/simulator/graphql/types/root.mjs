// The entry points: lists, counts, single records and nodes.

import { GraphQLError } from 'graphql';
import { parseGid } from '../../world/ids.mjs';
import { collectionPage, countOf, orderVisible } from './lists.mjs';
import { named } from './names.mjs';
import { productWriteRoots } from './product_writes.mjs';
import { shopRoots } from './shop.mjs';
import { subscriptionRoots } from './subscriptions.mjs';

const finders = {
  Product: (shop, id) => shop.products.get(id),
  ProductVariant: (shop, id) => shop.variants.get(id),
  InventoryItem: (shop, id) => shop.items.get(id),
  InventoryLevel: (shop, id, query) => shop.levels.get(`${id}?${query}`),
  Location: (shop, id) => shop.locations.get(id),
  Customer: (shop, id) => shop.customers.get(id),
  Order: (shop, id, _, context) => visibleOrder(shop.orders.get(id), context),
  Refund: (shop, id, _, context) => within(shop.refunds.get(id), context),
  Fulfillment: (shop, id, _, context) => within(shop.fulfillments.get(id), context),
  WebhookSubscription: (shop, id) => shop.subscriptions.get(id),
  Shop: (shop, id) => (shop.id === id ? shop : undefined),
};

function visibleOrder(order, context) {
  const visible = orderVisible(context);
  return order && (!visible || visible(order)) ? order : undefined;
}

function within(record, context) {
  return record && visibleOrder(record.order, context) ? record : undefined;
}

function parsed(id) {
  const parts = parseGid(id);
  if (!parts) throw new GraphQLError(`Invalid global id '${id}'`, { extensions: { code: 'BAD_REQUEST' } });
  return parts;
}

function single(typeName) {
  return (_, { id }, context) => {
    const parts = parsed(id);
    if (parts.type !== typeName)
      throw new GraphQLError(`Invalid id: ${id}`, { extensions: { code: 'RESOURCE_NOT_FOUND' } });
    return finders[typeName](context.shop, parts.id, parts.query, context) ?? null;
  };
}

function nodeById(id, context) {
  const { type, id: number, query } = parsed(id);
  if (!finders[type]) throw new Error(`simulator does not model node(id:) for ${type}`);
  const scopes = context.accessOfType(type);
  if (scopes && !scopes.some((scope) => context.scopes.has(scope))) {
    throw new GraphQLError(`Access denied for node field. Required access: ${scopes.join(' or ')}`, {
      extensions: { code: 'ACCESS_DENIED' },
    });
  }
  return named(finders[type](context.shop, number, query, context), type) ?? null;
}

const lists = {
  products: ['products', 'Product'],
  productVariants: ['variants', 'ProductVariant'],
  inventoryItems: ['items', 'InventoryItem'],
  customers: ['customers', 'Customer'],
  orders: ['orders', 'Order'],
  locations: ['locations', 'Location'],
};

function saved(args) {
  if (args.savedSearchId) throw new Error('simulator does not model savedSearchId');
}

function visibleIn(name, args, context) {
  if (name === 'orders') return orderVisible(context);
  if (name === 'locations' && !args.includeInactive) return (location) => location.active;
  return null;
}

const queries = {};
for (const [name, [collection, typeName]] of Object.entries(lists)) {
  queries[name] = (_, args, context, info) => {
    saved(args);
    return collectionPage(
      context.shop[collection],
      typeName,
      args,
      context,
      info,
      visibleIn(name, args, context),
    );
  };
  queries[`${name}Count`] = (_, args, context, info) => {
    saved(args);
    return countOf(context.shop[collection], typeName, args, context, info, visibleIn(name, args, context));
  };
}

function firstLocation(shop) {
  return shop.locations.sorted('ID').find((location) => location.active) ?? null;
}

export const rootTables = {
  QueryRoot: {
    ...queries,
    ...shopRoots,
    ...subscriptionRoots,
    ...productWriteRoots,
    productVariantsCount: (_, args, context, info) =>
      countOf(context.shop.variants, 'ProductVariant', args, context, info),
    product: single('Product'),
    productVariant: single('ProductVariant'),
    inventoryItem: single('InventoryItem'),
    inventoryLevel: single('InventoryLevel'),
    customer: single('Customer'),
    order: single('Order'),
    refund: single('Refund'),
    fulfillment: single('Fulfillment'),
    location: (source, args, context) =>
      args.id == null ? firstLocation(context.shop) : single('Location')(source, args, context),
    node: (_, { id }, context) => nodeById(id, context),
    nodes: (_, { ids }, context) => ids.map((id) => nodeById(id, context)),
  },
};
