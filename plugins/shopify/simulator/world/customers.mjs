// Customers, some without e-mail, phone, name or address.

import { totalsOf } from './order_math.mjs';
import { personName, streetAddress } from './words.mjs';

export function makeAddress(shop, random, name) {
  const { profile } = shop;
  return {
    id: shop.ids.next('MailingAddress'),
    firstName: name.firstName,
    lastName: name.lastName,
    company: random.chance(0.1) ? 'Hinoki & Sons' : null,
    address1: streetAddress(random),
    address2: random.chance(0.2) ? 'c/o "Reception"' : null,
    city: profile.city,
    zip: profile.zip,
    province: profile.province,
    provinceCode: profile.provinceCode,
    country: profile.country,
    countryCode: profile.countryCode,
    phone: random.chance(0.3) ? `${profile.phone}${random.int(1000, 9999)}` : null,
  };
}

export function makeCustomer(shop, random, at, updatedAt) {
  const name = random.chance(0.04) ? { firstName: null, lastName: null } : personName(random);
  const id = shop.ids.next('Customer');
  const hasEmail = !random.chance(0.1);
  const hasPhone = random.chance(0.4);
  const addresses = [];
  for (
    let count = random.weighted([
      [2, 0],
      [6, 1],
      [2, 2],
    ]);
    count > 0;
    count -= 1
  )
    addresses.push(makeAddress(shop, random, name));
  return {
    id,
    ...name,
    email: hasEmail ? `buyer.${id.slice(-7)}+${shop.index + 1}@mail.example` : null,
    phone: hasPhone ? `${shop.profile.phone}${id.slice(-6)}` : null,
    state: random.weighted([
      [6, 'DISABLED'],
      [3, 'ENABLED'],
      [1, 'INVITED'],
    ]),
    note: random.chance(0.1) ? 'Loves 🍨 & "quotes"\nsecond line' : null,
    tags: random.chance(0.2) ? ['Léon', 'vip'] : [],
    verifiedEmail: hasEmail && random.chance(0.8),
    taxExempt: random.chance(0.03),
    locale: random.pick(['en', 'de', 'ja', 'fr-CA']),
    emailMarketing: random.weighted([
      [5, 'NOT_SUBSCRIBED'],
      [4, 'SUBSCRIBED'],
      [1, 'UNSUBSCRIBED'],
    ]),
    smsMarketing: random.weighted([
      [8, 'NOT_SUBSCRIBED'],
      [2, 'SUBSCRIBED'],
    ]),
    marketingUpdatedAt: random.chance(0.5) ? at : null,
    addresses,
    createdAt: at,
    updatedAt,
    orders: [],
  };
}

export function makeCustomers(shop, random, count, now) {
  for (let index = 0; index < count; index += 1) {
    const own = random.fork(index);
    const createdAt = shop.createdAt + Math.floor(((now - 86400 * 2 - shop.createdAt) * index) / count);
    shop.customers.add(
      makeCustomer(shop, own, createdAt, own.chance(0.6) ? createdAt : own.int(createdAt, now - 3600)),
    );
  }
}

/** What the platform shows as spent: orders neither cancelled, test nor unpaid, less refunds. */
export function amountSpent(customer) {
  return customer.orders
    .filter(
      (order) =>
        !order.cancelledAt &&
        !order.test &&
        !['PENDING', 'AUTHORIZED', 'VOIDED'].includes(order.financialStatus),
    )
    .reduce((sum, order) => sum + totalsOf(order).received.s - totalsOf(order).refunded.s, 0);
}
