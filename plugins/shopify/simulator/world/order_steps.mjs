// What happens to an order after it was placed: payment, fulfilment, refund, cancellation, edit.
// Used alike when the data is made and when the control endpoint edits it.

import { add, kZero, times } from './money.mjs';
import { currentQuantity, orderChanged, refundAmounts, totalsOf, unfulfilled } from './order_math.mjs';

export function addTransaction(shop, order, kind, amount, at, parent = null) {
  const transaction = {
    id: shop.ids.next('OrderTransaction'),
    order,
    kind,
    status: 'SUCCESS',
    gateway: order.gateway,
    amount,
    createdAt: at,
    processedAt: at,
    parent,
    test: order.test,
  };
  order.transactions.push(transaction);
  orderChanged(order);
  return transaction;
}

function lastPayment(order) {
  return (
    [...order.transactions].reverse().find((each) => each.kind === 'SALE' || each.kind === 'CAPTURE') ?? null
  );
}

export function pay(shop, order, at) {
  const { outstanding } = totalsOf(order);
  const authorization = order.transactions.find((each) => each.kind === 'AUTHORIZATION') ?? null;
  addTransaction(shop, order, authorization ? 'CAPTURE' : 'SALE', outstanding, at, authorization);
  order.financialStatus = 'PAID';
}

/** Refunds `parts` = [{line, quantity}]; returns the refund. */
export function refund(
  shop,
  order,
  parts,
  at,
  { note = null, restock = 'NO_RESTOCK', location = null } = {},
) {
  const record = {
    id: shop.ids.next('Refund'),
    order,
    note,
    createdAt: at,
    processedAt: at,
    updatedAt: at,
    lines: [],
    total: kZero,
    transactions: [],
    restock: restock !== 'NO_RESTOCK',
  };
  for (const { line, quantity } of parts) {
    const { subtotal, tax } = refundAmounts(line, quantity);
    record.lines.push({
      id: shop.ids.next('RefundLineItem'),
      refund: record,
      line,
      quantity,
      subtotal,
      tax,
      restockType: restock,
      location,
    });
    record.total = add(record.total, subtotal, order.taxesIncluded ? kZero : tax);
    line.refunded += quantity;
    line.fulfilled = Math.min(line.fulfilled, line.quantity - line.removed);
  }
  record.transactions.push(addTransaction(shop, order, 'REFUND', record.total, at, lastPayment(order)));
  order.refunds.push(record);
  orderChanged(order);
  const { received, refunded } = totalsOf(order);
  order.financialStatus = refunded.s >= received.s ? 'REFUNDED' : 'PARTIALLY_REFUNDED';
  return record;
}

export function fulfil(shop, order, parts, at, location, tracking) {
  const record = {
    id: shop.ids.next('Fulfillment'),
    order,
    name: `${order.name}.${order.fulfillments.length + 1}`,
    status: 'SUCCESS',
    createdAt: at,
    updatedAt: at,
    location,
    tracking,
    lines: parts.map(({ line, quantity }) => ({ id: shop.ids.next('FulfillmentLineItem'), line, quantity })),
  };
  for (const { line, quantity } of parts) line.fulfilled += quantity;
  order.fulfillments.push(record);
  return record;
}

/** Everything of the order that is still to be sent. */
export function openParts(order) {
  return order.lines
    .filter((line) => line.requiresShipping && unfulfilled(line) > 0)
    .map((line) => ({ line, quantity: unfulfilled(line) }));
}

export function refundableParts(order) {
  return order.lines
    .filter((line) => currentQuantity(line) > 0)
    .map((line) => ({ line, quantity: currentQuantity(line) }));
}

/** Cancels: what was paid is refunded, an open payment is voided. Returns the refund or null. */
export function cancel(shop, order, at, reason) {
  const paid = totalsOf(order).received.s > 0;
  const record = paid
    ? refund(shop, order, refundableParts(order), at, { note: 'Order cancelled', restock: 'CANCEL' })
    : null;
  if (!paid) {
    for (const line of order.lines) line.refunded = line.quantity - line.removed;
    order.financialStatus = 'VOIDED';
  }
  order.cancelledAt = at;
  order.cancelReason = reason;
  order.closedAt = at;
  orderChanged(order);
  return record;
}

/** Takes units off a line by an order edit. */
export function removeUnits(order, line, quantity) {
  line.removed += quantity;
  order.edited = true;
  orderChanged(order);
}

/** Adds units of a line built like those of the order; the buyer owes the difference. */
export function addLine(order, line) {
  order.lines.push(line);
  order.edited = true;
  orderChanged(order);
  const { received } = totalsOf(order);
  if (received.s > 0 && order.financialStatus === 'PAID') order.financialStatus = 'PARTIALLY_PAID';
  return times(line.unit, line.quantity);
}
