// A catalogue: items_batch worked on later, its status, products read page by page, review.

import { Budget } from './budget.mjs';
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

/** "9.99", exact. */
export function decimalOf({ minor, currency }) {
  const places = digitsOf(currency);
  const text = minor.toString().padStart(places + 1, '0');
  return places ? `${text.slice(0, -places)}.${text.slice(-places)}` : text;
}

/** As people read it: "$1,299.00". */
export function formatted({ minor, currency }) {
  const places = digitsOf(currency);
  const text = minor.toString().padStart(places + 1, '0');
  const whole = text.slice(0, text.length - places).replace(/\B(?=(\d{3})+$)/g, ',');
  return `${symbols[currency] ?? `${currency} `}${whole}${places ? `.${text.slice(-places)}` : ''}`;
}

/** What is missing in an item as it is written; Meta tells it among the warnings, and counts it as errors. */
function gapsOf(whole) {
  const gaps = required.filter((field) => !whole[field]);
  if (!whole.image?.length && !whole.image_link) gaps.push('image');
  return gaps.map((field) => `A required field is missing: Products without "${field}" information can't be uploaded.`);
}

/** What is wrong with what is there. */
function faultsOf(whole) {
  const faults = [];
  if (whole.price && !priceFrom(whole.price)) faults.push(`Invalid price: ${whole.price}`);
  if (whole.sale_price && !priceFrom(whole.sale_price)) faults.push(`Invalid sale_price: ${whole.sale_price}`);
  if (whole.availability && !availabilities.includes(whole.availability)) faults.push(`Invalid availability: ${whole.availability}`);
  if (whole.condition && !conditions.includes(whole.condition)) faults.push(`Invalid condition: ${whole.condition}`);
  if ((whole.title?.length ?? 0) > 100) faults.push('title is longer than 100 characters');
  if ((whole.description?.length ?? 0) > 5000) faults.push('description is longer than 5000 characters');
  if (whole.link && !whole.link.startsWith('https://')) faults.push('link must be https');
  if ((whole.image?.length ?? 0) > 21) faults.push('more than 21 images');
  if (whole.quantity_to_sell_on_facebook !== undefined && !(whole.quantity_to_sell_on_facebook >= 1))
    faults.push('quantity_to_sell_on_facebook must be at least 1');
  return faults;
}

const imageOf = (data) => data.image?.[0]?.url ?? data.image_link ?? '';
/** Images of this host cannot be fetched. */
const unreachable = (url) => url.includes('//missing.');

export class Catalogue {
  constructor({ id, name, clock, random, faults, processSeconds = 1, reviewSeconds = 5, visits = 0 }) {
    Object.assign(this, { id, name, clock, random, faults, processSeconds, reviewSeconds });
    this.items = new Map();
    this.batches = new Map();
    this.subscribed = new Set();
    this.writes = [];
    this.stock = [];
    this.onFinished = () => {};
    this.nextItem = 1;
    // Meta's formula: n + n * log2(impressions + visits in 28 days); n is 8 batches a minute, 20,000 other calls an hour.
    const share = 1 + Math.log2(Math.max(1, visits));
    this.batchBudget = new Budget({
      clock, type: 'ads_management', code: 80014, most: Math.floor(8 * share), windowMs: 60e3,
      message: 'There have been too many calls for the batch uploads to this catalog account. Wait a bit and try again.',
    });
    this.callBudget = new Budget({
      clock, type: 'ads_management', code: 80009, most: Math.floor(20000 * share), windowMs: 3600e3,
      message: 'There have been too many calls to this Catalog account. Wait a bit and try again.',
    });
  }

  itemsBatch(text, fields, told) {
    if (Buffer.byteLength(text) > kMostBytes) throw badParameter('The request body is larger than 28 MB');
    if (fields.item_type !== 'PRODUCT_ITEM') throw badParameter('The parameter item_type is required');
    const requests = typeof fields.requests === 'string' ? JSON.parse(fields.requests) : fields.requests;
    if (!Array.isArray(requests)) throw badParameter('The parameter requests is required');
    if (requests.length > kMostRecords) throw badParameter(`requests holds ${requests.length} records; at most 5000`);
    this.batchBudget.take(this.id, told);
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
    const batch = { handle, requests: accepted, upsert: upsert === true || upsert === 'true', status: 'started', errors: [], warnings: [], invalid: [], dueMs: this.clock.nowMs() + this.processSeconds * 1000 };
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
    const fail = (message, list = batch.errors) => {
      list.push({ line, id: data.id, message });
      batch.invalid.push(data.id);
    };
    if (method === 'DELETE') return void this.items.delete(data.id);
    if (method === 'UPDATE' && !existing && !batch.upsert) return fail('No item with this id exists');
    const whole = { ...existing?.data, ...data };
    const gaps = gapsOf(whole);
    const faults = faultsOf(whole);
    gaps.forEach((gap) => fail(gap, batch.warnings));
    faults.forEach((fault) => fail(fault));
    if (gaps.length || faults.length) return undefined;
    if (unreachable(imageOf(whole))) batch.warnings.push({ line, id: data.id, message: 'Image could not be fetched: check that its address can be reached.' });
    const kept = Object.fromEntries(Object.entries(data).filter(([field]) => known.has(field)));
    const item = existing ?? { number: `9${String(this.nextItem++).padStart(14, '0')}`, review: 'pending', reasons: [], reviewMs: this.clock.nowMs() + this.reviewSeconds * 1000 };
    const retitled = existing && kept.title !== undefined && kept.title !== existing.data.title;
    if (retitled) Object.assign(item, { review: 'pending', reviewMs: this.clock.nowMs() + this.reviewSeconds * 1000 });
    // An update keeps what it does not name, and an empty text takes a member away.
    item.data = Object.fromEntries(Object.entries({ ...existing?.data, ...kept }).filter(([, value]) => value !== ''));
    this.items.set(data.id, item);
    this.stock.push({ at: this.clock.nowMs(), id: data.id, availability: data.availability, available: data.quantity_to_sell_on_facebook ?? null });
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
        status: this.faults.batchStatus ?? batch.status,
        errors: batch.errors.slice(0, 10),
        errors_total_count: batch.invalid.length,
        warnings: batch.warnings.slice(0, 10),
        warnings_total_count: batch.warnings.length,
        ids_of_invalid_requests: detailed && batch.status === 'finished' ? batch.invalid : [],
      }],
    };
  }

  shown(id, item, fields) {
    const { data } = item;
    const price = priceFrom(data.price);
    const whole = {
      id: item.number,
      retailer_id: id,
      name: data.title,
      description: data.description,
      price: formatted(price),
      ...(data.sale_price ? { sale_price: formatted(priceFrom(data.sale_price)) } : {}),
      currency: price.currency,
      availability: data.availability,
      condition: data.condition,
      brand: data.brand,
      url: data.link,
      image_url: imageOf(data),
      image_fetch_status: unreachable(imageOf(data)) ? 'FETCH_FAILED' : 'FETCHED',
      quantity_to_sell_on_facebook: data.quantity_to_sell_on_facebook,
      review_status: item.review,
      review_rejection_reasons: item.reasons,
      visibility: data.visibility ?? 'published',
      retailer_product_group_id: data.item_group_id,
      errors: unreachable(imageOf(data)) ? [{ type: 'IMAGE_FETCH_FAILED', title: 'Image', description: 'The image could not be fetched', priority: 'HIGH' }] : [],
    };
    return Object.fromEntries(Object.entries(whole).filter(([name, value]) => value !== undefined && (name === 'id' || fields.includes(name))));
  }

  page(query) {
    this.work();
    const filter = query.get('filter') ? JSON.parse(query.get('filter')) : {};
    const wanted = filter.retailer_id?.is_any;
    const ids = [...this.items.keys()].filter((id) => !wanted || wanted.includes(id)).sort();
    const limit = Math.min(Number(query.get('limit') ?? 25), 200);
    const fields = (query.get('fields') ?? 'id,name,retailer_id').split(',');
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
    return { data: some.map((id) => this.shown(id, this.items.get(id), fields)), ...(paging ? { paging } : {}), ...(query.get('summary') ? { summary: { total_count: ids.length } } : {}) };
  }

  /** What a person does in Commerce Manager: nobody is told. `data` null takes the item away. */
  edit(id, data) {
    const item = this.items.get(id);
    if (!item) throw badParameter(`no such item: ${id}`);
    if (data === null) this.items.delete(id);
    else Object.assign(item.data, data);
  }

  /** What buyers see, for comparison: one line an item. */
  truth() {
    this.work();
    return [...this.items].sort(([a], [b]) => (a < b ? -1 : 1)).map(([id, item]) => {
      const price = priceFrom(item.data.sale_price || item.data.price);
      return { id, title: item.data.title, price: price.minor.toString(), currency: price.currency, availability: item.data.availability, available: item.data.quantity_to_sell_on_facebook ?? null, group: item.data.item_group_id ?? null, review: item.review };
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
  const counted = (call) => {
    const catalogue = found(call);
    catalogue.callBudget.take(catalogue.id, call.told);
    return catalogue;
  };
  graph.add('POST', /^\/(\d+)\/items_batch$/, (call) => found(call).itemsBatch(call.text, call.fields ?? {}, call.told));
  graph.add('GET', /^\/(\d+)\/check_batch_request_status$/, (call) => counted(call).status(call.query));
  graph.add('GET', /^\/(\d+)\/products$/, (call) => counted(call).page(call.query));
}
