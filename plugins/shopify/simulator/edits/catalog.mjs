// Edits of products and variants. Each returns the ids it touched, or null when nothing fits.

import { deletedBody, itemBody, itemGoneBody, levelBody, productBody } from '../webhooks/catalog_body.mjs';
import { makeMedia, makeOption, makeProduct, makeVariant, price, stockItem } from '../world/products.mjs';
import { descriptionHtml, kTags, title } from '../world/words.mjs';

function anyProduct(scene, test = () => true) {
  return scene.find(scene.shop.products.sorted('ID'), test);
}

/** Giants stay: tests count on them. */
function isOrdinary(product) {
  return product.variants.length <= 100 && product.media.length < 60;
}

function retitle(scene) {
  const product = anyProduct(scene);
  if (!product) return null;
  product.title = title(scene.random);
  if (scene.random.chance(0.3)) product.descriptionHtml = descriptionHtml(scene.random);
  if (scene.random.chance(0.3)) product.tags = scene.random.sample(kTags, scene.random.int(0, 3)).sort();
  scene.productChanged(product);
  return { product: product.id };
}

function reprice(scene) {
  const product = anyProduct(scene);
  if (!product) return null;
  const variant = scene.random.pick(product.variants);
  variant.price = price(scene.random, scene.shop.currency);
  variant.compareAtPrice = scene.random.chance(0.5) ? null : Math.round(variant.price * 1.2);
  variant.updatedAt = scene.at;
  scene.productChanged(product);
  return { product: product.id, variant: variant.id };
}

function changeStatus(scene) {
  const product = anyProduct(scene, isOrdinary);
  if (!product) return null;
  product.status = scene.random.pick(
    ['ACTIVE', 'DRAFT', 'ARCHIVED', 'UNLISTED'].filter((status) => status !== product.status),
  );
  product.publishedAt = product.status === 'DRAFT' ? null : (product.publishedAt ?? scene.at);
  scene.productChanged(product);
  return { product: product.id, status: product.status };
}

function changeItem(scene) {
  const product = anyProduct(scene);
  if (!product) return null;
  const variant = scene.random.pick(product.variants);
  const { item } = variant;
  variant.sku = scene.random.weighted([
    [6, `NEW-${variant.id.slice(-6)}`],
    [2, null],
    [2, 'DUP-1'],
  ]);
  item.cost = scene.random.chance(0.5) ? Math.round(variant.price / 2) : null;
  item.updatedAt = scene.at;
  variant.updatedAt = scene.at;
  scene.shop.items.changed();
  scene.fire('inventory_items/update', itemBody(scene.shop, item));
  scene.productChanged(product);
  return { product: product.id, variant: variant.id, item: item.id };
}

function announceItem(scene, variant) {
  scene.fire('inventory_items/create', itemBody(scene.shop, variant.item));
  for (const level of variant.item.levels.values()) {
    if (level.active) scene.fire('inventory_levels/connect', levelBody(scene.shop, level));
  }
}

function create(scene) {
  const product = makeProduct(
    scene.shop,
    scene.random,
    scene.random.int(1000000, 9999999),
    scene.at,
    scene.at,
  );
  scene.fire('products/create', productBody(scene.shop, product));
  for (const variant of product.variants) announceItem(scene, variant);
  return { product: product.id };
}

function remove(scene) {
  const product = anyProduct(scene, isOrdinary);
  if (!product || scene.shop.products.size < 5) return null;
  scene.shop.removeProduct(product);
  scene.fire('products/delete', deletedBody(product));
  for (const variant of product.variants) scene.fire('inventory_items/delete', itemGoneBody(variant.item));
  return { product: product.id };
}

function addVariant(scene) {
  const { shop, random } = scene;
  const product = anyProduct(
    scene,
    (each) => each.variants.length < 2000 && each.options[0].name !== 'Title',
  );
  if (!product) return null;
  const value = `New ${random.hex(6)}`;
  const [first, ...rest] = product.options;
  first.values.push(makeOption(shop, first.name, 1, [value]).values[0]);
  const variant = makeVariant(shop, random, product, {
    values: [value, ...rest.map((option) => option.values[0].name)],
    position: product.variants.length + 1,
    sku: random.chance(0.8) ? `ADD-${random.hex(6)}` : null,
    barcode: null,
    at: scene.at,
  });
  stockItem(shop, random, variant.item, scene.at);
  product.variants.push(variant);
  shop.addVariant(variant);
  announceItem(scene, variant);
  scene.productChanged(product);
  return { product: product.id, variant: variant.id };
}

/** Values no variant uses any more leave their option, and positions close up. */
function tidy(product) {
  product.variants.forEach((variant, place) => {
    variant.position = place + 1;
  });
  product.options.forEach((option, place) => {
    option.values = option.values.filter((value) =>
      product.variants.some((variant) => variant.values[place] === value.name),
    );
  });
}

function removeVariant(scene) {
  const product = anyProduct(scene, (each) => each.variants.length > 1 && isOrdinary(each));
  if (!product) return null;
  const variant = scene.random.pick(product.variants);
  product.variants = product.variants.filter((each) => each !== variant);
  tidy(product);
  scene.shop.removeVariant(variant);
  scene.fire('inventory_items/delete', itemGoneBody(variant.item));
  scene.productChanged(product);
  return { product: product.id, variant: variant.id };
}

/** Two edits of one product that the platform stamps with the same second. */
function twice(scene) {
  const product = anyProduct(scene);
  if (!product) return null;
  product.title = `${title(scene.random)} (first)`;
  scene.productChanged(product);
  product.title = `${title(scene.random)} (second)`;
  product.variants[0].price = price(scene.random, scene.shop.currency);
  product.variants[0].updatedAt = scene.at;
  scene.productChanged(product);
  return { product: product.id };
}

/** What a marketplace's review would not let through. */
function forbid(scene) {
  const product = anyProduct(scene, (each) => !/weapon/i.test(each.title));
  if (!product) return null;
  product.title = `${title(scene.random)} weapon`;
  scene.productChanged(product);
  return { product: product.id };
}

function forgetPictures(product) {
  product.media = [];
  for (const variant of product.variants) variant.media = null;
}

function removePictures(scene) {
  const product = anyProduct(scene, (each) => isOrdinary(each) && each.media.length > 0);
  if (!product) return null;
  forgetPictures(product);
  scene.productChanged(product);
  return { product: product.id };
}

/** A new picture is the only one; of some of them the address leads nowhere. */
function replacePictures(scene) {
  const product = anyProduct(scene, isOrdinary);
  if (!product) return null;
  forgetPictures(product);
  product.media.push(makeMedia(scene.shop, product, 1));
  if (scene.random.chance(0.4)) product.media[0].url = `https://missing.shop.example/${product.handle}.jpg`;
  scene.productChanged(product);
  return { product: product.id, media: product.media[0].id };
}

export const catalogEdits = {
  product_title: retitle,
  product_price: reprice,
  product_status: changeStatus,
  product_create: create,
  product_delete: remove,
  product_twice: twice,
  product_forbidden: forbid,
  media_remove: removePictures,
  media_replace: replacePictures,
  item_update: changeItem,
  variant_add: addVariant,
  variant_remove: removeVariant,
};
