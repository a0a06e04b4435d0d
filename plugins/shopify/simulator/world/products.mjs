// Ordinary products: one to five variants, sometimes without SKU, sometimes with one that another
// variant or another shop has too. Also the pieces the giants and the edits are made of.

import { exponentOf } from './money.mjs';
import { activeLocations } from './locations.mjs';
import { descriptionHtml, kColours, kSizes, kTags, kTypes, kVendors, slug, title } from './words.mjs';

/** A price that looks like one in the currency: 19.99, 2,480 yen, 6.250 dinar. */
export function price(random, currency) {
  const exponent = exponentOf(currency);
  if (exponent === 0) return random.int(10, 3000) * 10;
  if (exponent === 3) return random.int(20, 8000) * 50;
  return random.int(1, 299) * 100 + random.pick([0, 49, 90, 95, 99]);
}

function shopLetter(shop) {
  return String.fromCharCode(65 + (shop.index % 26));
}

/** SKU and barcode of a variant of the n-th product: null, '', shared between shops, or own. */
function codes(shop, random, productIndex, place) {
  const shared = productIndex % 5 === 0;
  const own = `${shopLetter(shop)}-${String(productIndex).padStart(6, '0')}-${place}`;
  const sku = random.weighted([
    [84, shared ? `SHARED-${productIndex}-${place}` : own],
    [8, null],
    [3, ''],
    [3, `DUP-${productIndex % 40}`],
    [2, `sku "${productIndex}"/é`],
  ]);
  const ean = `${shared ? 400 : 410 + shop.index}${String(productIndex % 100000000).padStart(8, '0')}${place % 10}`;
  return { sku, barcode: random.chance(0.4) ? ean : null };
}

export function makeLevel(item, location, available, at) {
  return {
    id: `${location.id}?inventory_item_id=${item.id}`,
    item,
    location,
    active: true,
    available,
    committed: 0,
    incoming: 0,
    damaged: 0,
    safetyStock: 0,
    createdAt: at,
    updatedAt: at,
  };
}

export function makeVariant(shop, random, product, { values, position, sku, barcode, at }) {
  const amount = price(random, shop.currency);
  const variant = {
    id: shop.ids.next('ProductVariant'),
    product,
    position,
    values,
    sku,
    barcode,
    title: values.join(' / '),
    price: amount,
    compareAtPrice: random.chance(0.2) ? Math.round(amount * 1.25) : null,
    taxable: !random.chance(0.1),
    inventoryPolicy: random.chance(0.2) ? 'CONTINUE' : 'DENY',
    media: null,
    createdAt: at,
    updatedAt: at,
  };
  variant.item = {
    id: shop.ids.next('InventoryItem'),
    variant,
    tracked: !random.chance(0.1),
    requiresShipping: !random.chance(0.08),
    cost: random.chance(0.4) ? Math.round(amount * 0.6) : null,
    countryCodeOfOrigin: random.chance(0.3) ? shop.profile.countryCode : null,
    provinceCodeOfOrigin: null,
    harmonizedSystemCode: random.chance(0.2) ? '610910' : null,
    weight: random.weighted([
      [7, { value: random.int(50, 4000), unit: 'GRAMS' }],
      [2, { value: random.int(1, 90) / 10, unit: 'KILOGRAMS' }],
      [1, { value: 0, unit: 'POUNDS' }],
    ]),
    createdAt: at,
    updatedAt: at,
    levels: new Map(),
  };
  return variant;
}

/** Puts the item on some of the shop's active locations, always the first; a few kept a switched-off level at a closed one. */
export function stockItem(shop, random, item, at, everywhere = false) {
  activeLocations(shop).forEach((location, place) => {
    if (!everywhere && place > 0 && !random.chance(0.35)) return;
    const available = random.weighted([
      [8, random.int(0, 200)],
      [2, 0],
      [1, -random.int(1, 5)],
    ]);
    item.levels.set(location.id, makeLevel(item, location, item.tracked ? available : 0, at));
  });
  if (!random.chance(0.05)) return;
  for (const location of shop.locations.values()) {
    if (!location.active)
      item.levels.set(location.id, { ...makeLevel(item, location, 0, at), active: false });
  }
}

export function makeOption(shop, name, position, values) {
  return {
    id: shop.ids.next('ProductOption'),
    name,
    position,
    values: values.map((value) => ({ id: shop.ids.next('ProductOptionValue'), name: value })),
  };
}

export function makeMedia(shop, product, position, type = 'IMAGE') {
  const id = shop.ids.next('Media');
  const media = {
    id,
    type,
    product,
    position,
    alt: position % 3 === 0 ? null : `${product.title} #${position}`,
    width: 1200,
    height: 1600,
    createdAt: product.createdAt,
    updatedAt: product.createdAt,
  };
  if (type === 'EXTERNAL_VIDEO') media.url = `https://www.youtube.com/watch?v=souk${id.slice(-8)}`;
  else
    media.url = `https://cdn.shopify.com/s/files/1/${shop.id}/files/${product.handle}-${position}.jpg?v=${product.createdAt}`;
  return media;
}

export function makeProductShell(shop, random, at, updatedAt, name = title(random)) {
  const status = random.weighted([
    [80, 'ACTIVE'],
    [10, 'DRAFT'],
    [6, 'ARCHIVED'],
    [4, 'UNLISTED'],
  ]);
  const handle = shop.freeHandle(slug(name));
  shop.handles.add(handle);
  return {
    id: shop.ids.next('Product'),
    title: name,
    descriptionHtml: descriptionHtml(random),
    vendor: random.pick(kVendors),
    productType: random.pick(kTypes),
    handle,
    status,
    tags: random.sample(kTags, random.int(0, 3)).sort(),
    templateSuffix: random.chance(0.05) ? 'special' : null,
    publishedAt: status === 'ACTIVE' || status === 'UNLISTED' ? at + 60 : null,
    createdAt: at,
    updatedAt,
    options: [],
    variants: [],
    media: [],
  };
}

function optionPlan(random, count) {
  if (count === 1 && random.chance(0.7)) return null;
  const colours = random.sample(kColours, count > 3 ? 3 : count);
  const sizes = random.sample(kSizes, Math.ceil(count / colours.length));
  return sizes.length === 1
    ? { names: ['Color'], rows: colours.map((colour) => [colour]) }
    : {
        names: ['Color', 'Size'],
        rows: colours.flatMap((colour) => sizes.map((size) => [colour, size])).slice(0, count),
      };
}

/** Gives the product its options and variants from a plan of names and rows of values. */
export function fillVariants(shop, random, product, plan, codesOf, everywhere = false) {
  const names = plan ? plan.names : ['Title'];
  const rows = plan ? plan.rows : [['Default Title']];
  names.forEach((name, place) => {
    product.options.push(makeOption(shop, name, place + 1, [...new Set(rows.map((row) => row[place]))]));
  });
  rows.forEach((values, place) => {
    const variant = makeVariant(shop, random, product, {
      values,
      position: place + 1,
      at: product.createdAt,
      ...codesOf(place + 1),
    });
    variant.updatedAt = product.updatedAt;
    stockItem(shop, random, variant.item, product.createdAt, everywhere);
    product.variants.push(variant);
  });
}

export function makeProduct(shop, random, index, at, updatedAt) {
  const product = makeProductShell(shop, random, at, updatedAt);
  const plan = optionPlan(
    random,
    random.weighted([
      [45, 1],
      [20, 2],
      [15, 3],
      [10, 4],
      [10, 5],
    ]),
  );
  fillVariants(shop, random, product, plan, (place) => codes(shop, random, index, place));
  const pictures = random.int(0, 3);
  for (let place = 1; place <= pictures; place += 1) product.media.push(makeMedia(shop, product, place));
  if (pictures > 0 && random.chance(0.3)) product.variants[0].media = product.media[0];
  return shop.addProduct(product);
}

export function makeProducts(shop, random, count, now) {
  for (let index = 0; index < count; index += 1) {
    const own = random.fork(index);
    const createdAt = shop.createdAt + Math.floor(((now - 86400 * 3 - shop.createdAt) * index) / count);
    const updatedAt = own.chance(0.5) ? createdAt : own.int(createdAt, now - 3600);
    makeProduct(shop, own, index, createdAt, updatedAt);
  }
}
