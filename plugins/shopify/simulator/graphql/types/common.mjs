// Money, counts, addresses and the like.

import { decimalText, moneyText } from '../../world/money.mjs';
import { gid } from '../../world/ids.mjs';
import { utcText } from '../../world/time.mjs';

export function gidOf(type) {
  return (record) => gid(type, record.id);
}

export function legacyId(record) {
  return record.id;
}

export function timeOf(name) {
  return (record) => utcText(record[name]);
}

export function own(name) {
  return (record) => record[name];
}

export function constant(value) {
  return () => value;
}

export function money(minor, currency) {
  return minor === null || minor === undefined ? null : { minor, currency };
}

/** MoneyBag of a pair of the order. */
export function bag(order, pair) {
  return { order, pair };
}

export const commonTables = {
  MoneyV2: {
    amount: ({ minor, currency }) => decimalText(minor, currency),
    currencyCode: ({ currency }) => currency,
  },
  MoneyBag: {
    shopMoney: ({ order, pair }) => money(pair.s, order.currency),
    presentmentMoney: ({ order, pair }) => money(pair.p, order.presentmentCurrency),
  },
  Count: { count: own('count'), precision: own('precision') },
  MailingAddress: {
    id: gidOf('MailingAddress'),
    firstName: own('firstName'),
    lastName: own('lastName'),
    company: own('company'),
    name: (address) => [address.firstName, address.lastName].filter(Boolean).join(' ') || null,
    address1: own('address1'),
    address2: own('address2'),
    city: own('city'),
    zip: own('zip'),
    province: own('province'),
    provinceCode: own('provinceCode'),
    country: own('country'),
    countryCode: own('countryCode'),
    countryCodeV2: own('countryCode'),
    phone: own('phone'),
    latitude: constant(null),
    longitude: constant(null),
  },
  UserError: { field: own('field'), message: own('message') },
  Weight: { value: own('value'), unit: own('unit') },
};

export function priceText(minor, shop) {
  return moneyText(minor, shop.currency);
}
