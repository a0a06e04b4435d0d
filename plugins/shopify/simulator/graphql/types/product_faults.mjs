// What productSet refuses, in the platform's codes. The first fault of each kind is enough.

import { parseGid } from '../../world/ids.mjs';
import { definitionOf, ownerBy } from '../../world/metafields.mjs';

const kMostVariants = 2048;
const kMostOptions = 3;
const kMostQuantities = 50_000;
const kLongest = 255;

export const fault = (code, field, message) => ({ code, field, message });

function listFaults(input) {
  if (!input.variants || !input.productOptions)
    return fault('VARIANTS_INPUT_MISSING', ['input', 'variants'], 'Variants and product options must be given together.');
  if (input.variants.length > kMostVariants) return fault('VARIANTS_OVER_LIMIT', ['input', 'variants'], `A product has at most ${kMostVariants} variants.`);
  if (input.productOptions.length > kMostOptions) return fault('OPTIONS_OVER_LIMIT', ['input', 'productOptions'], `A product has at most ${kMostOptions} options.`);
  const names = input.productOptions.map(({ name }) => name);
  if (new Set(names).size !== names.length) return fault('DUPLICATED_OPTION_NAME', ['input', 'productOptions'], 'Option names must be unique.');
  const quantities = input.variants.reduce((sum, { inventoryQuantities: list }) => sum + (list?.length ?? 0), 0);
  return quantities > kMostQuantities ? fault('INVENTORY_QUANTITIES_LIMIT_EXCEEDED', ['input', 'variants'], 'Too many inventory quantities.') : null;
}

function fileFault(input) {
  const index = (input.files ?? []).findIndex(({ id, originalSource }) => !id && !/^https:\/\//.test(originalSource ?? ''));
  return index < 0 ? null : fault('INVALID_INPUT', ['input', 'files', String(index), 'originalSource'], 'The source must be a URL.');
}

/** {values} in the order of the options, or {error}. */
function valuesOf(input, given, at) {
  const values = [];
  for (const option of input.productOptions) {
    const chosen = given.optionValues.find(({ optionName }) => optionName === option.name);
    if (!chosen) return { error: fault('OPTION_VALUES_MISSING', at('optionValues'), `The option ${option.name} has no value.`) };
    if (!option.values?.some(({ name }) => name === chosen.name))
      return { error: fault('OPTION_VALUE_DOES_NOT_EXIST', at('optionValues'), `The option ${option.name} has no value ${chosen.name}.`) };
    values.push(chosen.name);
  }
  if (given.optionValues.length > values.length) return { error: fault('OPTION_DOES_NOT_EXIST', at('optionValues'), 'An option does not exist.') };
  return { values };
}

function stockFault(shop, variant, given, at) {
  for (const { locationId, name, quantity } of given.inventoryQuantities ?? []) {
    const location = shop.locations.get(parseGid(locationId)?.id);
    if (!location?.active) return fault('INVALID_INPUT', at('inventoryQuantities'), 'The specified location could not be found.');
    if (name !== 'available') throw new Error(`simulator does not model setting ${name}`);
    if (Math.abs(quantity) > 1e9) return fault('INVALID_INPUT', at('inventoryQuantities'), 'The quantity is out of bounds.');
    if (variant && !variant.item.levels.get(location.id)?.active)
      return fault('INVALID_INPUT', at('inventoryQuantities'), `The variant is not stocked at ${location.name}.`);
  }
  return null;
}

/** An id that somebody else has, or a value of a type that is not the definition's. */
export function fieldFault(shop, ownerType, owner, fields, at) {
  for (const field of fields) {
    const definition = definitionOf(shop, ownerType, field.namespace, field.key);
    const type = definition?.type ?? field.type;
    if (!type) return fault('INVALID_METAFIELD', at, 'Type is required for metafields without a definition.');
    if (definition && field.type && field.type !== definition.type) return fault('METAFIELD_MISMATCH', at, `Type must be ${definition.type}.`);
    if (type !== 'id') continue;
    if (!definition) return fault('INVALID_METAFIELD', at, 'A metafield of type id needs a definition.');
    const other = ownerBy(shop, ownerType, field.namespace, field.key, field.value);
    if (other && other !== owner) return fault('DUPLICATED_METAFIELD_VALUE', at, `Value ${field.value} is taken already.`);
  }
  return null;
}

function variantFault(shop, product, input, index, fieldsOf) {
  const given = input.variants[index];
  const at = (name) => ['input', 'variants', String(index), name];
  const variant = given.id ? shop.variants.get(parseGid(given.id)?.id) : null;
  if (given.id && (!variant || variant.product !== product)) return { error: fault('PRODUCT_VARIANT_DOES_NOT_EXIST', at('id'), 'The variant does not exist.') };
  if (given.price != null && !(Number(given.price) >= 0)) return { error: fault('INVALID_VARIANT', at('price'), 'Price must be greater than or equal to 0.') };
  const { values, error } = valuesOf(input, given, at);
  if (error) return { error };
  const fields = fieldsOf(given.metafields);
  const wrong = stockFault(shop, variant, given, at) ?? fieldFault(shop, 'PRODUCTVARIANT', variant, fields ?? [], at('metafields'));
  return wrong ? { error: wrong } : { variant, given, values, fields };
}

/** {plan} for edits/product_set, or {errors}. `fieldsOf` spells namespaces out. */
export function planOf(shop, product, input, fieldsOf) {
  const errors = [];
  if (!product && !input.title?.trim()) errors.push(fault('INVALID_PRODUCT', ['input', 'title'], "Title can't be blank"));
  if (input.title?.length > kLongest) errors.push(fault('INVALID_PRODUCT', ['input', 'title'], `Title is too long (maximum is ${kLongest} characters)`));
  const lists = listFaults(input) ?? fileFault(input) ?? fieldFault(shop, 'PRODUCT', product, fieldsOf(input.metafields) ?? [], ['input', 'metafields']);
  if (lists) errors.push(lists);
  if (errors.length > 0) return { errors };
  const plan = input.variants.map((_, index) => variantFault(shop, product, input, index, fieldsOf));
  const wrong = plan.map(({ error }) => error).filter(Boolean);
  if (wrong.length > 0) return { errors: wrong };
  const told = plan.map(({ values }) => values.join('\n'));
  const twice = told.findIndex((text, index) => told.indexOf(text) !== index);
  if (twice >= 0) return { errors: [fault('INVALID_VARIANT', ['input', 'variants', String(twice)], `The variant '${plan[twice].values.join(' / ')}' already exists.`)] };
  return { plan };
}
