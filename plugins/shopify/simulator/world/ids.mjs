// Ids are 18-digit numbers beyond 2^53, kept as text of equal length, so text order is number
// order. Each kind in each shop has its own range; later records have greater ids.

const kinds = [
  'Shop',
  'Location',
  'Product',
  'ProductVariant',
  'InventoryItem',
  'ProductOption',
  'ProductOptionValue',
  'Media',
  'Customer',
  'MailingAddress',
  'Order',
  'LineItem',
  'Refund',
  'RefundLineItem',
  'Fulfillment',
  'FulfillmentLineItem',
  'OrderTransaction',
  'ShippingLine',
  'WebhookSubscription',
  'AppInstallation',
  'OrderEdit',
  'ScopesUpdate',
  'DataRequest',
  'InventoryAdjustmentGroup',
  'MetafieldDefinition',
  'Metafield',
];

export class Ids {
  constructor(shopIndex) {
    this.shopIndex = shopIndex;
    this.counters = new Map();
  }

  next(kind) {
    const place = kinds.indexOf(kind);
    if (place < 0) throw new Error(`no id range for ${kind}`);
    const count = (this.counters.get(kind) ?? 0) + 1;
    this.counters.set(kind, count);
    const base = 700000000000000000n + BigInt(place) * 10000000000000000n;
    return String(base + BigInt(this.shopIndex + 1) * 100000000000000n + BigInt(count) * 32771n + 7n);
  }
}

export function gid(type, id) {
  return `gid://shopify/${type}/${id}`;
}

/** {type, id, query} of a gid, or null when the text is none. */
export function parseGid(text) {
  const match = /^gid:\/\/shopify\/([A-Za-z]+)\/([^?]+)(?:\?(.*))?$/.exec(text);
  return match ? { type: match[1], id: match[2], query: match[3] ?? '' } : null;
}
