// The sums of an order. Every amount follows from the lines (unit price, discount and tax of the
// whole line), how many units were removed by an edit or refunded, shipping, and transactions.

import { add, kZero, share, subtract, times } from './money.mjs';

const cache = new WeakMap();

/** Call after changing an order's lines, refunds or transactions. */
export function orderChanged(order) {
  cache.delete(order);
}

export function currentQuantity(line) {
  return line.quantity - line.removed - line.refunded;
}

/** The line's price after discounts for its first `count` units. */
export function netOf(line, count) {
  return share(subtract(times(line.unit, line.quantity), line.discount), count, line.quantity);
}

export function taxOf(line, count) {
  return share(line.tax, count, line.quantity);
}

function sumsFor(order, countOf) {
  let gross = kZero;
  let discounts = kZero;
  let tax = kZero;
  for (const line of order.lines) {
    const count = countOf(line);
    gross = add(gross, times(line.unit, count));
    discounts = add(discounts, share(line.discount, count, line.quantity));
    tax = add(tax, taxOf(line, count));
  }
  const subtotal = subtract(gross, discounts);
  const total = add(subtotal, order.shipping, order.taxesIncluded ? kZero : tax);
  return { gross, discounts, tax, subtotal, total };
}

function sumTransactions(order, kinds) {
  return order.transactions
    .filter((each) => kinds.includes(each.kind) && each.status === 'SUCCESS')
    .reduce((sum, each) => add(sum, each.amount), kZero);
}

/**
 * {original, ordered, current: {gross, discounts, tax, subtotal, total}, received, refunded,
 * outstanding}, each amount a pair. `ordered` counts order edits, `current` also refunds.
 */
export function totalsOf(order) {
  const known = cache.get(order);
  if (known) return known;
  const ordered = sumsFor(order, (line) => line.quantity - line.removed);
  const current = sumsFor(order, currentQuantity);
  const received = sumTransactions(order, ['SALE', 'CAPTURE']);
  const refunded = order.refunds.reduce((sum, refund) => add(sum, refund.total), kZero);
  const owed = subtract(add(current.total, refunded), received);
  const outstanding = order.cancelledAt || owed.s < 0 ? kZero : owed;
  const totals = { ordered, current, received, refunded, outstanding };
  cache.set(order, totals);
  return totals;
}

/** What refunding `count` more units of the line gives back. */
export function refundAmounts(line, count) {
  const current = currentQuantity(line);
  return {
    subtotal: subtract(netOf(line, current), netOf(line, current - count)),
    tax: subtract(taxOf(line, current), taxOf(line, current - count)),
  };
}

export function fulfillmentStatus(order) {
  const open = order.lines.reduce((sum, line) => sum + unfulfilled(line), 0);
  const done = order.lines.reduce((sum, line) => sum + line.fulfilled, 0);
  if (open === 0 && done > 0) return 'FULFILLED';
  return done > 0 ? 'PARTIALLY_FULFILLED' : 'UNFULFILLED';
}

export function unfulfilled(line) {
  return Math.max(0, currentQuantity(line) - line.fulfilled);
}
