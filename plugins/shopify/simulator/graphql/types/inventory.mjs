// Inventory items, levels, locations.

import { gid, parseGid } from '../../world/ids.mjs';
import { utcText } from '../../world/time.mjs';
import { page } from '../paging.mjs';
import { constant, gidOf, legacyId, money, own, timeOf } from './common.mjs';
import { exactly, listPage, searchTest } from './lists.mjs';

const quantityOf = {
  available: (level) => level.available,
  committed: (level) => level.committed,
  incoming: (level) => level.incoming,
  on_hand: (level) => level.available + level.committed + level.damaged + level.safetyStock,
  damaged: (level) => level.damaged,
  safety_stock: (level) => level.safetyStock,
  reserved: constant(0),
  quality_control: constant(0),
};

function quantities(level, names) {
  return names.map((name) => {
    if (!quantityOf[name]) throw new Error(`The quantity name ${name} is not one the platform knows`);
    return { level, name, quantity: quantityOf[name](level) };
  });
}

function byId(levels) {
  return levels.sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** `levels` ascending by id. */
function levelPage(levels, args, context, info) {
  const search = searchTest('InventoryLevel', args, context, info);
  const test = (level) => (args.includeInactive || level.active) && search(level);
  return page(levels, { sortKey: 'ID', keyOf: (level) => level.id, args, test });
}

function activeOr(level, includeInactive) {
  return level && (level.active || includeInactive) ? level : null;
}

const InventoryItem = {
  id: gidOf('InventoryItem'),
  legacyResourceId: legacyId,
  sku: (item) => item.variant.sku,
  tracked: own('tracked'),
  requiresShipping: own('requiresShipping'),
  countryCodeOfOrigin: own('countryCodeOfOrigin'),
  provinceCodeOfOrigin: own('provinceCodeOfOrigin'),
  harmonizedSystemCode: own('harmonizedSystemCode'),
  createdAt: timeOf('createdAt'),
  updatedAt: timeOf('updatedAt'),
  variant: own('variant'),
  variants: (item, args) => listPage([item.variant], args),
  unitCost: (item, _, { shop }) => money(item.cost, shop.currency),
  measurement: (item) => ({ item }),
  duplicateSkuCount: (item, _, { shop }) =>
    [...shop.variants.values()].filter(
      (each) => each.sku && each.sku === item.variant.sku && each.item !== item,
    ).length,
  locationsCount: (item) => exactly([...item.levels.values()].filter((level) => level.active).length),
  inventoryLevels: (item, args, context, info) =>
    levelPage(byId([...item.levels.values()]), args, context, info),
  inventoryLevel: (item, { locationId, includeInactive }) =>
    activeOr(item.levels.get(parseGid(locationId)?.id), includeInactive),
};

const Location = {
  id: gidOf('Location'),
  legacyResourceId: legacyId,
  name: own('name'),
  isActive: own('active'),
  isPrimary: constant(false),
  createdAt: timeOf('createdAt'),
  updatedAt: timeOf('updatedAt'),
  deactivatedAt: (location) => utcText(location.deactivatedAt),
  address: (location) => location,
  addressVerified: constant(true),
  fulfillsOnlineOrders: own('active'),
  shipsInventory: own('active'),
  isFulfillmentService: constant(false),
  fulfillmentService: constant(null),
  activatable: (location) => !location.active,
  deactivatable: own('active'),
  deletable: (location) => !location.active && location.levels.size === 0,
  hasActiveInventory: (location) =>
    [...location.levels.values()].some((level) => level.active && level.available !== 0),
  inventoryLevels: (location, args, context, info) =>
    levelPage(location.levels.sorted('ID'), args, context, info),
  inventoryLevel: (location, { inventoryItemId, includeInactive }, { shop }) =>
    activeOr(shop.items.get(parseGid(inventoryItemId)?.id)?.levels.get(location.id), includeInactive),
};

export const inventoryTables = {
  InventoryItem,
  Location,
  InventoryItemMeasurement: {
    id: ({ item }) => gid('InventoryItemMeasurement', item.id),
    weight: ({ item }) => item.weight,
  },
  InventoryLevel: {
    id: gidOf('InventoryLevel'),
    item: own('item'),
    location: own('location'),
    isActive: own('active'),
    createdAt: timeOf('createdAt'),
    updatedAt: timeOf('updatedAt'),
    canDeactivate: (level) => level.committed === 0,
    deactivationAlert: constant(null),
    quantities: (level, { names }) => quantities(level, names),
  },
  InventoryQuantity: {
    id: ({ level, name }) => `${gid('InventoryQuantity', level.id)}&name=${name}`,
    name: own('name'),
    quantity: own('quantity'),
    updatedAt: ({ level }) => utcText(level.updatedAt),
  },
  LocationAddress: {
    address1: own('address1'),
    address2: own('address2'),
    city: own('city'),
    zip: own('zip'),
    province: own('province'),
    provinceCode: own('provinceCode'),
    country: own('country'),
    countryCode: own('countryCode'),
    phone: own('phone'),
    latitude: constant(null),
    longitude: constant(null),
  },
};
