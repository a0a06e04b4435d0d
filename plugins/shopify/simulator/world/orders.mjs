// Orders as buyers leave them behind: other currencies, discounts, taxes inside or on top,
// refunds, part fulfilments, cancellations, tests, and some too old for read_orders alone.

import { add, kZero, minorRate, pair, subtract, times } from './money.mjs';
import { makeAddress } from './customers.mjs';
import { activeLocations } from './locations.mjs';
import { currentQuantity, orderChanged, totalsOf } from './order_math.mjs';
import { addTransaction, cancel, fulfil, openParts, pay, refund } from './order_steps.mjs';

/** A line of the variant; prices are converted unit by unit, as the buyer saw them. */
export function makeLine(shop, order, variant, quantity, discountRate = 0) {
  const { product } = variant;
  const unit = pair(variant.price, order.rate);
  const gross = times(unit, quantity);
  const discount =
    discountRate === 0
      ? kZero
      : { s: Math.floor(gross.s * discountRate), p: Math.floor(gross.p * discountRate) };
  const net = subtract(gross, discount);
  const rate = variant.taxable ? order.taxRate : 0;
  const part = order.taxesIncluded ? rate / (1 + rate) : rate;
  return {
    id: shop.ids.next('LineItem'),
    variant,
    product,
    title: product.title,
    variantTitle: variant.title === 'Default Title' ? null : variant.title,
    sku: variant.sku,
    vendor: product.vendor || null,
    quantity,
    removed: 0,
    refunded: 0,
    fulfilled: 0,
    unit,
    discount,
    tax: { s: Math.round(net.s * part), p: Math.round(net.p * part) },
    taxable: variant.taxable,
    requiresShipping: variant.item.requiresShipping,
    grams: Math.round(
      variant.item.weight.value * { GRAMS: 1, KILOGRAMS: 1000, POUNDS: 453.59237 }[variant.item.weight.unit],
    ),
  };
}

export function makeOrderShell(shop, random, at, customer) {
  const { profile } = shop;
  const foreign = random.chance(0.2);
  const presentmentCurrency = foreign ? random.pick(profile.other) : shop.currency;
  const number = shop.nextOrderNumber;
  shop.nextOrderNumber += 1;
  const address = random.chance(0.9)
    ? makeAddress(shop, random, customer ?? { firstName: 'Guest', lastName: null })
    : null;
  return {
    id: shop.ids.next('Order'),
    name: `#${number}`,
    number,
    createdAt: at,
    processedAt: random.chance(0.05) ? at - 3600 : at,
    updatedAt: at,
    cancelledAt: null,
    cancelReason: null,
    closedAt: null,
    test: random.chance(0.03),
    currency: shop.currency,
    presentmentCurrency,
    rate: minorRate(shop.currency, presentmentCurrency),
    taxRate: profile.taxRate,
    taxTitle: profile.taxTitle,
    taxesIncluded: random.chance(0.05) ? !profile.taxesIncluded : profile.taxesIncluded,
    email: customer?.email ?? (random.chance(0.5) ? `guest.${number}@mail.example` : null),
    phone: customer?.phone ?? null,
    customer: customer ?? null,
    note: random.chance(0.1) ? 'Please gift-wrap 🎀 "neatly"' : null,
    tags: random.chance(0.15) ? ['gift', 'prio 1'] : [],
    discountCode: null,
    lines: [],
    shipping: kZero,
    shippingLine: null,
    refunds: [],
    fulfillments: [],
    transactions: [],
    financialStatus: 'PENDING',
    shippingAddress: address,
    billingAddress: address,
    gateway: random.pick(['shopify_payments', 'bogus', 'manual']),
    sourceName: random.pick(['web', 'pos', 'shopify_draft_order']),
    edited: false,
    original: kZero,
    token: random.hex(32),
    locale: random.pick(['en', 'de', 'ja']),
    poNumber: null,
  };
}

export function addShipping(shop, random, order) {
  if (!order.lines.some((line) => line.requiresShipping)) return;
  const amount = shop.currency === 'JPY' ? 500 : shop.currency === 'KWD' ? 1500 : 495;
  order.shipping = random.chance(0.3) ? kZero : pair(amount, order.rate);
  order.shippingLine = { id: shop.ids.next('ShippingLine'), title: 'Standard', code: 'STD' };
}

/** Adds the order's payment as its financial status says and freezes the original total. */
export function settle(shop, random, order) {
  orderChanged(order);
  order.original = totalsOf(order).ordered.total;
  const wanted = random.weighted([
    [70, 'PAID'],
    [12, 'PENDING'],
    [8, 'AUTHORIZED'],
    [4, 'PARTIALLY_PAID'],
  ]);
  if (wanted === 'PAID') pay(shop, order, order.createdAt);
  if (wanted === 'AUTHORIZED') {
    addTransaction(shop, order, 'AUTHORIZATION', order.original, order.createdAt);
    order.financialStatus = 'AUTHORIZED';
  }
  if (wanted === 'PARTIALLY_PAID') {
    const half = { s: Math.floor(order.original.s / 2), p: Math.floor(order.original.p / 2) };
    addTransaction(shop, order, 'SALE', half, order.createdAt);
    order.financialStatus = 'PARTIALLY_PAID';
  }
}

export function makeTracking(random) {
  return random.chance(0.7)
    ? { company: 'DHL', number: `JD${random.int(100000000, 999999999)}`, url: 'https://tracking.example/jd' }
    : { company: null, number: null, url: null };
}

function pickVariants(shop, random, count) {
  const products = shop.products.sorted('ID');
  return Array.from({ length: count }, () => random.pick(random.pick(products).variants));
}

/** Two units of one variant, in earnest. */
function placeTwo(shop, random, order, variant) {
  order.test = false;
  order.lines.push(makeLine(shop, order, variant, 2));
  addShipping(shop, random, order);
  settle(shop, random, order);
  return order;
}

/** A new order with lines, shipping and payment, not yet registered with the shop; of `variant` where one is given. */
export function placeOrder(shop, random, at, customer, variant = null) {
  const order = makeOrderShell(shop, random, at, customer);
  if (variant) return placeTwo(shop, random, order, variant);
  const discountRate = random.chance(0.15) ? 0.1 : 0;
  if (discountRate > 0) order.discountCode = { code: 'WELCOME10', rate: discountRate };
  const count = random.weighted([
    [5, 1],
    [3, 2],
    [2, 3],
    [1, 6],
  ]);
  for (const variant of pickVariants(shop, random, count)) {
    order.lines.push(
      makeLine(
        shop,
        order,
        variant,
        random.weighted([
          [6, 1],
          [3, 2],
          [1, 4],
        ]),
        discountRate,
      ),
    );
  }
  addShipping(shop, random, order);
  settle(shop, random, order);
  return order;
}

function live(shop, random, order, now) {
  const later = () => Math.min(now - 60, order.createdAt + random.int(600, 86400 * 6));
  const touched = (at) => {
    order.updatedAt = Math.max(order.updatedAt, at);
  };
  const open = openParts(order);
  if (open.length > 0 && random.chance(0.6)) {
    const parts = random.chance(0.8) ? open : open.slice(0, Math.ceil(open.length / 2));
    const at = later();
    fulfil(shop, order, parts, at, random.pick(activeLocations(shop)), makeTracking(random));
    touched(at);
  }
  const paid = order.financialStatus === 'PAID';
  if (random.chance(0.05) && order.fulfillments.length === 0) {
    const at = later();
    cancel(shop, order, at, random.pick(['CUSTOMER', 'INVENTORY', 'FRAUD', 'OTHER']));
    touched(at);
  } else if (paid && random.chance(0.12)) {
    const line = random.pick(order.lines);
    const at = later();
    const quantity = random.chance(0.5) ? 1 : currentQuantity(line);
    refund(shop, order, [{ line, quantity }], at, { note: random.chance(0.5) ? 'Damaged' : null });
    touched(at);
  }
  if (!order.closedAt && random.chance(0.3)) order.closedAt = order.updatedAt;
}

export function makeOrders(shop, random, count, now) {
  const customers = shop.customers.sorted('ID');
  const oldest = now - 86400 * 150;
  for (let index = 0; index < count; index += 1) {
    const own = random.fork(index);
    const at = oldest + Math.floor(((now - 7200 - oldest) * index) / count);
    const customer = customers.length > 0 && own.chance(0.85) ? own.pick(customers) : null;
    const order = placeOrder(shop, own, at, customer);
    live(shop, own, order, now);
    shop.addOrder(order);
  }
}

/** Sum of the pairs of all lines' discounts: what the order's code took off. */
export function discountOf(order) {
  return order.lines.reduce((sum, line) => add(sum, line.discount), kZero);
}
