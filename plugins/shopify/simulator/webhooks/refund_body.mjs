// The REST shape of a refund.

import { gid } from '../world/ids.mjs';
import { kZero, moneyText } from '../world/money.mjs';
import { zonedText } from '../world/time.mjs';
import { number } from './json.mjs';
import { lineBody, moneySet } from './line_body.mjs';

function transactionBody(shop, transaction) {
  const { order } = transaction;
  return {
    id: number(transaction.id),
    admin_graphql_api_id: gid('OrderTransaction', transaction.id),
    amount: moneyText(transaction.amount.s, order.currency),
    authorization: null,
    created_at: zonedText(transaction.createdAt, shop.timeZone),
    currency: order.currency,
    device_id: null,
    error_code: null,
    gateway: transaction.gateway,
    kind: transaction.kind.toLowerCase(),
    location_id: null,
    message: null,
    order_id: number(order.id),
    parent_id: number(transaction.parent?.id),
    payment_id: `${order.name}.1`,
    processed_at: zonedText(transaction.processedAt, shop.timeZone),
    receipt: {},
    source_name: 'web',
    status: transaction.status.toLowerCase(),
    test: transaction.test,
    user_id: null,
  };
}

/** Inside a refund a line is shown without what was done with it since. */
function refundedLine(shop, order, line) {
  const { attributed_staffs: _, current_quantity: __, ...rest } = lineBody(shop, order, line);
  return rest;
}

function refundLine(shop, order, part) {
  return {
    id: number(part.id),
    quantity: part.quantity,
    line_item_id: number(part.line.id),
    location_id: number(part.location?.id),
    restock_type: part.restockType.toLowerCase(),
    subtotal: Number(moneyText(part.subtotal.s, order.currency)),
    total_tax: Number(moneyText(part.tax.s, order.currency)),
    subtotal_set: moneySet(order, part.subtotal),
    total_tax_set: moneySet(order, part.tax),
    line_item: refundedLine(shop, order, part.line),
  };
}

export function refundBody(shop, refund) {
  const { order } = refund;
  return {
    id: number(refund.id),
    order_id: number(order.id),
    created_at: zonedText(refund.createdAt, shop.timeZone),
    note: refund.note,
    user_id: null,
    processed_at: zonedText(refund.processedAt, shop.timeZone),
    restock: refund.restock,
    duties: [],
    total_duties_set: moneySet(order, kZero),
    return: null,
    refund_shipping_lines: [],
    admin_graphql_api_id: gid('Refund', refund.id),
    order_adjustments: [],
    refund_line_items: refund.lines.map((part) => refundLine(shop, order, part)),
    transactions: refund.transactions.map((each) => transactionBody(shop, each)),
  };
}
