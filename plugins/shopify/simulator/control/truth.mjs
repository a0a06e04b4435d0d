// The truth: what a shop holds, one plain record a line, for comparison with what was synced.

import { gid } from '../world/ids.mjs';
import { amountSpent } from '../world/customers.mjs';
import { moneyText } from '../world/money.mjs';
import {
  currentQuantity,
  fulfillmentStatus,
  netOf,
  taxOf,
  totalsOf,
  unfulfilled,
} from '../world/order_math.mjs';
import { discountOf } from '../world/orders.mjs';
import { inventoryQuantity } from '../world/shop.mjs';
import { utcText } from '../world/time.mjs';

function money(minor, currency) {
  return minor === null ? null : { amount: moneyText(minor, currency), currency };
}

function both(order, pair) {
  return { shop: money(pair.s, order.currency), presentment: money(pair.p, order.presentmentCurrency) };
}

function times(record) {
  return { created_at: utcText(record.createdAt), updated_at: utcText(record.updatedAt) };
}

function product(record) {
  return {
    id: record.id,
    title: record.title,
    description_html: record.descriptionHtml,
    vendor: record.vendor,
    product_type: record.productType,
    handle: record.handle,
    status: record.status.toLowerCase(),
    tags: record.tags,
    template_suffix: record.templateSuffix,
    ...times(record),
    published_at: utcText(record.publishedAt),
    options: record.options.map((option) => ({
      id: option.id,
      name: option.name,
      position: option.position,
      values: option.values.map((value) => value.name),
    })),
    media: record.media.map((media) => ({
      id: media.id,
      gid: gid(media.type === 'IMAGE' ? 'MediaImage' : 'ExternalVideo', media.id),
      type: media.type.toLowerCase(),
      alt: media.alt,
      url: media.url,
      position: media.position,
    })),
    variant_ids: record.variants.map((variant) => variant.id),
    total_inventory: record.variants.reduce((sum, variant) => sum + inventoryQuantity(variant), 0),
  };
}

function variant(record, shop) {
  return {
    id: record.id,
    product_id: record.product.id,
    inventory_item_id: record.item.id,
    title: record.title,
    sku: record.sku,
    barcode: record.barcode,
    position: record.position,
    price: money(record.price, shop.currency),
    compare_at_price: money(record.compareAtPrice, shop.currency),
    cost: money(record.item.cost, shop.currency),
    taxable: record.taxable,
    inventory_policy: record.inventoryPolicy.toLowerCase(),
    tracked: record.item.tracked,
    requires_shipping: record.item.requiresShipping,
    weight: record.item.weight,
    country_code_of_origin: record.item.countryCodeOfOrigin,
    harmonized_system_code: record.item.harmonizedSystemCode,
    options: record.values.map((value, place) => ({ name: record.product.options[place].name, value })),
    image_id: record.media?.id ?? null,
    inventory_quantity: inventoryQuantity(record),
    ...times(record),
    item_updated_at: utcText(record.item.updatedAt),
  };
}

function level(record) {
  return {
    id: record.id,
    inventory_item_id: record.item.id,
    location_id: record.location.id,
    variant_id: record.item.variant.id,
    product_id: record.item.variant.product.id,
    active: record.active,
    tracked: record.item.tracked,
    available: record.available,
    committed: record.committed,
    incoming: record.incoming,
    on_hand: record.available + record.committed + record.damaged + record.safetyStock,
    ...times(record),
  };
}

function address(record) {
  if (!record) return null;
  return {
    id: record.id,
    first_name: record.firstName,
    last_name: record.lastName,
    company: record.company,
    address1: record.address1,
    address2: record.address2,
    city: record.city,
    zip: record.zip,
    province: record.province,
    province_code: record.provinceCode,
    country: record.country,
    country_code: record.countryCode,
    phone: record.phone,
  };
}

function location(record) {
  return {
    ...address(record),
    id: record.id,
    first_name: undefined,
    last_name: undefined,
    company: undefined,
    name: record.name,
    active: record.active,
    ...times(record),
  };
}

function customer(record, shop) {
  return {
    id: record.id,
    first_name: record.firstName,
    last_name: record.lastName,
    email: record.email,
    phone: record.phone,
    state: record.state.toLowerCase(),
    note: record.note,
    tags: record.tags,
    verified_email: record.verifiedEmail,
    tax_exempt: record.taxExempt,
    locale: record.locale,
    email_marketing: record.emailMarketing.toLowerCase(),
    sms_marketing: record.smsMarketing.toLowerCase(),
    orders_count: record.orders.length,
    amount_spent: money(amountSpent(record), shop.currency),
    addresses: record.addresses.map(address),
    ...times(record),
  };
}

function line(order, record, shop) {
  return {
    id: record.id,
    product_id: shop.products.get(record.product.id) ? record.product.id : null,
    variant_id: shop.variants.get(record.variant.id) ? record.variant.id : null,
    sold_product_id: record.product.id,
    sold_variant_id: record.variant.id,
    title: record.title,
    variant_title: record.variantTitle,
    sku: record.sku,
    vendor: record.vendor,
    quantity: record.quantity,
    current_quantity: currentQuantity(record),
    unfulfilled_quantity: unfulfilled(record),
    unit_price: both(order, record.unit),
    discount: both(order, record.discount),
    net: both(order, netOf(record, record.quantity)),
    tax: both(order, taxOf(record, record.quantity)),
    taxable: record.taxable,
    requires_shipping: record.requiresShipping,
  };
}

function refund(order, record) {
  return {
    id: record.id,
    created_at: utcText(record.createdAt),
    note: record.note,
    total: both(order, record.total),
    lines: record.lines.map((part) => ({
      id: part.id,
      line_id: part.line.id,
      quantity: part.quantity,
      restock_type: part.restockType.toLowerCase(),
      location_id: part.location?.id ?? null,
      subtotal: both(order, part.subtotal),
      tax: both(order, part.tax),
    })),
  };
}

function fulfillment(record) {
  return {
    id: record.id,
    name: record.name,
    status: record.status.toLowerCase(),
    ...times(record),
    location_id: record.location?.id ?? null,
    tracking_company: record.tracking.company,
    tracking_number: record.tracking.number,
    tracking_url: record.tracking.url,
    lines: record.lines.map((part) => ({ id: part.id, line_id: part.line.id, quantity: part.quantity })),
  };
}

function order(record, shop) {
  const { ordered, current, received, refunded, outstanding } = totalsOf(record);
  const amounts = {
    original_total: record.original,
    total: ordered.total,
    subtotal: ordered.subtotal,
    tax: ordered.tax,
    discounts: discountOf(record),
    shipping: record.shipping,
    current_total: current.total,
    current_subtotal: current.subtotal,
    current_tax: current.tax,
    received,
    refunded,
    outstanding,
  };
  return {
    id: record.id,
    name: record.name,
    number: record.number,
    ...times(record),
    processed_at: utcText(record.processedAt),
    cancelled_at: utcText(record.cancelledAt),
    cancel_reason: record.cancelReason?.toLowerCase() ?? null,
    closed_at: utcText(record.closedAt),
    test: record.test,
    currency: record.currency,
    presentment_currency: record.presentmentCurrency,
    taxes_included: record.taxesIncluded,
    financial_status: record.financialStatus.toLowerCase(),
    fulfillment_status: fulfillmentStatus(record).toLowerCase(),
    email: record.email,
    phone: record.phone,
    note: record.note,
    tags: record.tags,
    customer_id: record.customer?.id ?? null,
    discount_code: record.discountCode?.code ?? null,
    source_name: record.sourceName,
    edited: record.edited,
    older_than_60_days: record.createdAt < shop.clock.seconds() - 60 * 86400,
    ...Object.fromEntries(Object.entries(amounts).map(([name, pair]) => [name, both(record, pair)])),
    shipping_address: address(record.shippingAddress),
    billing_address: address(record.billingAddress),
    lines: record.lines.map((each) => line(record, each, shop)),
    refunds: record.refunds.map((each) => refund(record, each)),
    fulfillments: record.fulfillments.map(fulfillment),
    transactions: record.transactions.map((each) => ({
      id: each.id,
      kind: each.kind.toLowerCase(),
      status: each.status.toLowerCase(),
      gateway: each.gateway,
      amount: both(record, each.amount),
      parent_id: each.parent?.id ?? null,
      created_at: utcText(each.createdAt),
    })),
  };
}

const shapes = {
  products: product,
  variants: variant,
  levels: level,
  locations: location,
  customers: customer,
  orders: order,
};

/** Changes of stock an app asked for and got, each key once. */
function adjustments(shop) {
  const made = [...shop.adjustments].filter(([, { result }]) => result.errors.length === 0);
  return made.map(([key, { result: { group } }]) => ({
    id: group.id,
    key,
    order: (group.input.referenceDocumentUri ?? '').split('/').pop() || null,
    changes: group.changes.map(({ level: at, delta }) => ({ inventory_item_id: at.item.id, location_id: at.location.id, delta })),
  }));
}

/** Lines of one kind, ascending by id; null when the kind is unknown. */
export function truthLines(shop, kind) {
  if (kind === 'adjustments') return adjustments(shop).map((record) => JSON.stringify(record));
  const shape = shapes[kind];
  return shape ? shop[kind].sorted('ID').map((record) => JSON.stringify(shape(record, shop))) : null;
}

export const kTruthKinds = [...Object.keys(shapes), 'adjustments'];
