// REST shapes of products, inventory and locations. A product with more than 100 variants is cut
// to the first hundred; `variant_gids` names them all.

import { gid } from '../world/ids.mjs';
import { moneyText } from '../world/money.mjs';
import { inventoryQuantity } from '../world/shop.mjs';
import { zonedText } from '../world/time.mjs';
import { number } from './json.mjs';

const kMaxVariantsInBody = 100;

function variantBody(shop, variant) {
  const [option1 = null, option2 = null, option3 = null] = variant.values;
  const quantity = inventoryQuantity(variant);
  return {
    admin_graphql_api_id: gid('ProductVariant', variant.id),
    barcode: variant.barcode,
    compare_at_price: moneyText(variant.compareAtPrice, shop.currency),
    created_at: zonedText(variant.createdAt, shop.timeZone),
    id: number(variant.id),
    inventory_policy: variant.inventoryPolicy.toLowerCase(),
    position: variant.position,
    price: moneyText(variant.price, shop.currency),
    product_id: number(variant.product.id),
    sku: variant.sku,
    taxable: variant.taxable,
    title: variant.title,
    updated_at: zonedText(variant.updatedAt, shop.timeZone),
    option1,
    option2,
    option3,
    image_id: number(variant.media?.id),
    inventory_item_id: number(variant.item.id),
    inventory_quantity: quantity,
    old_inventory_quantity: quantity,
  };
}

function imageBody(shop, product, media) {
  return {
    id: number(media.id),
    alt: media.alt,
    position: media.position,
    product_id: number(product.id),
    created_at: zonedText(media.createdAt, shop.timeZone),
    updated_at: zonedText(media.updatedAt, shop.timeZone),
    admin_graphql_api_id: gid('MediaImage', media.id),
    width: media.width,
    height: media.height,
    src: media.url,
    variant_ids: product.variants
      .filter((variant) => variant.media === media)
      .map((variant) => number(variant.id)),
  };
}

function mediaBody(shop, product, media) {
  const type = media.type === 'IMAGE' ? 'MediaImage' : 'ExternalVideo';
  return {
    id: number(media.id),
    product_id: number(product.id),
    position: media.position,
    created_at: zonedText(media.createdAt, shop.timeZone),
    updated_at: zonedText(media.updatedAt, shop.timeZone),
    alt: media.alt,
    status: 'READY',
    media_content_type: media.type,
    preview_image:
      media.type === 'IMAGE'
        ? { width: media.width, height: media.height, src: media.url, status: 'READY' }
        : null,
    variant_ids: product.variants
      .filter((variant) => variant.media === media)
      .map((variant) => number(variant.id)),
    admin_graphql_api_id: gid(type, media.id),
  };
}

export function productBody(shop, product) {
  const images = product.media
    .filter((media) => media.type === 'IMAGE')
    .map((media) => imageBody(shop, product, media));
  return {
    admin_graphql_api_id: gid('Product', product.id),
    body_html: product.descriptionHtml || null,
    created_at: zonedText(product.createdAt, shop.timeZone),
    handle: product.handle,
    id: number(product.id),
    product_type: product.productType,
    published_at: zonedText(product.publishedAt, shop.timeZone),
    template_suffix: product.templateSuffix,
    title: product.title,
    updated_at: zonedText(product.updatedAt, shop.timeZone),
    vendor: product.vendor,
    status: product.status.toLowerCase(),
    published_scope: 'web',
    tags: product.tags.join(', '),
    variants: product.variants.slice(0, kMaxVariantsInBody).map((variant) => variantBody(shop, variant)),
    options: product.options.map((option) => ({
      id: number(option.id),
      product_id: number(product.id),
      name: option.name,
      position: option.position,
      values: option.values.map((value) => value.name),
    })),
    images,
    image: images[0] ?? null,
    media: product.media.map((media) => mediaBody(shop, product, media)),
    variant_gids: product.variants.map((variant) => ({
      admin_graphql_api_id: gid('ProductVariant', variant.id),
      updated_at: new Date(variant.updatedAt * 1000).toISOString(),
    })),
    has_variants_that_requires_components: false,
  };
}

export function deletedBody(record) {
  return { id: number(record.id) };
}

/** What is left to say of a deleted inventory item. */
export function itemGoneBody(item) {
  return {
    id: number(item.id),
    country_code_of_origin: null,
    province_code_of_origin: null,
    harmonized_system_code: null,
    country_harmonized_system_codes: [],
    admin_graphql_api_id: gid('InventoryItem', item.id),
  };
}

export function levelBody(shop, level) {
  return {
    inventory_item_id: number(level.item.id),
    location_id: number(level.location.id),
    available: level.item.tracked ? level.available : null,
    updated_at: zonedText(level.updatedAt, shop.timeZone),
    admin_graphql_api_id: gid('InventoryLevel', level.id),
  };
}

export function levelGoneBody(shop, level) {
  return { inventory_item_id: number(level.item.id), location_id: number(level.location.id) };
}

export function itemBody(shop, item) {
  return {
    id: number(item.id),
    sku: item.variant.sku,
    created_at: zonedText(item.createdAt, shop.timeZone),
    updated_at: zonedText(item.updatedAt, shop.timeZone),
    requires_shipping: item.requiresShipping,
    cost: moneyText(item.cost, shop.currency),
    country_code_of_origin: item.countryCodeOfOrigin,
    province_code_of_origin: item.provinceCodeOfOrigin,
    harmonized_system_code: item.harmonizedSystemCode,
    tracked: item.tracked,
    country_harmonized_system_codes: [],
    admin_graphql_api_id: gid('InventoryItem', item.id),
  };
}

export function locationBody(shop, location) {
  return {
    id: number(location.id),
    name: location.name,
    address1: location.address1,
    address2: location.address2,
    city: location.city,
    zip: location.zip,
    province: location.province,
    country: location.countryCode,
    phone: location.phone,
    created_at: zonedText(location.createdAt, shop.timeZone),
    updated_at: zonedText(location.updatedAt, shop.timeZone),
    country_code: location.countryCode,
    country_name: location.country,
    province_code: location.provinceCode,
    legacy: false,
    active: location.active,
    admin_graphql_api_id: gid('Location', location.id),
  };
}
