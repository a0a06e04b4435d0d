// What platforms of messages and catalogues say, row by row, in the shape of market_hub.mjs. Beside each row may stand
// what cannot be known exactly: `status` of a sent message is the list of those it may have.
import { minorUnits } from './money.mjs';

const seconds = (at) => new Date(at * 1000).toISOString().replace('.000Z', 'Z');
const lines = (ndjson) => ndjson.split('\n').filter(Boolean).map((line) => JSON.parse(line));

const text = (value) => value ?? '';
/** Those of `names` ([theirs, ours]) that are there, as text. */
function picked(from, names) {
  const out = {};
  for (const [theirs, ours = theirs] of names) if (from[theirs] !== undefined) out[ours] = String(from[theirs]);
  return out;
}

const file = (part) => ({
  text: text(part.caption),
  content: { ...picked(part, [['id', 'media_id'], ['mime_type'], ['sha256'], ['filename']]), ...(part.voice ? { voice: true } : {}), ...(part.animated ? { animated: true } : {}) },
});

const bodies = {
  text: (part) => ({ text: part.body }),
  image: file,
  audio: file,
  video: file,
  document: file,
  sticker: file,
  location: (part) => ({ text: text(part.name ?? part.address), content: picked(part, [['latitude'], ['longitude'], ['name'], ['address'], ['url']]) }),
  reaction: (part) => ({ text: text(part.emoji), reply_to: part.message_id, content: part.emoji === undefined ? { removed: true } : { emoji: part.emoji } }),
  button: (part) => ({ text: part.text, content: picked(part, [['payload', 'id']]) }),
  contacts: (part) => ({ text: '', content: { contacts: part } }),
  system: (part) => ({ text: text(part.body), content: picked(part, [['type']]) }),
  interactive: (part) => {
    const reply = part[part.type];
    const usual = ['button_reply', 'list_reply'].includes(part.type);
    return {
      kind: part.type === 'button_reply' ? 'button' : 'list',
      text: text(reply.title ?? reply.body ?? reply.name),
      content: { ...picked(reply, [['id'], ['description']]), ...(usual ? {} : { type: part.type, reply }) },
    };
  },
  order: (part) => ({
    text: text(part.text),
    content: {
      catalogue_id: part.catalog_id,
      items: part.product_items.map((item) => picked(item, [['product_retailer_id', 'external_id'], ['quantity'], ['item_price', 'unit_price'], ['currency']])),
    },
  }),
};

function contextOf(message) {
  const product = message.context?.referred_product;
  return {
    ...(product ? { product: picked(product, [['catalog_id', 'catalogue_id'], ['product_retailer_id', 'external_id']]) } : {}),
    ...(message.context?.forwarded || message.context?.frequently_forwarded ? { forwarded: true } : {}),
    ...(message.referral ? { referral: message.referral } : {}),
  };
}

/** A message a buyer wrote: {kind, text, reply_to, content}. */
function bodyOf(message) {
  const read = bodies[message.type];
  const own = read ? read(message[message.type]) : { kind: 'unsupported', text: '', content: { type: message.unsupported?.type ?? message.type, ...(message.errors ? { reason: message.errors[0].error_data?.details ?? message.errors[0].title } : {}) } };
  return { kind: own.kind ?? message.type, text: own.text, reply_to: own.reply_to ?? message.context?.id ?? null, content: { ...own.content, ...contextOf(message) } };
}

const interactive = { list: 'list', button: 'buttons', product: 'product', product_list: 'products' };
/** A message that was sent, as the platform got it. */
function sentBody(body) {
  const type = body.type ?? 'text';
  const reply = body.context?.message_id ?? null;
  if (type === 'interactive') return { kind: interactive[body.interactive.type], text: text(body.interactive.body?.text), reply_to: reply };
  if (type === 'reaction') return { kind: type, text: body.reaction.emoji, reply_to: body.reaction.message_id };
  return { kind: type, text: text(body[type].body ?? body[type].caption), reply_to: reply };
}

const stages = ['sent', 'delivered', 'read'];
/** Forward only; a failure ends it. What nobody was told of is known by the answer, if that came. */
function standing(told) {
  const failure = told.find(({ status }) => status === 'failed');
  if (failure) return { status: ['failed'], code: String(failure.code) };
  const furthest = Math.max(-1, ...told.map(({ status }) => stages.indexOf(status)));
  return { status: furthest < 0 ? ['sent', 'unknown'] : [stages[furthest]], code: null };
}

/** Who wrote or was written to; `truth` is {buyers, written, sent} as JSON lines. */
function conversations({ buyers, written, sent }) {
  const rows = new Map();
  for (const buyer of lines(buyers)) {
    const own = lines(written).filter((message) => message.told && message.user_id === buyer.user_id);
    if (own.length === 0 && !lines(sent).some(({ to }) => to === buyer.user_id)) continue;
    rows.set(own.length > 0 ? buyer.user_id : buyer.wa_id, {
      name: own.length > 0 ? buyer.name : null,
      username: own.length > 0 ? buyer.username : null,
      phone: buyer.scoped ? null : `+${buyer.wa_id}`,
      last_incoming_at: own.length > 0 ? seconds(Math.max(...own.map(({ at }) => at))) : null,
      unread: buyer.marked ? 'read' : own.length,
    });
  }
  return rows;
}

/** Until the hub has heard that a buyer gave a number up: seconds, the host being killed meanwhile included. */
const hearing = 60;

/** What went to a number its buyer had just given up reached nobody, and stands among what they were told. */
function messages({ buyers, written, sent }) {
  const gaveUp = lines(buyers).flatMap(({ user_id: user, former = [] }) => former.map((one) => ({ ...one, user })));
  const incoming = lines(written).filter(({ told }) => told);
  const wrote = new Set(incoming.map(({ user_id: user }) => user));
  const rows = new Map(incoming.map((one) => [one.id, { conversation: one.user_id, direction: 'incoming', status: ['received'], code: null, at: seconds(one.at), ...bodyOf(one.message) }]));
  for (const one of lines(sent)) {
    const address = (one.body.to ?? one.body.recipient).replace(/^\+/, '');
    const person = one.to ?? gaveUp.find(({ number, until }) => number === address && one.at <= until + hearing)?.user;
    const to = person && wrote.has(person) ? person : address;
    const twice = rows.has(one.correlation);
    rows.set(twice ? `${one.correlation} again` : one.correlation, { conversation: to, external_id: one.id, direction: 'outgoing', ...standing(one.told), ...sentBody(one.body) });
  }
  return rows;
}

const attached = { image: 'image', audio: 'audio', video: 'video', file: 'document', location: 'location' };
function pageMessages({ page }) {
  const told = lines(page).filter((one) => one.told);
  return new Map(told.map(({ mid, person, echo, at, message }) => [mid, {
    conversation: person,
    direction: echo ? 'outgoing' : 'incoming',
    status: [echo ? 'sent' : 'received'],
    code: null,
    at: seconds(Math.floor(at / 1000)),
    kind: message.attachments ? (attached[message.attachments[0].type] ?? 'unsupported') : 'text',
    text: text(message.text),
    reply_to: message.reply_to?.mid ?? null,
    content: message.attachments ? { attachments: message.attachments } : {},
  }]));
}

function pageConversations({ page }) {
  const rows = new Map();
  for (const { person, echo, at, told } of lines(page)) {
    if (!told) continue;
    const row = rows.get(person) ?? { name: null, username: null, phone: null, last_incoming_at: null, unread: 0 };
    if (!echo) Object.assign(row, { unread: row.unread + 1, last_incoming_at: seconds(Math.floor(Math.max(at, Date.parse(row.last_incoming_at ?? 0)) / 1000)) });
    rows.set(person, row);
  }
  return rows;
}

function order({ id, user_id: user, at, message: { order: cart } }) {
  const items = cart.product_items.map((item) => ({ ...item, unit: minorUnits(String(item.item_price), item.currency) }));
  const total = items.reduce((sum, { unit, quantity }) => sum + BigInt(unit) * BigInt(quantity), 0n).toString();
  return [id, {
    status: 'open', financial_status: 'pending', customer_id: user, currency: items[0].currency, total, note: text(cart.text), placed_at: seconds(at),
    lines: Object.fromEntries(items.map((item, place) => [`${id}/${place + 1}`, { variant: item.product_retailer_id, quantity: item.quantity, unit_price: item.unit }])),
  }];
}

const orders = ({ written }) => new Map(lines(written).filter(({ told, message }) => told && message.type === 'order').map(order));

const reviewed = { approved: 'live', pending: 'in_review', rejected: 'rejected' };
const catalogue = ({ items }) => new Map(lines(items).map(({ id, title, price, currency, availability, available, group }) =>
  [id, { title, price, currency, availability, available: availability === 'in stock' ? available : null, group }]));
const offers = ({ items }) => new Map(lines(items).map(({ id, review }) => [id, { state: reviewed[review] }]));

const sorted = (changes) => [...changes].sort((a, b) => (a.item + a.location < b.item + b.location ? -1 : 1));
const adjustments = ({ adjustments: made }) => new Map(lines(made).map(({ key, order: of, changes }) =>
  [key, { order: of, changes: sorted(changes.map(({ inventory_item_id: item, location_id: location, delta }) => ({ item, location, delta }))) }]));

const readers = { conversations, messages, orders, pageConversations, pageMessages, catalogue, offers, adjustments };

/** Map of rows by id. `truth` holds JSON lines by what they are: buyers, written, sent, page, items, adjustments. */
export const marketTruth = (entity, truth) => readers[entity](truth);
