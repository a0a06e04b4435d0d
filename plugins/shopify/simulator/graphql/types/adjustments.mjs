// inventoryAdjustQuantities: stock changed by an app, under a key that makes a repetition harmless.

import { getDirectiveValues, GraphQLError } from 'graphql';
import { parseGid } from '../../world/ids.mjs';
import { constant, gidOf, own, timeOf } from './common.mjs';

const kMost = 2_000_000_000;
const kReasons = new Set([
  'correction', 'cycle_count_available', 'damaged', 'movement_canceled', 'movement_created', 'movement_received', 'movement_updated',
  'other', 'promotion', 'quality_control', 'received', 'reservation_created', 'reservation_deleted', 'reservation_updated', 'restock',
  'safety_stock', 'shrinkage',
]);

/** The key, which the schema does not ask for and the platform does since 2026-04. */
function keyOf(info) {
  const given = getDirectiveValues(info.schema.getDirective('idempotent'), info.fieldNodes[0], info.variableValues);
  if (!given?.key?.trim())
    throw new GraphQLError(`The @idempotent directive with a key is required for ${info.fieldName}`, { extensions: { code: 'BAD_REQUEST' } });
  return given.key;
}

const fault = (code, field, message) => ({ code, field, message });

/** {level, delta} or {error}. */
function changeFrom(shop, change, index) {
  const at = (name) => ['input', 'changes', String(index), name];
  const item = shop.items.get(parseGid(change.inventoryItemId)?.id);
  if (!item) return { error: fault('INVALID_INVENTORY_ITEM', at('inventoryItemId'), 'The specified inventory item could not be found.') };
  const location = shop.locations.get(parseGid(change.locationId)?.id);
  const level = item.levels.get(location?.id);
  if (!location?.active || !level?.active) return { error: fault('INVALID_LOCATION', at('locationId'), 'The specified location could not be found.') };
  if (!item.tracked) return { error: fault('NON_MUTABLE_INVENTORY_ITEM', at('inventoryItemId'), 'The specified inventory item is not allowed to be adjusted via API.') };
  if (change.ledgerDocumentUri)
    return { error: fault('INVALID_AVAILABLE_DOCUMENT', at('ledgerDocumentUri'), 'A ledger document URI is not allowed when adjusting available.') };
  if (change.changeFromQuantity != null && change.changeFromQuantity !== level.available)
    return { error: fault('CHANGE_FROM_QUANTITY_STALE', at('changeFromQuantity'), 'The changeFromQuantity argument no longer matches the persisted quantity.') };
  if (level.available + change.delta > kMost) return { error: fault('INVALID_QUANTITY_TOO_HIGH', at('delta'), "The quantity can't be higher than 2,000,000,000.") };
  if (level.available + change.delta < -kMost) return { error: fault('INVALID_QUANTITY_TOO_LOW', at('delta'), "The quantity can't be lower than -2,000,000,000.") };
  return { level, delta: change.delta };
}

function inputFault({ name, reason, changes }) {
  if (name !== 'available') throw new Error(`simulator does not model adjusting ${name}`);
  if (!kReasons.has(reason)) return fault('INVALID_REASON', ['input', 'reason'], 'The specified reason is invalid.');
  changes.forEach((change, index) => {
    if (change.changeFromQuantity === undefined)
      throw new GraphQLError(`changeFromQuantity of change ${index} must be given; null skips the comparison`, { extensions: { code: 'BAD_REQUEST' } });
  });
  return null;
}

const refused = (...errors) => ({ group: null, errors });

/** All changes or none. */
function adjust({ shop, sceneFor }, input, key) {
  const wrong = inputFault(input);
  if (wrong) return refused(wrong);
  const changes = input.changes.map((change, index) => changeFrom(shop, change, index));
  const errors = changes.map(({ error }) => error).filter(Boolean);
  if (errors.length > 0) return refused(...errors);
  const scene = sceneFor(`adjustment ${key}`);
  const done = changes.map(({ level, delta }) => {
    level.available += delta;
    scene.levelChanged(level);
    return { level, delta, after: level.available };
  });
  new Set(done.map(({ level }) => level.item.variant.product)).forEach((product) => scene.productChanged(product));
  return { group: { id: shop.ids.next('InventoryAdjustmentGroup'), input, at: scene.at, changes: done }, errors: [] };
}

function once(context, input, key) {
  const { adjustments } = context.shop;
  const asked = JSON.stringify(input);
  const known = adjustments.get(key);
  if (known && known.asked !== asked)
    return refused(fault('IDEMPOTENCY_KEY_PARAMETER_MISMATCH', ['input'], 'The same idempotency key cannot be used with different operation parameters.'));
  if (known?.result.errors.length > 0)
    return refused(fault('IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED', ['input'], 'A previous request with this idempotency key failed. Retry with a new idempotency key.'));
  if (known) return known.result;
  const result = adjust(context, input, key);
  adjustments.set(key, { asked, result });
  return result;
}

export const adjustmentMutations = {
  inventoryAdjustQuantities: (_, { input }, context, info) => once(context, input, keyOf(info)),
};

export const adjustmentTables = {
  InventoryAdjustQuantitiesPayload: { inventoryAdjustmentGroup: own('group'), userErrors: own('errors') },
  InventoryAdjustQuantitiesUserError: { code: own('code'), field: own('field'), message: own('message') },
  InventoryAdjustmentGroup: {
    id: gidOf('InventoryAdjustmentGroup'),
    createdAt: timeOf('at'),
    reason: ({ input }) => input.reason,
    referenceDocumentUri: ({ input }) => input.referenceDocumentUri ?? null,
    changes: own('changes'),
  },
  InventoryChange: {
    delta: own('delta'),
    item: ({ level }) => level.item,
    location: ({ level }) => level.location,
    name: constant('available'),
    quantityAfterChange: own('after'),
    ledgerDocumentUri: constant(null),
  },
};
