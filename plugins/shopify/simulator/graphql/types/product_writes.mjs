// Products written by an app: metafield definitions, productSet by an id of the app's, productDelete, and the look-ups.

import { GraphQLError } from 'graphql';
import { putProduct } from '../../edits/product_set.mjs';
import { deletedBody, itemGoneBody } from '../../webhooks/catalog_body.mjs';
import { gid, parseGid } from '../../world/ids.mjs';
import { carriers, define, definitionOf, fullNamespace, metafieldOf, ownerBy } from '../../world/metafields.mjs';
import { constant, gidOf, own } from './common.mjs';
import { listPage } from './lists.mjs';
import { named } from './names.mjs';
import { fault, planOf } from './product_faults.mjs';

const kOwnerTypes = { PRODUCT: 'Product', PRODUCTVARIANT: 'ProductVariant' };

const denied = (scope) =>
  new GraphQLError(`Access denied. Required access: \`${scope}\` access scope.`, { extensions: { code: 'ACCESS_DENIED' } });

function createDefinition(_, { definition }, { shop, app, scopes }) {
  if (!kOwnerTypes[definition.ownerType]) throw new Error(`simulator does not model metafields of ${definition.ownerType}`);
  if (!scopes.has('write_products')) throw denied('write_products');
  const namespace = fullNamespace(app, definition.namespace);
  const at = ['definition', 'key'];
  if (!/^[\w-]{2,64}$/.test(definition.key)) return { created: null, errors: [fault('INVALID', at, 'Key is invalid.')] };
  if (definitionOf(shop, definition.ownerType, namespace, definition.key)) return { created: null, errors: [fault('TAKEN', at, 'Key is in use for these metafields.')] };
  return { created: define(shop, { ...definition, namespace }), errors: [] };
}

/** {product} as it is, or null; {error} where the identifier is no good. */
function byIdentifier(shop, app, ownerType, identifier) {
  const given = Object.keys(identifier).filter((name) => identifier[name] != null);
  if (given.length !== 1) throw new GraphQLError('Exactly one identifier must be given', { extensions: { code: 'BAD_REQUEST' } });
  const collection = ownerType === 'PRODUCT' ? shop.products : shop.variants;
  if (identifier.id) return { owner: collection.get(parseGid(identifier.id)?.id) ?? null };
  if (!identifier.customId) throw new Error('simulator does not model identifiers by handle');
  const { namespace, key, value } = identifier.customId;
  const full = fullNamespace(app, namespace);
  if (definitionOf(shop, ownerType, full, key)?.type !== 'id')
    return { error: fault('NOT_FOUND', ['identifier'], "Metafield definition of type 'id' is required when using custom ids.") };
  return { owner: ownerBy(shop, ownerType, full, key, value), field: { namespace: full, key, value, type: 'id' } };
}

function found(shop, app, ownerType, identifier) {
  const { owner, error } = byIdentifier(shop, app, ownerType, identifier);
  if (error) throw new GraphQLError(error.message, { extensions: { code: 'BAD_REQUEST' } });
  return owner;
}

const refused = (...errors) => ({ product: null, errors });

/** The list of metafields with the id by which the product was found, whether it is named or not. */
function withId(fields, field) {
  if (!field) return fields;
  const rest = (fields ?? []).filter((each) => each.key !== field.key || each.namespace !== field.namespace);
  return [...rest, field];
}

function setProduct(_, { identifier, input, synchronous }, { shop, app, sceneFor, forced }) {
  if (!synchronous) throw new Error('simulator does not model asynchronous productSet');
  if (!identifier) throw new Error('simulator does not model productSet without an identifier');
  if (forced === 'refuse') return refused(fault('INVALID_PRODUCT', ['input'], 'The product was refused by a fault of the simulator.'));
  const { owner: product, field, error } = byIdentifier(shop, app, 'PRODUCT', identifier);
  if (error) return refused(error);
  if (identifier.id && !product) return refused(fault('PRODUCT_DOES_NOT_EXIST', ['identifier'], 'The product does not exist.'));
  const fieldsOf = (fields) => fields?.map((each) => ({ ...each, namespace: fullNamespace(app, each.namespace) }));
  const { plan, errors } = planOf(shop, product, input, fieldsOf);
  if (errors) return refused(...errors);
  const scene = sceneFor(`product set ${shop.ids.next('Metafield')}`);
  const fields = fieldsOf(input.metafields);
  const written = putProduct(scene, product, input, plan, fields || !product ? withId(fields, field) : null);
  return { product: written, errors: [] };
}

function deleteProduct(_, { input, synchronous }, { shop, sceneFor }) {
  if (!synchronous) throw new Error('simulator does not model asynchronous productDelete');
  const product = shop.products.get(parseGid(input.id)?.id);
  if (!product) return { deleted: null, errors: [{ field: ['id'], message: 'Product does not exist' }] };
  const scene = sceneFor(`product delete ${product.id}`);
  shop.removeProduct(product);
  scene.fire('products/delete', deletedBody(product));
  for (const variant of product.variants) scene.fire('inventory_items/delete', itemGoneBody(variant.item));
  return { deleted: gid('Product', product.id), errors: [] };
}

function definition(_, { id, identifier }, { shop, app }) {
  if (id || !identifier) throw new Error('simulator does not model metafieldDefinition by id');
  return definitionOf(shop, identifier.ownerType, fullNamespace(app, identifier.namespace), identifier.key);
}

/** `metafield` of whatever has metafields. */
export const metafield = (owner, { namespace, key }, { app }) => metafieldOf(owner, fullNamespace(app, namespace), key);

export const productWriteMutations = {
  metafieldDefinitionCreate: createDefinition,
  productSet: setProduct,
  productDelete: deleteProduct,
};

export const productWriteRoots = {
  metafieldDefinition: definition,
  productByIdentifier: (_, { identifier }, { shop, app }) => found(shop, app, 'PRODUCT', identifier),
  productVariantByIdentifier: (_, { identifier }, { shop, app }) => found(shop, app, 'PRODUCTVARIANT', identifier),
};

export const productWriteTables = {
  MetafieldDefinitionCreatePayload: { createdDefinition: own('created'), userErrors: own('errors') },
  MetafieldDefinitionCreateUserError: { code: own('code'), field: own('field'), message: own('message') },
  ProductSetPayload: { product: own('product'), productSetOperation: constant(null), userErrors: own('errors') },
  ProductSetUserError: { code: own('code'), field: own('field'), message: own('message') },
  ProductDeletePayload: { deletedProductId: own('deleted'), userErrors: own('errors') },
  MetafieldDefinition: {
    id: gidOf('MetafieldDefinition'),
    key: own('key'),
    namespace: own('namespace'),
    ownerType: own('ownerType'),
    name: own('name'),
    metafields: (one, args, { shop }) => {
      const list = carriers(shop, one).map((each) => ({ ...each, ownerType: one.ownerType }));
      return listPage(list, args, { sortKey: 'ID', keyOf: (each) => each.id });
    },
  },
  Metafield: {
    id: gidOf('Metafield'),
    key: own('key'),
    namespace: own('namespace'),
    type: own('type'),
    value: own('value'),
    owner: ({ owner, ownerType }) => named(owner, kOwnerTypes[ownerType]),
  },
};
