// Bodies about the shop and the app: the shop object, scopes, privacy requests, bulk operations.

import { gid } from '../world/ids.mjs';
import { zonedText } from '../world/time.mjs';
import { number } from './json.mjs';

export function shopBody(shop) {
  const { profile } = shop;
  return {
    id: number(shop.id),
    name: shop.name,
    email: shop.email,
    domain: shop.domain,
    province: profile.province,
    country: profile.countryCode,
    address1: null,
    zip: profile.zip,
    city: profile.city,
    source: null,
    phone: null,
    latitude: null,
    longitude: null,
    primary_locale: 'en',
    address2: null,
    created_at: zonedText(shop.createdAt, shop.timeZone),
    updated_at: zonedText(shop.updatedAt, shop.timeZone),
    country_code: profile.countryCode,
    country_name: profile.country,
    currency: shop.currency,
    customer_email: shop.email,
    timezone: `(GMT) ${shop.timeZone}`,
    iana_timezone: shop.timeZone,
    shop_owner: 'Ada Müller',
    money_format: '{{amount}}',
    money_with_currency_format: `{{amount}} ${shop.currency}`,
    weight_unit: 'kg',
    province_code: profile.provinceCode,
    taxes_included: profile.taxesIncluded,
    plan_display_name: 'Basic',
    plan_name: 'basic',
    myshopify_domain: shop.domain,
    enabled_presentment_currencies: [shop.currency, ...profile.other],
  };
}

export function scopesBody(shop, previous, current) {
  const now = shop.clock.seconds();
  return {
    id: number(shop.ids.next('ScopesUpdate')),
    shop_id: gid('Shop', shop.id),
    previous,
    current,
    updated_at: zonedText(now, shop.timeZone),
  };
}

function person(customer) {
  return { id: number(customer.id), email: customer.email, phone: customer.phone };
}

export function dataRequestBody(shop, customer) {
  return {
    shop_id: number(shop.id),
    shop_domain: shop.domain,
    orders_requested: customer.orders.map((order) => number(order.id)),
    customer: person(customer),
    data_request: { id: number(shop.ids.next('DataRequest')) },
  };
}

export function customerRedactBody(shop, customer) {
  return {
    shop_id: number(shop.id),
    shop_domain: shop.domain,
    customer: person(customer),
    orders_to_redact: customer.orders.map((order) => number(order.id)),
  };
}

export function shopRedactBody(shop) {
  return { shop_id: number(shop.id), shop_domain: shop.domain };
}

/** The id is the operation's number; the platform sends no url, the app asks for the node. */
export function bulkFinishBody(shop, id) {
  const now = zonedText(shop.clock.seconds(), shop.timeZone);
  return {
    admin_graphql_api_id: gid('BulkOperation', id),
    completed_at: now,
    created_at: now,
    error_code: null,
    status: 'completed',
    type: 'query',
  };
}
