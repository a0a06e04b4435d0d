// The REST shape of an order, key by key as the platform's captures have it.

import { gid } from '../world/ids.mjs';
import { moneyText } from '../world/money.mjs';
import { fulfillmentStatus, totalsOf } from '../world/order_math.mjs';
import { discountOf } from '../world/orders.mjs';
import { zonedText } from '../world/time.mjs';
import { number } from './json.mjs';
import { orderCustomer } from './customer_body.mjs';
import { lineBody, moneySet, taxLines } from './line_body.mjs';
import { refundBody } from './refund_body.mjs';

function addressBody(address) {
  if (!address) return null;
  return {
    first_name: address.firstName,
    address1: address.address1,
    phone: address.phone,
    city: address.city,
    zip: address.zip,
    province: address.province,
    country: address.country,
    last_name: address.lastName,
    address2: address.address2,
    company: address.company,
    latitude: null,
    longitude: null,
    name: [address.firstName, address.lastName].filter(Boolean).join(' '),
    country_code: address.countryCode,
    province_code: address.provinceCode,
  };
}

function fulfillmentBody(shop, order, fulfillment, time) {
  const { tracking } = fulfillment;
  return {
    id: number(fulfillment.id),
    admin_graphql_api_id: gid('Fulfillment', fulfillment.id),
    created_at: time(fulfillment.createdAt),
    location_id: number(fulfillment.location?.id),
    name: fulfillment.name,
    order_id: number(order.id),
    origin_address: {},
    receipt: {},
    service: 'manual',
    shipment_status: null,
    status: fulfillment.status.toLowerCase(),
    tracking_company: tracking.company,
    tracking_number: tracking.number,
    tracking_numbers: tracking.number ? [tracking.number] : [],
    tracking_url: tracking.url,
    tracking_urls: tracking.url ? [tracking.url] : [],
    updated_at: time(fulfillment.updatedAt),
    line_items: fulfillment.lines.map(({ line, quantity }) => ({ ...lineBody(shop, order, line), quantity })),
  };
}

function shippingBody(order) {
  if (!order.shippingLine) return [];
  const price = moneyText(order.shipping.s, order.currency);
  return [
    {
      id: number(order.shippingLine.id),
      carrier_identifier: null,
      code: order.shippingLine.code,
      discounted_price: price,
      discounted_price_set: moneySet(order, order.shipping),
      is_removed: false,
      phone: null,
      price,
      price_set: moneySet(order, order.shipping),
      requested_fulfillment_service_id: null,
      source: 'shopify',
      title: order.shippingLine.title,
      tax_lines: [],
      discount_allocations: [],
    },
  ];
}

/** `name` with its text in the shop's currency and `name_set` beside it. */
function priced(order, amounts) {
  const out = {};
  for (const [name, pair] of Object.entries(amounts)) {
    out[name] = moneyText(pair.s, order.currency);
    out[`${name}_set`] = moneySet(order, pair);
  }
  return out;
}

function head(order, time) {
  return {
    id: number(order.id),
    admin_graphql_api_id: gid('Order', order.id),
    app_id: 580111,
    browser_ip: null,
    buyer_accepts_marketing: false,
    cancel_reason: order.cancelReason?.toLowerCase() ?? null,
    cancelled_at: time(order.cancelledAt),
    cart_token: null,
    checkout_id: null,
    checkout_token: null,
    client_details: null,
    closed_at: time(order.closedAt),
    confirmation_number: order.token.slice(0, 9).toUpperCase(),
    confirmed: true,
    contact_email: order.email,
    created_at: time(order.createdAt),
    currency: order.currency,
  };
}

function sums(order) {
  const { ordered, current, outstanding } = totalsOf(order);
  return {
    ...priced(order, { current_subtotal_price: current.subtotal }),
    current_total_additional_fees_set: null,
    ...priced(order, { current_total_discounts: current.discounts }),
    current_total_duties_set: null,
    ...priced(order, {
      current_total_price: current.total,
      current_total_tax: current.tax,
      subtotal_price: ordered.subtotal,
      total_discounts: discountOf(order),
      total_line_items_price: ordered.gross,
      total_price: ordered.total,
      total_tax: ordered.tax,
    }),
    total_outstanding: moneyText(outstanding.s, order.currency),
    total_shipping_price_set: moneySet(order, order.shipping),
    total_tip_received: moneyText(0, order.currency),
    total_weight: order.lines.reduce((sum, line) => sum + line.grams * (line.quantity - line.removed), 0),
    tax_lines: taxLines(order, ordered.tax),
  };
}

const restFulfillment = { FULFILLED: 'fulfilled', PARTIALLY_FULFILLED: 'partial' };

function details(shop, order, time) {
  const code = order.discountCode;
  const taken = moneyText(discountOf(order).s, order.currency);
  return {
    customer_locale: order.locale,
    device_id: null,
    discount_codes: code ? [{ code: code.code, amount: taken, type: 'percentage' }] : [],
    email: order.email,
    estimated_taxes: false,
    financial_status: order.financialStatus.toLowerCase(),
    fulfillment_status: restFulfillment[fulfillmentStatus(order)] ?? null,
    landing_site: null,
    landing_site_ref: null,
    location_id: null,
    merchant_of_record_app_id: null,
    name: order.name,
    note: order.note,
    note_attributes: [],
    number: order.number - 1000,
    order_number: order.number,
    order_status_url: `https://${shop.domain}/${shop.id}/orders/${order.token}/authenticate?key=${order.token.slice(0, 8)}`,
    original_total_additional_fees_set: null,
    original_total_duties_set: null,
    payment_gateway_names: order.transactions.length ? [order.gateway] : [],
    phone: order.phone,
    po_number: order.poNumber,
    presentment_currency: order.presentmentCurrency,
    processed_at: time(order.processedAt),
    reference: null,
    referring_site: null,
    source_identifier: null,
    source_name: order.sourceName,
    source_url: null,
    tags: order.tags.join(', '),
    tax_exempt: false,
    taxes_included: order.taxesIncluded,
    test: order.test,
    token: order.token,
    updated_at: time(order.updatedAt),
    user_id: null,
    discount_applications: code
      ? [
          {
            target_type: 'line_item',
            type: 'discount_code',
            value: String(code.rate * 100),
            value_type: 'percentage',
            allocation_method: 'across',
            target_selection: 'all',
            code: code.code,
          },
        ]
      : [],
  };
}

export function orderBody(shop, order) {
  const time = (seconds) => zonedText(seconds, shop.timeZone);
  return {
    ...head(order, time),
    ...sums(order),
    ...details(shop, order, time),
    billing_address: addressBody(order.billingAddress),
    customer: orderCustomer(shop, order.customer),
    fulfillments: order.fulfillments.map((each) => fulfillmentBody(shop, order, each, time)),
    line_items: order.lines.map((line) => lineBody(shop, order, line)),
    payment_terms: null,
    refunds: order.refunds.map((each) => refundBody(shop, each)),
    shipping_address: addressBody(order.shippingAddress),
    shipping_lines: shippingBody(order),
  };
}

/** What an order edit changed: {additions: [{line, delta}], removals: [{line, delta}]}. */
export function orderEditBody(shop, order, edit) {
  const time = zonedText(order.updatedAt, shop.timeZone);
  const changed = (list) => list.map(({ line, delta }) => ({ id: number(line.id), delta }));
  const none = { additions: [], removals: [] };
  return {
    order_edit: {
      id: number(edit.id),
      app_id: null,
      created_at: time,
      committed_at: time,
      notify_customer: false,
      order_id: number(order.id),
      staff_note: '',
      user_id: null,
      line_items: { additions: changed(edit.additions), removals: changed(edit.removals) },
      discounts: { line_item: none },
      shipping_lines: none,
    },
  };
}
