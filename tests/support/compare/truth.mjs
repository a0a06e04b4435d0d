// What the platform says, row by row, in the shape of hub.mjs.
import { minorUnits } from './money.mjs';

const text = (value) => value ?? '';
const sorted = (list) => [...list].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
const money = (value) => (value ? { minor: minorUnits(value.amount, value.currency), currency: value.currency } : null);
const minor = (value) => minorUnits(value.amount, value.currency);

/** The unified address: absent members left out, null when nothing is left. */
export function address(from) {
  if (!from) return null;
  const name = [from.first_name, from.last_name].filter(Boolean).join(' ');
  const all = {
    name,
    company: from.company,
    address1: from.address1,
    address2: from.address2,
    city: from.city,
    province: from.province,
    province_code: from.province_code,
    postal_code: from.zip,
    country: from.country,
    country_code: from.country_code,
    phone: from.phone,
  };
  const kept = Object.fromEntries(Object.entries(all).filter(([, value]) => value));
  return Object.keys(kept).length > 0 ? kept : null;
}

// The hub's own words where the platform's two shapes differ.
const fulfilment = { partially_fulfilled: 'partial' };

const product = (row) => [
  row.id,
  {
    title: row.title,
    description_html: text(row.description_html),
    vendor: text(row.vendor),
    product_type: text(row.product_type),
    handle: text(row.handle),
    status: row.status,
    tags: sorted(row.tags),
    options: row.options.map((option) => ({ name: option.name, values: option.values })),
    // A video has no address in the platform's webhooks, so the unified record has none either.
    media: row.media.map((item) => ({ url: item.type === 'image' ? text(item.url) : '', alt: text(item.alt) })),
    published_at: row.published_at,
  },
];

const variant = (row) => [
  row.id,
  {
    product_id: row.product_id,
    inventory_item_id: row.inventory_item_id,
    title: row.title,
    sku: text(row.sku),
    barcode: text(row.barcode),
    position: row.position,
    price: money(row.price),
    compare_at: money(row.compare_at_price),
    options: row.options.map((option) => [option.name, option.value]),
    taxable: row.taxable,
    inventory_policy: row.inventory_policy,
  },
];

// An untracked item has no stock to compare, only a place.
const level = (row) => [
  `${row.inventory_item_id}@${row.location_id}`,
  { available: row.tracked ? String(row.available) : 'untracked' },
];

const location = (row) => [row.id, { name: row.name, active: row.active, address: address(row) }];

const customer = (row) => [
  row.id,
  {
    email: text(row.email),
    phone: text(row.phone),
    first_name: text(row.first_name),
    last_name: text(row.last_name),
    state: text(row.state),
    tags: sorted(row.tags),
    default_address: address(row.addresses.find((one) => one.default) ?? row.addresses[0]),
  },
];

function line(row) {
  return [
    row.id,
    {
      product_id: row.sold_product_id,
      variant_id: row.sold_variant_id,
      gone: row.product_id === null || row.variant_id === null,
      title: row.title,
      variant_title: text(row.variant_title),
      sku: text(row.sku),
      quantity: row.quantity,
      current_quantity: row.current_quantity,
      unit_price: minor(row.unit_price.shop),
      discount: minor(row.discount.shop),
      tax: minor(row.tax.shop),
      presentment_unit_price: minor(row.unit_price.presentment),
      presentment_discount: minor(row.discount.presentment),
      presentment_tax: minor(row.tax.presentment),
    },
  ];
}

const order = (row) => [
  row.id,
  {
    name: row.name,
    status: row.cancelled_at ? 'cancelled' : row.closed_at ? 'closed' : 'open',
    financial_status: text(row.financial_status),
    fulfilment_status: fulfilment[row.fulfillment_status] ?? row.fulfillment_status ?? 'unfulfilled',
    customer_id: text(row.customer_id),
    email: text(row.email),
    phone: text(row.phone),
    currency: row.currency,
    presentment_currency: row.presentment_currency,
    total: minor(row.total.shop),
    current_total: minor(row.current_total.shop),
    subtotal: minor(row.subtotal.shop),
    tax: minor(row.tax.shop),
    shipping: minor(row.shipping.shop),
    discount: minor(row.discounts.shop),
    presentment_total: minor(row.total.presentment),
    presentment_current_total: minor(row.current_total.presentment),
    presentment_subtotal: minor(row.subtotal.presentment),
    presentment_tax: minor(row.tax.presentment),
    presentment_shipping: minor(row.shipping.presentment),
    presentment_discount: minor(row.discounts.presentment),
    taxes_included: row.taxes_included,
    test: row.test,
    tags: sorted(row.tags),
    note: text(row.note),
    cancel_reason: text(row.cancel_reason),
    shipping_address: address(row.shipping_address),
    billing_address: address(row.billing_address),
    placed_at: row.processed_at,
    cancelled_at: row.cancelled_at,
    closed_at: row.closed_at,
    lines: Object.fromEntries(row.lines.map(line)),
    refunds: Object.fromEntries(
      row.refunds.map((one) => [one.id, { total: minor(one.total.shop), presentment_total: minor(one.total.presentment), note: text(one.note) }]),
    ),
    fulfilments: Object.fromEntries(row.fulfillments.map((one) => [one.id, { status: text(one.status) }])),
  },
];

const readers = { products: product, variants: variant, levels: level, locations: location, customers: customer, orders: order };
export const entities = Object.keys(readers);

/** Map of rows by id, from the simulator's NDJSON. */
export function truthFrom(entity, ndjson) {
  const rows = ndjson.split('\n').filter(Boolean).map((line) => JSON.parse(line));
  const seen = entity === 'levels' ? rows.filter((row) => row.active) : rows;
  return new Map(seen.map(readers[entity]));
}
