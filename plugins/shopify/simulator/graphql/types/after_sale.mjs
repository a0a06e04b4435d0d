// What follows an order: refunds, fulfilments, transactions.

import { gid } from '../../world/ids.mjs';
import { kZero } from '../../world/money.mjs';
import { bag, constant, gidOf, legacyId, own, timeOf } from './common.mjs';
import { listPage } from './lists.mjs';

const lineOf = (order, line) => ({ order, line, id: line.id });

const Refund = {
  id: gidOf('Refund'),
  legacyResourceId: legacyId,
  note: own('note'),
  createdAt: timeOf('createdAt'),
  order: own('order'),
  processedAt: timeOf('processedAt'),
  updatedAt: timeOf('updatedAt'),
  totalRefundedSet: (refund) => bag(refund.order, refund.total),
  refundLineItems: (refund, args) => listPage(refund.lines, args, { keyOf: (each) => each.id }),
  transactions: (refund, args) => listPage(refund.transactions, args, { keyOf: (each) => each.id }),
  orderAdjustments: (refund, args) => listPage([], args),
  refundShippingLines: (refund, args) => listPage([], args),
  duties: constant([]),
  return: constant(null),
  staffMember: constant(null),
};

const RefundLineItem = {
  id: gidOf('RefundLineItem'),
  quantity: own('quantity'),
  restockType: own('restockType'),
  location: own('location'),
  restocked: (each) => each.restockType !== 'NO_RESTOCK',
  lineItem: (each) => lineOf(each.refund.order, each.line),
  priceSet: (each) => bag(each.refund.order, each.line.unit),
  subtotalSet: (each) => bag(each.refund.order, each.subtotal),
  totalTaxSet: (each) => bag(each.refund.order, each.tax),
};

const Fulfillment = {
  id: gidOf('Fulfillment'),
  legacyResourceId: legacyId,
  name: own('name'),
  status: own('status'),
  displayStatus: constant('FULFILLED'),
  createdAt: timeOf('createdAt'),
  updatedAt: timeOf('updatedAt'),
  order: own('order'),
  location: own('location'),
  deliveredAt: constant(null),
  inTransitAt: constant(null),
  estimatedDeliveryAt: constant(null),
  requiresShipping: constant(true),
  totalQuantity: (fulfillment) => fulfillment.lines.reduce((sum, each) => sum + each.quantity, 0),
  trackingInfo: (fulfillment, { first }) =>
    (fulfillment.tracking.number ? [fulfillment.tracking] : []).slice(0, first ?? undefined),
  fulfillmentLineItems: (fulfillment, args) =>
    listPage(
      fulfillment.lines.map((each) => ({ ...each, order: fulfillment.order })),
      args,
      { keyOf: (each) => each.id },
    ),
};

const OrderTransaction = {
  id: gidOf('OrderTransaction'),
  kind: own('kind'),
  status: own('status'),
  gateway: own('gateway'),
  test: own('test'),
  order: own('order'),
  createdAt: timeOf('createdAt'),
  processedAt: timeOf('processedAt'),
  parentTransaction: own('parent'),
  amountSet: (transaction) => bag(transaction.order, transaction.amount),
  errorCode: constant(null),
  accountNumber: constant(null),
  formattedGateway: own('gateway'),
  paymentId: (transaction) => gid('Payment', transaction.id),
  location: constant(null),
  manualPaymentGateway: (transaction) => transaction.gateway === 'manual',
  authorizationExpiresAt: constant(null),
  totalUnsettledSet: (transaction) => bag(transaction.order, kZero),
};

export const afterSaleTables = {
  Refund,
  RefundLineItem,
  Fulfillment,
  OrderTransaction,
  FulfillmentLineItem: {
    id: gidOf('FulfillmentLineItem'),
    quantity: own('quantity'),
    lineItem: (each) => lineOf(each.order, each.line),
  },
  FulfillmentTrackingInfo: { company: own('company'), number: own('number'), url: own('url') },
};
