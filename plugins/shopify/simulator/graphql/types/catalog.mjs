// Products, variants, options, media.

import { gid } from '../../world/ids.mjs';
import { inventoryQuantity } from '../../world/shop.mjs';
import { stripHtml } from '../../world/words.mjs';
import { constant, gidOf, legacyId, money, own, priceText, timeOf } from './common.mjs';
import { exactly, listPage, searchTest } from './lists.mjs';
import { metafield } from './product_writes.mjs';

function variantKey(sortKey) {
  const keys = {
    POSITION: (variant) => variant.position,
    ID: (variant) => variant.id,
    TITLE: (variant) => variant.title,
  };
  if (!keys[sortKey]) throw new Error(`simulator does not model variants sorted by ${sortKey}`);
  return keys[sortKey];
}

function total(product) {
  return product.variants.reduce((sum, variant) => sum + inventoryQuantity(variant), 0);
}

function priceRange(product, shop, pick) {
  return money(pick(...product.variants.map((variant) => variant.price)), shop.currency);
}

function optionValue(product, name, value) {
  return product.options.find((option) => option.name === name).values.find((each) => each.name === value);
}

function imageOf(media) {
  return media && media.type === 'IMAGE' ? media : null;
}

const Product = {
  id: gidOf('Product'),
  legacyResourceId: legacyId,
  title: own('title'),
  handle: own('handle'),
  vendor: own('vendor'),
  productType: own('productType'),
  status: own('status'),
  tags: own('tags'),
  templateSuffix: own('templateSuffix'),
  descriptionHtml: own('descriptionHtml'),
  bodyHtml: own('descriptionHtml'),
  description: (product, { truncateAt }) =>
    stripHtml(product.descriptionHtml).slice(0, truncateAt ?? undefined),
  createdAt: timeOf('createdAt'),
  updatedAt: timeOf('updatedAt'),
  publishedAt: timeOf('publishedAt'),
  category: constant(null),
  isGiftCard: constant(false),
  hasVariantsThatRequiresComponents: constant(false),
  seo: constant({}),
  metafield,
  featuredMedia: (product) => product.media[0] ?? null,
  featuredImage: (product) => imageOf(product.media[0]),
  hasOnlyDefaultVariant: (product) =>
    product.variants.length === 1 && product.variants[0].title === 'Default Title',
  hasOutOfStockVariants: (product) =>
    product.variants.some((variant) => variant.item.tracked && inventoryQuantity(variant) <= 0),
  tracksInventory: (product) => product.variants.some((variant) => variant.item.tracked),
  priceRangeV2: (product) => ({ product }),
  totalInventory: total,
  totalVariants: (product) => product.variants.length,
  variantsCount: (product) => exactly(product.variants.length),
  mediaCount: (product) => exactly(product.media.length),
  onlineStoreUrl: (product, _, { shop }) =>
    product.publishedAt && product.status === 'ACTIVE'
      ? `https://${shop.domain}/products/${product.handle}`
      : null,
  onlineStorePreviewUrl: (product, _, { shop }) => `https://${shop.domain}/products/${product.handle}`,
  options: (product, { first }) => product.options.slice(0, first ?? undefined),
  variants: (product, args) =>
    listPage(product.variants, args, { sortKey: args.sortKey, keyOf: variantKey(args.sortKey) }),
  media: (product, args, context, info) =>
    listPage(product.media, args, {
      sortKey: args.sortKey,
      keyOf: args.sortKey === 'ID' ? (each) => each.id : (each) => each.position,
      test: searchTest('Media', args, context, info),
    }),
};

const ProductVariant = {
  id: gidOf('ProductVariant'),
  legacyResourceId: legacyId,
  title: own('title'),
  sku: own('sku'),
  barcode: own('barcode'),
  displayName: (variant) => `${variant.product.title} - ${variant.title}`,
  price: (variant, _, { shop }) => priceText(variant.price, shop),
  compareAtPrice: (variant, _, { shop }) => priceText(variant.compareAtPrice, shop),
  position: own('position'),
  taxable: own('taxable'),
  inventoryPolicy: own('inventoryPolicy'),
  inventoryQuantity,
  inventoryItem: own('item'),
  product: own('product'),
  createdAt: timeOf('createdAt'),
  updatedAt: timeOf('updatedAt'),
  requiresComponents: constant(false),
  image: (variant) => imageOf(variant.media),
  availableForSale: (variant) =>
    !variant.item.tracked || variant.inventoryPolicy === 'CONTINUE' || inventoryQuantity(variant) > 0,
  sellableOnlineQuantity: (variant) => Math.max(0, inventoryQuantity(variant)),
  taxCode: constant(null),
  metafield,
  unitPrice: constant(null),
  unitPriceMeasurement: constant(null),
  showUnitPrice: constant(false),
  selectedOptions: (variant) =>
    variant.values.map((value, place) => ({ variant, name: variant.product.options[place].name, value })),
  media: (variant, args) => listPage(variant.media ? [variant.media] : [], args),
};

const image = {
  id: (media) => gid('ImageSource', media.id),
  altText: own('alt'),
  url: own('url'),
  src: own('url'),
  originalSrc: own('url'),
  width: own('width'),
  height: own('height'),
  thumbhash: constant(null),
};

const media = {
  alt: own('alt'),
  mediaContentType: own('type'),
  status: constant('READY'),
  mediaErrors: constant([]),
  mediaWarnings: constant([]),
  createdAt: timeOf('createdAt'),
  updatedAt: timeOf('updatedAt'),
  fileStatus: constant('READY'),
  fileErrors: constant([]),
  preview: (each) => ({ media: each }),
};

export const catalogTables = {
  Product,
  ProductVariant,
  Image: image,
  ProductOption: {
    id: gidOf('ProductOption'),
    name: own('name'),
    position: own('position'),
    optionValues: own('values'),
    values: (option) => option.values.map((value) => value.name),
    linkedMetafield: constant(null),
  },
  ProductOptionValue: {
    id: gidOf('ProductOptionValue'),
    name: own('name'),
    linkedMetafieldValue: constant(null),
    swatch: constant(null),
  },
  SelectedOption: {
    name: own('name'),
    value: own('value'),
    optionValue: ({ variant, name, value }) => optionValue(variant.product, name, value),
  },
  ProductPriceRangeV2: {
    minVariantPrice: ({ product }, _, { shop }) => priceRange(product, shop, Math.min),
    maxVariantPrice: ({ product }, _, { shop }) => priceRange(product, shop, Math.max),
  },
  SEO: { title: constant(null), description: constant(null) },
  MediaImage: {
    ...media,
    id: gidOf('MediaImage'),
    image: imageOf,
    mimeType: constant('image/jpeg'),
    originalSource: constant(null),
  },
  ExternalVideo: {
    ...media,
    id: gidOf('ExternalVideo'),
    originUrl: own('url'),
    embedUrl: own('url'),
    embeddedUrl: own('url'),
    host: constant('YOUTUBE'),
  },
  MediaPreviewImage: { image: ({ media: each }) => imageOf(each), status: constant('READY') },
};
