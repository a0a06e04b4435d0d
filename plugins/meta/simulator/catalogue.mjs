// A catalogue: items_batch worked on later, its status, products read page by page, review.

import { GraphError, badParameter, needScope } from './graph.mjs';

const required = ['id', 'title', 'description', 'availability', 'condition', 'price', 'link', 'brand'];
const known = new Set([
  ...required, 'image', 'image_link', 'additional_image_link', 'item_group_id', 'sale_price', 'sale_price_effective_date', 'color',
  'size', 'material', 'pattern', 'gender', 'age_group', 'gtin', 'mpn', 'google_product_category', 'fb_product_category', 'product_type',
  'rich_text_description', 'mobile_link', 'quantity_to_sell_on_facebook', 'internal_label', 'custom_label_0', 'custom_label_1',
  'custom_label_2', 'custom_label_3', 'custom_label_4', 'additional_variant_attribute', 'disabled_capabilities', 'visibility', 'status',
  'origin_country', 'video', 'shipping', 'shipping_weight', 'expiration_date', 'vendor_id',
]);
const availabilities = ['in stock', 'out of stock', 'available for order', 'discontinued'];
const conditions = ['new', 'refurbished', 'used'];
const decimals = { JPY: 0, KRW: 0, VND: 0, CLP: 0, KWD: 3, BHD: 3, OMR: 3, TND: 3 };
const symbols = { USD: '$', EUR: '€', GBP: '£', JPY: '¥' };
const kMostRecords = 5000;
const kMostBytes = 28 * 1024 * 1024;

const digitsOf = (currency) => decimals[currency] ?? 2;

/** "9.99 USD" -> {minor, currency}, or null. */
export function priceFrom(text) {
  const match = /^(\d+)(?:\.(\d+))? ([A-Z]{3})$/.exec(text ?? '');
  if (!match) return null;
  const places = digitsOf(match[3]);
  const fraction = match[2] ?? '';
  if (fraction.length > places) return null;
  return { minor: BigInt(match[1] + fraction.padEnd(places, '0')), currency: match[3] };
}

/** As people read it: "$1,299.00". */
export function formatted({ minor, currency }) {
  const places = digitsOf(currency);
  const text = minor.toString().padStart(places + 1, '0');
  const whole = text.slice(0, text.length - places).replace(/\B(?=(\d{3})+$)/g, ',');
  return `${symbols[currency] ?? `${currency} `}${whole}${places ? `.${text.slice(-places)}` : ''}`;
}

/** What is wrong with an item as it is written; an empty list when nothing is. */
function faultsOf(data, existing) {
  const whole = { ...existing?.data, ...data };
  const faults = required.filter((field) => !whole[field]).map((field) => `A required field is missing: ${field}`);
  if (!whole.image?.length && !whole.image_link) faults.push('A required field is missing: image');
  if (whole.price && !priceFrom(whole.price)) faults.push(`Invalid price: ${whole.price}`);
  if (whole.sale_price && !priceFrom(whole.sale_price)) faults.push(`Invalid sale_price: ${whole.sale_price}`);
  if (whole.availability && !availabilities.includes(whole.availability)) faults.push(`Invalid availability: ${whole.availability}`);
  if (whole.condition && !conditions.includes(whole.condition)) faults.push(`Invalid condition: ${whole.condition}`);
  if ((whole.title?.length ?? 0) > 100) faults.push('title is longer than 100 characters');
  if (whole.link && !whole.link.startsWith('https://')) faults.push('link must be https');
  if ((whole.image?.length ?? 0) > 21) faults.push('more than 21 images');
  if (whole.quantity_to_sell_on_facebook !== undefined && !(whole.quantity_to_sell_on_facebook >= 1))
    faults.push('quantity_to_sell_on_facebook must be at least 1');
  return faults;
}

export class Catalogue {
  constructor({ id, name, clock, random, faults, processSeconds = 1, reviewSeconds = 5 }) {
    Object.assign(this, { id, name, clock, random, faults, processSeconds, reviewSeconds });
    this.items = new Map();
    this.batches = new Map();
    this.subscribed = new Set();
    this.calls = [];
    this.writes = [];
    this.onFinished = () => {};
    this.nextItem = 1;
  }

  /** A fresh catalogue takes about eight batch calls in a minute. */
  pace() {
    const now = this.clock.nowMs();
    this.calls = this.calls.filter((at) => at > now - 60000);
    const percent = Math.round((this.calls.length / 8) * 100);
    const usage = (minutes) => ({
      'x-business-use-case-usage': JSON.stringify({ [this.id]: [{ type: 'ads_management', call_count: Math.min(percent, 100), total_cputime: 1, total_time: 1, estimated_time_to_regain_access: minutes }] }),
    });
    if (this.calls.length >= 8)
      throw new GraphError(400, 80014, `There have been too many calls for the batch uploads to this catalog account. Wait a bit and try again.`, { headers: usage(1) });
    this.calls.push(now);
  }

  itemsBatch(text, fields) {
    if (Buffer.byteLength(text) > kMostBytes) throw badParameter('The request body is larger than 28 MB');
    if (fields.item_type !== 'PRODUCT_ITEM') throw badParameter('The parameter item_type is required');
    const requests = typeof fields.requests === 'string' ? JSON.parse(fields.requests) : fields.requests;
    if (!Array.isArray(requests)) throw badParameter('The parameter requests is required');
    if (requests.length > kMostRecords) throw badParameter(`requests holds ${requests.length} records; at most 5000`);
    this.pace();
    const validation = [];
    const accepted = [];
    for (const request of requests) {
      const data = request.data ?? {};
      const errors = [];
      if (!['CREATE', 'UPDATE', 'DELETE'].includes(request.method)) errors.push({ message: `Unknown method ${request.method}` });
      if (!data.id) errors.push({ message: 'id is missing' });
      else if (data.id.length > 100) errors.push({ message: 'id is longer than 100 characters' });
      const warnings = Object.keys(data).filter((field) => !known.has(field)).map((field) => ({ message: `Unknown field ${field} was ignored` }));
      if (errors.length || warnings.length) validation.push({ retailer_id: data.id ?? '', errors, warnings });
      if (!errors.length) accepted.push(request);
    }
    if (!accepted.length) return { handles: [], validation_status: validation };
    const handle = `Ac${this.random.hex(40)}`;
    const upsert = fields.allow_upsert ?? true;
    const batch = { handle, requests: accepted, upsert: upsert === true || upsert === 'true', status: 'started', errors: [], invalid: [], dueMs: this.clock.nowMs() + this.processSeconds * 1000 };
    this.batches.set(handle, batch);
    this.writes.push({ handle, at: this.clock.nowMs(), ids: accepted.map((request) => request.data.id) });
    return { handles: [handle], validation_status: validation };
  }

  /** Works on what is due; called by the clock and before every reading. */
  work() {
    const now = this.clock.nowMs();
    for (const batch of this.batches.values()) {
      if (batch.status !== 'started' || batch.dueMs > now) continue;
      batch.requests.forEach((request, line) => this.apply(batch, request, line + 1));
      batch.status = 'finished';
      this.onFinished(this, batch);
    }
    for (const item of this.items.values())
      if (item.review === 'pending' && item.reviewMs <= now) {
        const forbidden = /weapon|tobacco/i.test(item.data.title);
        item.review = forbidden ? 'rejected' : 'approved';
        item.reasons = forbidden ? ['The item is not allowed by the commerce policies'] : [];
      }
  }

  apply(batch, { method, data }, line) {
    const existing = this.items.get(data.id);
    const fail = (message) => {
      batch.errors.push({ line, id: data.id, message });
      batch.invalid.push(data.id);
    };
    if (method === 'DELETE') return void this.items.delete(data.id);
    if (method === 'UPDATE' && !existing && !batch.upsert) return fail('No item with this id exists');
    const faults = faultsOf(data, existing);
    if (faults.length) return fail(faults.join('; '));
    const kept = Object.fromEntries(Object.entries(data).filter(([field]) => known.has(field)));
    const item = existing ?? { number: `9${String(this.nextItem++).padStart(14, '0')}`, review: 'pending', reasons: [], reviewMs: this.clock.nowMs() + this.reviewSeconds * 1000 };
    const retitled = existing && kept.title !== undefined && kept.title !== existing.data.title;
    if (retitled) Object.assign(item, { review: 'pending', reviewMs: this.clock.nowMs() + this.reviewSeconds * 1000 });
    item.data = { ...existing?.data, ...kept };
    this.items.set(data.id, item);
    return undefined;
  }

  status(query) {
    if (query.get('handles')) throw badParameter('The parameter handle is required');
    const batch = this.batches.get(query.get('handle') ?? '');
    if (!batch) throw badParameter('The parameter handle is required');
    this.work();
    const detailed = query.get('load_ids_of_invalid_requests') === 'true';
    return {
      data: [{
        handle: batch.handle,
        status: batch.status,
        errors: batch.errors.slice(0, 10),
        errors_total_count: batch.errors.length,
        warnings: [],
        warnings_total_count: 0,
        ids_of_invalid_requests: detailed && batch.status === 'finished' ? batch.invalid : [],
      }],
    };
  }

  shown(id, item) {
    const price = priceFrom(item.data.sale_price ?? item.data.price);
    return {
      id: item.number,
      retailer_id: id,
      name: item.data.title,
      description: item.data.description,
      price: formatted(price),
      currency: price.currency,
      availability: item.data.availability,
      review_status: item.review,
      review_rejection_reasons: item.reasons,
      visibility: 'published',
      retailer_product_group_id: item.data.item_group_id,
    };
  }

  page(query) {
    this.work();
    const filter = query.get('filter') ? JSON.parse(query.get('filter')) : {};
    const wanted = filter.retailer_id?.is_any;
    const ids = [...this.items.keys()].filter((id) => !wanted || wanted.includes(id)).sort();
    const limit = Math.min(Number(query.get('limit') ?? 25), 200);
    const after = query.get('after') ? Buffer.from(query.get('after'), 'base64url').toString() : '';
    if (!wanted && after === '' && this.faults.emptyPages > 0) {
      this.faults.emptyPages -= 1;
      return { data: [], paging: { cursors: { before: 'x', after: Buffer.from('!').toString('base64url') }, next: 'https://graph.facebook.com/next' } };
    }
    const rest = ids.filter((id) => id > after.replace(/^!$/, ''));
    const some = rest.slice(0, limit);
    const paging = some.length
      ? { cursors: { before: Buffer.from(some[0]).toString('base64url'), after: Buffer.from(some.at(-1)).toString('base64url') } }
      : undefined;
    if (paging && rest.length > some.length) paging.next = 'https://graph.facebook.com/next';
    return { data: some.map((id) => this.shown(id, this.items.get(id))), ...(paging ? { paging } : {}), ...(query.get('summary') ? { summary: { total_count: ids.length } } : {}) };
  }

  /** What buyers see, for comparison: one line an item. */
  truth() {
    this.work();
    return [...this.items].sort(([a], [b]) => (a < b ? -1 : 1)).map(([id, item]) => {
      const price = priceFrom(item.data.sale_price ?? item.data.price);
      return { id, title: item.data.title, price: price.minor.toString(), currency: price.currency, availability: item.data.availability, group: item.data.item_group_id ?? null, review: item.review };
    });
  }
}

export function addCatalogueEdges(graph, catalogues) {
  const found = ({ ids, token }) => {
    needScope(token, 'catalog_management');
    const catalogue = catalogues.get(ids[0]);
    if (!catalogue) throw new GraphError(400, 100, `Object with ID '${ids[0]}' does not exist`, { subcode: 33 });
    return catalogue;
  };
  graph.add('POST', /^\/(\d+)\/items_batch$/, (call) => found(call).itemsBatch(call.text, call.fields ?? {}));
  graph.add('GET', /^\/(\d+)\/check_batch_request_status$/, (call) => found(call).status(call.query));
  graph.add('GET', /^\/(\d+)\/products$/, (call) => found(call).page(call.query));
}
