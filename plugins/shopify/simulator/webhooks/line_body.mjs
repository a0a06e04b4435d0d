// The REST shape of an order's line, and the money pairs used all over an order.

import { gid } from '../world/ids.mjs';
import { kZero, moneyText } from '../world/money.mjs';
import { currentQuantity, taxOf, unfulfilled } from '../world/order_math.mjs';
import { number } from './json.mjs';

export function moneySet(order, pair) {
  return {
    shop_money: { amount: moneyText(pair.s, order.currency), currency_code: order.currency },
    presentment_money: {
      amount: moneyText(pair.p, order.presentmentCurrency),
      currency_code: order.presentmentCurrency,
    },
  };
}

export function taxLines(order, amount) {
  if (order.taxRate === 0 || amount.s === 0) return [];
  return [
    {
      channel_liable: null,
      price: moneyText(amount.s, order.currency),
      price_set: moneySet(order, amount),
      rate: order.taxRate,
      title: order.taxTitle,
    },
  ];
}

function lineStatus(line) {
  if (line.fulfilled === 0) return null;
  return unfulfilled(line) === 0 ? 'fulfilled' : 'partial';
}

export function lineBody(shop, order, line) {
  const exists = shop.variants.get(line.variant.id) !== undefined;
  return {
    id: number(line.id),
    admin_graphql_api_id: gid('LineItem', line.id),
    attributed_staffs: [],
    current_quantity: currentQuantity(line),
    fulfillable_quantity: unfulfilled(line),
    fulfillment_service: 'manual',
    fulfillment_status: lineStatus(line),
    gift_card: false,
    grams: line.grams,
    name: line.variantTitle ? `${line.title} - ${line.variantTitle}` : line.title,
    price: moneyText(line.unit.s, order.currency),
    price_set: moneySet(order, line.unit),
    product_exists: shop.products.get(line.product.id) !== undefined,
    product_id: shop.products.get(line.product.id) ? number(line.product.id) : null,
    properties: [],
    quantity: line.quantity,
    requires_shipping: line.requiresShipping,
    sku: line.sku,
    taxable: line.taxable,
    title: line.title,
    total_discount: moneyText(0, order.currency),
    total_discount_set: moneySet(order, kZero),
    variant_id: exists ? number(line.variant.id) : null,
    variant_inventory_management: line.variant.item.tracked ? 'shopify' : null,
    variant_title: line.variantTitle,
    vendor: line.vendor,
    tax_lines: taxLines(order, taxOf(line, line.quantity)),
    duties: [],
    discount_allocations:
      line.discount.s === 0
        ? []
        : [
            {
              amount: moneyText(line.discount.s, order.currency),
              amount_set: moneySet(order, line.discount),
              discount_application_index: 0,
            },
          ],
  };
}
