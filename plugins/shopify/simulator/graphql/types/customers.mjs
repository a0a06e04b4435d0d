// Customers.

import { amountSpent } from '../../world/customers.mjs';
import { utcText } from '../../world/time.mjs';
import { constant, gidOf, legacyId, money, own, timeOf } from './common.mjs';
import { listPage, orderVisible, searchTest } from './lists.mjs';

function optIn(state) {
  return state === 'SUBSCRIBED' ? 'SINGLE_OPT_IN' : null;
}

function visibleOrders(customer, context) {
  const visible = orderVisible(context);
  return visible ? customer.orders.filter(visible) : customer.orders;
}

const orderKeys = {
  ID: (order) => order.id,
  PROCESSED_AT: (order) => order.processedAt,
  CREATED_AT: (order) => order.createdAt,
  UPDATED_AT: (order) => order.updatedAt,
};

function ordersOf(customer, args, context, info) {
  const keyOf = orderKeys[args.sortKey];
  if (!keyOf) throw new Error(`simulator does not model a customer's orders sorted by ${args.sortKey}`);
  const list = [...visibleOrders(customer, context)].sort((a, b) => (a.id < b.id ? -1 : 1));
  return listPage(list, args, {
    sortKey: args.sortKey,
    keyOf,
    test: searchTest('Order', args, context, info),
  });
}

const Customer = {
  id: gidOf('Customer'),
  legacyResourceId: legacyId,
  firstName: own('firstName'),
  lastName: own('lastName'),
  displayName: (customer) =>
    [customer.firstName, customer.lastName].filter(Boolean).join(' ') ||
    customer.email ||
    customer.phone ||
    'Guest',
  email: own('email'),
  phone: own('phone'),
  note: own('note'),
  tags: own('tags'),
  state: own('state'),
  locale: own('locale'),
  taxExempt: own('taxExempt'),
  taxExemptions: constant([]),
  verifiedEmail: own('verifiedEmail'),
  validEmailAddress: (customer) => customer.email !== null,
  multipassIdentifier: constant(null),
  dataSaleOptOut: constant(false),
  createdAt: timeOf('createdAt'),
  updatedAt: timeOf('updatedAt'),
  numberOfOrders: (customer) => String(customer.orders.length),
  amountSpent: (customer, _, { shop }) => money(amountSpent(customer), shop.currency),
  canDelete: (customer) => customer.orders.length === 0,
  defaultAddress: (customer) => customer.addresses[0] ?? null,
  addresses: (customer, { first }) => customer.addresses.slice(0, first ?? undefined),
  addressesV2: (customer, args) => listPage(customer.addresses, args),
  defaultEmailAddress: (customer) => (customer.email ? { customer } : null),
  defaultPhoneNumber: (customer) => (customer.phone ? { customer } : null),
  emailMarketingConsent: (customer) => (customer.email ? { customer } : null),
  lastOrder: (customer, _, context) => visibleOrders(customer, context).slice(-1)[0] ?? null,
  orders: ordersOf,
};

export const customerTables = {
  Customer,
  CustomerEmailAddress: {
    emailAddress: ({ customer }) => customer.email,
    marketingState: ({ customer }) => customer.emailMarketing,
    marketingOptInLevel: ({ customer }) => optIn(customer.emailMarketing),
    marketingUpdatedAt: ({ customer }) => utcText(customer.marketingUpdatedAt),
    validFormat: constant(true),
    openTrackingLevel: constant('UNKNOWN'),
    sourceLocation: constant(null),
  },
  CustomerPhoneNumber: {
    phoneNumber: ({ customer }) => customer.phone,
    marketingState: ({ customer }) => customer.smsMarketing,
    marketingOptInLevel: ({ customer }) => optIn(customer.smsMarketing),
    marketingUpdatedAt: ({ customer }) => utcText(customer.marketingUpdatedAt),
    smsMarketingConsent: (source) => source,
    sourceLocation: constant(null),
    marketingCollectedFrom: constant(null),
  },
  CustomerSmsMarketingConsent: {
    state: ({ customer }) => (customer.smsMarketing === 'SUBSCRIBED' ? 'SUBSCRIBED' : 'NEVER_SUBSCRIBED'),
    optInLevel: ({ customer }) => optIn(customer.smsMarketing),
    updatedAt: ({ customer }) => utcText(customer.marketingUpdatedAt),
    collectedFrom: constant(null),
    sourceLocation: constant(null),
  },
  CustomerEmailMarketingConsentState: {
    marketingState: ({ customer }) => customer.emailMarketing,
    marketingOptInLevel: ({ customer }) => optIn(customer.emailMarketing),
    consentUpdatedAt: ({ customer }) => utcText(customer.marketingUpdatedAt),
    sourceLocation: constant(null),
  },
};
