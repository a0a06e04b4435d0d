// productSet: a product made or changed so that it is as the input says. What a list leaves out goes.

import { itemBody, itemGoneBody, levelBody, productBody } from '../webhooks/catalog_body.mjs';
import { parseGid } from '../world/ids.mjs';
import { exponentOf } from '../world/money.mjs';
import { setMetafields } from '../world/metafields.mjs';
import { makeLevel, makeMedia, makeOption, makeProductShell, makeVariant } from '../world/products.mjs';
import { slug } from '../world/words.mjs';

export function minorOf(decimal, currency) {
  if (decimal == null) return null;
  return Math.round(Number(decimal) * 10 ** exponentOf(currency));
}

function shell(scene, input) {
  const { shop, random, at } = scene;
  const product = makeProductShell(shop, random, at, at, input.title);
  shop.handles.delete(product.handle);
  Object.assign(product, { handle: shop.freeHandle(slug(input.title)), descriptionHtml: '', vendor: shop.name, productType: '', tags: [], templateSuffix: null, status: 'ACTIVE', publishedAt: null });
  return product;
}

function describe(scene, product, input, fields) {
  for (const name of ['title', 'descriptionHtml', 'vendor', 'productType', 'status'])
    if (input[name] != null) product[name] = input[name];
  if (input.tags) product.tags = [...input.tags].sort();
  if (fields) setMetafields(scene.shop, product, fields);
  if (!input.files) return;
  const kept = input.files.map((file) => product.media.find((each) => file.id && parseGid(file.id)?.id === each.id));
  product.media = input.files.map((file, index) => {
    if (kept[index]) return kept[index];
    const medium = makeMedia(scene.shop, product, index + 1);
    return Object.assign(medium, { alt: file.alt ?? null, originalSource: file.originalSource, createdAt: scene.at, updatedAt: scene.at });
  });
  for (const variant of product.variants) if (!product.media.includes(variant.media)) variant.media = null;
}

function reoption(shop, product, options) {
  product.options = options.map(({ name, values }, place) => {
    const former = product.options.find((each) => each.name === name);
    const option = former ?? makeOption(shop, name, place + 1, []);
    option.position = place + 1;
    option.values = values.map((value) => option.values.find((each) => each.name === value.name) ?? makeOption(shop, name, 1, [value.name]).values[0]);
    return option;
  });
}

function newVariant(scene, product, values, position) {
  const variant = makeVariant(scene.shop, scene.random, product, { values, position, sku: null, barcode: null, at: scene.at });
  Object.assign(variant, { price: 0, compareAtPrice: null, taxable: true, inventoryPolicy: 'DENY' });
  Object.assign(variant.item, { tracked: false, cost: null, countryCodeOfOrigin: null, harmonizedSystemCode: null });
  return variant;
}

function stock(scene, variant, quantities, fresh) {
  const { shop } = scene;
  for (const { locationId, quantity } of quantities) {
    const location = shop.locations.get(parseGid(locationId).id);
    const level = variant.item.levels.get(location.id);
    if (!level) {
      const made = makeLevel(variant.item, location, quantity, scene.at);
      variant.item.levels.set(location.id, made);
      if (!fresh) shop.addLevel(made);
    } else if (level.available !== quantity) {
      level.available = quantity;
      scene.levelChanged(level);
    }
  }
}

/** Writes what is given; answers whether the SKU or the tracking changed. */
function dress(scene, variant, given, values, position, fields) {
  const { shop } = scene;
  const before = JSON.stringify([variant.sku, variant.item.tracked]);
  Object.assign(variant, { values, title: values.join(' / '), position, updatedAt: scene.at });
  for (const name of ['sku', 'barcode', 'taxable', 'inventoryPolicy']) if (given[name] != null) variant[name] = given[name];
  if (given.price != null) variant.price = minorOf(given.price, shop.currency);
  if (given.compareAtPrice !== undefined) variant.compareAtPrice = minorOf(given.compareAtPrice, shop.currency);
  if (given.inventoryItem?.tracked != null) variant.item.tracked = given.inventoryItem.tracked;
  if (fields) setMetafields(shop, variant, fields);
  return before !== JSON.stringify([variant.sku, variant.item.tracked]);
}

function announce(scene, variant) {
  scene.fire('inventory_items/create', itemBody(scene.shop, variant.item));
  for (const level of variant.item.levels.values()) scene.fire('inventory_levels/connect', levelBody(scene.shop, level));
}

/**
 * The input was found to be sound: `plan` has {variant, given, values, fields} in order, `variant` null for a new
 * one. Answers the product.
 */
export function putProduct(scene, known, input, plan, fields) {
  const { shop } = scene;
  const product = known ?? shell(scene, input);
  describe(scene, product, input, fields);
  reoption(shop, product, input.productOptions);
  const gone = product.variants.filter((each) => !plan.some(({ variant }) => variant === each));
  const fresh = [];
  const changed = [];
  product.variants = plan.map(({ variant, given, values, fields: own }, index) => {
    const one = variant ?? newVariant(scene, product, values, index + 1);
    const other = dress(scene, one, given, values, index + 1, own);
    stock(scene, one, given.inventoryQuantities ?? [], !variant);
    if (!variant) fresh.push(one);
    else if (other) changed.push(one);
    return one;
  });
  for (const variant of gone) shop.removeVariant(variant);
  if (known) {
    for (const variant of fresh) shop.addVariant(variant);
    scene.productChanged(product);
  } else {
    shop.addProduct(product);
    scene.fire('products/create', productBody(shop, product));
  }
  for (const variant of gone) scene.fire('inventory_items/delete', itemGoneBody(variant.item));
  for (const variant of changed) scene.fire('inventory_items/update', itemBody(shop, variant.item));
  for (const variant of fresh) announce(scene, variant);
  return product;
}
