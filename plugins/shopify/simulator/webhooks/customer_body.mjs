// The REST shape of a customer, alone and inside an order.

import { amountSpent } from '../world/customers.mjs';
import { gid } from '../world/ids.mjs';
import { moneyText } from '../world/money.mjs';
import { zonedText } from '../world/time.mjs';
import { number } from './json.mjs';

function consent(shop, state, customer) {
  return {
    state: state.toLowerCase(),
    opt_in_level: state === 'SUBSCRIBED' ? 'single_opt_in' : null,
    consent_updated_at: zonedText(customer.marketingUpdatedAt, shop.timeZone),
  };
}

function consents(shop, customer) {
  return {
    email_marketing_consent: customer.email ? consent(shop, customer.emailMarketing, customer) : null,
    sms_marketing_consent: customer.phone
      ? { ...consent(shop, customer.smsMarketing, customer), consent_collected_from: 'OTHER' }
      : null,
  };
}

function customerAddress(customer, address, isDefault) {
  return {
    id: number(address.id),
    customer_id: number(customer.id),
    first_name: address.firstName,
    last_name: address.lastName,
    company: address.company,
    address1: address.address1,
    address2: address.address2,
    city: address.city,
    province: address.province,
    country: address.country,
    zip: address.zip,
    phone: address.phone,
    name: [address.firstName, address.lastName].filter(Boolean).join(' '),
    province_code: address.provinceCode,
    country_code: address.countryCode,
    country_name: address.country,
    default: isDefault,
  };
}

function addresses(customer) {
  return customer.addresses.map((address, place) => customerAddress(customer, address, place === 0));
}

export function customerBody(shop, customer) {
  const last = customer.orders[customer.orders.length - 1] ?? null;
  return {
    id: number(customer.id),
    email: customer.email,
    created_at: zonedText(customer.createdAt, shop.timeZone),
    updated_at: zonedText(customer.updatedAt, shop.timeZone),
    first_name: customer.firstName,
    last_name: customer.lastName,
    orders_count: customer.orders.length,
    state: customer.state.toLowerCase(),
    total_spent: moneyText(amountSpent(customer), shop.currency),
    last_order_id: number(last?.id),
    note: customer.note,
    verified_email: customer.verifiedEmail,
    multipass_identifier: null,
    tax_exempt: customer.taxExempt,
    tags: customer.tags.join(', '),
    last_order_name: last?.name ?? null,
    currency: shop.currency,
    phone: customer.phone,
    addresses: addresses(customer),
    tax_exemptions: [],
    ...consents(shop, customer),
    admin_graphql_api_id: gid('Customer', customer.id),
    ...(customer.addresses.length > 0 ? { default_address: addresses(customer)[0] } : {}),
  };
}

export function customerDeleteBody(shop, customer) {
  return {
    id: number(customer.id),
    phone: customer.phone,
    addresses: [],
    tax_exemptions: [],
    email_marketing_consent: null,
    sms_marketing_consent: null,
    admin_graphql_api_id: gid('Customer', customer.id),
  };
}

export function orderCustomer(shop, customer) {
  if (!customer) return null;
  return {
    id: number(customer.id),
    email: customer.email,
    created_at: zonedText(customer.createdAt, shop.timeZone),
    updated_at: zonedText(customer.updatedAt, shop.timeZone),
    first_name: customer.firstName,
    last_name: customer.lastName,
    state: customer.state.toLowerCase(),
    note: customer.note,
    verified_email: customer.verifiedEmail,
    multipass_identifier: null,
    tax_exempt: customer.taxExempt,
    phone: customer.phone,
    ...consents(shop, customer),
    tags: customer.tags.join(', '),
    currency: shop.currency,
    tax_exemptions: [],
    admin_graphql_api_id: gid('Customer', customer.id),
    ...(customer.addresses.length > 0 ? { default_address: addresses(customer)[0] } : {}),
  };
}
