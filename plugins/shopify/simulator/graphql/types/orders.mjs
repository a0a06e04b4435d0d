// Orders and their lines.

import { kZero, moneyText, share, subtract, times } from '../../world/money.mjs';
import {
  currentQuantity,
  fulfillmentStatus,
  netOf,
  taxOf,
  totalsOf,
  unfulfilled,
} from '../../world/order_math.mjs';
import { discountOf } from '../../world/orders.mjs';
import { openParts } from '../../world/order_steps.mjs';
import { bag, constant, gidOf, legacyId, own, timeOf } from './common.mjs';
import { exactly, listPage } from './lists.mjs';

const ordered = (name) => (order) => bag(order, totalsOf(order).ordered[name]);
const current = (name) => (order) => bag(order, totalsOf(order).current[name]);
const whole = (name) => (order) => bag(order, totalsOf(order)[name]);
const nothing = (order) => bag(order, kZero);

function taxLines(order, amount) {
  return order.taxRate > 0 && amount.s !== 0 ? [{ order, amount }] : [];
}

function discounts(order) {
  return order.discountCode ? [{ typeName: 'DiscountCodeApplication', order, ...order.discountCode }] : [];
}

function units(order, countOf) {
  return order.lines.reduce((sum, line) => sum + countOf(line), 0);
}

function net(order) {
  const { received, refunded } = totalsOf(order);
  return subtract(received, refunded);
}

/** The order a line belongs to: lines are handed on as {order, line} so that money finds its currencies. */
function withOrder(order) {
  return order.lines.map((line) => ({ order, line, id: line.id }));
}

function shippingLines(order) {
  return order.shippingLine ? [{ order, ...order.shippingLine }] : [];
}

const Order = {
  id: gidOf('Order'),
  legacyResourceId: legacyId,
  name: own('name'),
  number: own('number'),
  createdAt: timeOf('createdAt'),
  processedAt: timeOf('processedAt'),
  updatedAt: timeOf('updatedAt'),
  cancelledAt: timeOf('cancelledAt'),
  closedAt: timeOf('closedAt'),
  closed: (order) => order.closedAt !== null,
  cancelReason: own('cancelReason'),
  cancellation: (order) => (order.cancelledAt ? { order } : null),
  test: own('test'),
  edited: own('edited'),
  email: own('email'),
  phone: own('phone'),
  note: own('note'),
  tags: own('tags'),
  customer: own('customer'),
  currencyCode: own('currency'),
  presentmentCurrencyCode: own('presentmentCurrency'),
  taxesIncluded: own('taxesIncluded'),
  taxExempt: constant(false),
  dutiesIncluded: constant(false),
  estimatedTaxes: constant(false),
  confirmed: constant(true),
  poNumber: own('poNumber'),
  customerLocale: own('locale'),
  sourceName: own('sourceName'),
  sourceIdentifier: constant(null),
  customAttributes: constant([]),
  confirmationNumber: (order) => order.token.slice(0, 9).toUpperCase(),
  clientIp: constant(null),
  app: constant(null),
  displayFinancialStatus: own('financialStatus'),
  displayFulfillmentStatus: fulfillmentStatus,
  returnStatus: constant('NO_RETURN'),
  fullyPaid: (order) => totalsOf(order).outstanding.s === 0 && !order.cancelledAt,
  unpaid: (order) => totalsOf(order).received.s === 0,
  refundable: (order) => net(order).s > 0,
  paymentGatewayNames: (order) => (order.transactions.length ? [order.gateway] : []),
  statusPageUrl: (order, _, { shop }) =>
    `https://${shop.domain}/${shop.id}/orders/${order.token}/authenticate?key=${order.token.slice(0, 8)}`,
  shippingAddress: own('shippingAddress'),
  billingAddress: own('billingAddress'),
  displayAddress: own('shippingAddress'),
  billingAddressMatchesShippingAddress: constant(true),
  retailLocation: constant(null),
  staffMember: constant(null),
  discountCode: (order) => order.discountCode?.code ?? null,
  discountCodes: (order) => (order.discountCode ? [order.discountCode.code] : []),
  discountApplications: (order, args) => listPage(discounts(order), args),
  lineItems: (order, args) => listPage(withOrder(order), args, { keyOf: (each) => each.id }),
  refunds: (order, { first }) => order.refunds.slice(0, first ?? undefined),
  fulfillments: (order, args) => {
    if (args.query) throw new Error('simulator does not model the query of Order.fulfillments');
    return order.fulfillments.slice(0, args.first ?? undefined);
  },
  fulfillmentsCount: (order) => exactly(order.fulfillments.length),
  transactions: (order, args) => {
    if (args.capturable != null || args.manuallyResolvable != null)
      throw new Error('simulator does not model the filters of Order.transactions');
    return order.transactions.slice(0, args.first ?? undefined);
  },
  transactionsCount: (order) => exactly(order.transactions.length),
  shippingLine: (order) => shippingLines(order)[0] ?? null,
  shippingLines: (order, args) => listPage(shippingLines(order), args),
  taxLines: (order) => taxLines(order, totalsOf(order).ordered.tax),
  currentTaxLines: (order) => taxLines(order, totalsOf(order).current.tax),
  requiresShipping: (order) => order.lines.some((line) => line.requiresShipping),
  fulfillable: (order) => openParts(order).length > 0,
  subtotalLineItemsQuantity: (order) => units(order, (line) => line.quantity - line.removed),
  currentSubtotalLineItemsQuantity: (order) => units(order, currentQuantity),
  totalWeight: (order) => String(units(order, (line) => line.grams * (line.quantity - line.removed))),
  currentTotalWeight: (order) => String(units(order, (line) => line.grams * currentQuantity(line))),
  originalTotalPriceSet: (order) => bag(order, order.original),
  totalPriceSet: ordered('total'),
  subtotalPriceSet: ordered('subtotal'),
  totalTaxSet: ordered('tax'),
  totalDiscountsSet: (order) => bag(order, discountOf(order)),
  totalShippingPriceSet: (order) => bag(order, order.shipping),
  cartDiscountAmountSet: (order) => bag(order, discountOf(order)),
  currentCartDiscountAmountSet: current('discounts'),
  currentTotalPriceSet: current('total'),
  currentSubtotalPriceSet: current('subtotal'),
  currentTotalTaxSet: current('tax'),
  currentTotalDiscountsSet: current('discounts'),
  currentShippingPriceSet: (order) => bag(order, order.shipping),
  currentTotalDutiesSet: constant(null),
  originalTotalDutiesSet: constant(null),
  currentTotalAdditionalFeesSet: constant(null),
  originalTotalAdditionalFeesSet: constant(null),
  totalRefundedSet: whole('refunded'),
  totalReceivedSet: whole('received'),
  totalOutstandingSet: whole('outstanding'),
  netPaymentSet: (order) => bag(order, net(order)),
  totalCapturableSet: nothing,
  totalTipReceivedSet: nothing,
  totalRefundedShippingSet: nothing,
  refundDiscrepancySet: nothing,
  totalPrice: (order) => moneyText(totalsOf(order).ordered.total.s, order.currency),
};

const ofLine =
  (read) =>
  ({ line }) =>
    read(line);
const lineBag =
  (read) =>
  ({ order, line }, args) =>
    bag(order, read(line, args));

/** `discountedTotalSet` leaves discount codes out unless asked; every discount here is by code. */
function discountedTotal(line, { withCodeDiscounts }) {
  return withCodeDiscounts ? netOf(line, line.quantity) : times(line.unit, line.quantity);
}

const LineItem = {
  id: gidOf('LineItem'),
  title: ofLine((line) => line.title),
  variantTitle: ofLine((line) => line.variantTitle),
  name: ofLine((line) => (line.variantTitle ? `${line.title} - ${line.variantTitle}` : line.title)),
  sku: ofLine((line) => line.sku),
  vendor: ofLine((line) => line.vendor),
  quantity: ofLine((line) => line.quantity),
  currentQuantity: ofLine(currentQuantity),
  unfulfilledQuantity: ofLine(unfulfilled),
  fulfillableQuantity: ofLine(unfulfilled),
  nonFulfillableQuantity: ofLine((line) => line.quantity - unfulfilled(line)),
  refundableQuantity: ofLine(currentQuantity),
  requiresShipping: ofLine((line) => line.requiresShipping),
  taxable: ofLine((line) => line.taxable),
  isGiftCard: constant(false),
  restockable: constant(true),
  customAttributes: constant([]),
  duties: constant([]),
  product: ({ line }, _, { shop }) => shop.products.get(line.product.id) ?? null,
  variant: ({ line }, _, { shop }) => shop.variants.get(line.variant.id) ?? null,
  originalUnitPriceSet: lineBag((line) => line.unit),
  originalTotalSet: lineBag((line) => times(line.unit, line.quantity)),
  discountedTotalSet: lineBag(discountedTotal),
  discountedUnitPriceSet: lineBag((line) => line.unit),
  discountedUnitPriceAfterAllDiscountsSet: lineBag((line) =>
    share(netOf(line, line.quantity), 1, line.quantity),
  ),
  totalDiscountSet: lineBag((line) => line.discount),
  taxLines: ({ order, line }, { first }) =>
    taxLines(order, taxOf(line, line.quantity)).slice(0, first ?? undefined),
  discountAllocations: ({ order, line }) => (line.discount.s === 0 ? [] : [{ order, amount: line.discount }]),
  weight: ofLine((line) => ({ value: line.grams, unit: 'GRAMS' })),
};

export const orderTables = {
  Order,
  LineItem,
  OrderCancellation: { staffNote: constant(null) },
  TaxLine: {
    title: ({ order }) => order.taxTitle,
    rate: ({ order }) => order.taxRate,
    ratePercentage: ({ order }) => order.taxRate * 100,
    priceSet: ({ order, amount }) => bag(order, amount),
    channelLiable: constant(null),
    source: constant('Shopify'),
  },
  ShippingLine: {
    id: gidOf('ShippingLine'),
    title: own('title'),
    code: own('code'),
    source: constant('shopify'),
    carrierIdentifier: constant(null),
    custom: constant(false),
    isRemoved: constant(false),
    phone: constant(null),
    deliveryCategory: constant(null),
    originalPriceSet: ({ order }) => bag(order, order.shipping),
    discountedPriceSet: ({ order }) => bag(order, order.shipping),
    currentDiscountedPriceSet: ({ order }) => bag(order, order.shipping),
    taxLines: constant([]),
    discountAllocations: constant([]),
  },
  DiscountAllocation: {
    allocatedAmountSet: ({ order, amount }) => bag(order, amount),
    discountApplication: ({ order }) => discounts(order)[0],
  },
  DiscountCodeApplication: {
    code: own('code'),
    index: constant(0),
    allocationMethod: constant('ACROSS'),
    targetSelection: constant('ALL'),
    targetType: constant('LINE_ITEM'),
    value: ({ rate }) => ({ typeName: 'PricingPercentageValue', percentage: rate * 100 }),
  },
  PricingPercentageValue: { percentage: own('percentage') },
};
