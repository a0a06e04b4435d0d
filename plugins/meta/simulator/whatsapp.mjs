// A WhatsApp Business Account with its numbers: nodes, sending with its windows and limits, and
// buyers who write, order and read.

import { Budget } from './budget.mjs';
import { proveCallback } from './callback.mjs';
import { decimalOf, priceFrom } from './catalogue.mjs';
import { GraphError, badParameter, needScope, noSuchObject } from './graph.mjs';
import { checkMessage } from './message_rules.mjs';

const kWindowMs = 24 * 3600 * 1000;
const kPairMs = 6000;
const kPairBurst = 45;
const kPerSecond = 80;
/** What a message may fail with after it was accepted. */
export const kFailures = {
  131026: 'Message undeliverable',
  131047: 'Re-engagement message',
  131049: 'This message was not delivered to maintain healthy ecosystem engagement.',
  131050: 'The user has opted out of marketing messages',
};

export class Account {
  constructor({ id, name, currency, clock, random, app, deliveries, faults, catalogue }) {
    Object.assign(this, { id, name, currency, clock, random, app, deliveries, faults, catalogue });
    this.numbers = new Map();
    this.buyers = new Map();
    this.subscription = null;
    this.appUri = () => null;
    this.templates = null;  // none: any may be sent
    this.sent = [];
    this.written = [];  // what buyers wrote
    this.recent = [];
    this.autoRead = true;
    this.sequence = 1;
    this.callBudget = new Budget({
      clock, type: 'whatsapp', code: 80007, most: 5000, windowMs: 3600e3,
      message: 'There have been too many calls to this WhatsApp Business account. Wait a bit and try again.',
    });
  }

  addNumber(id, display) {
    this.numbers.set(id, { id, display, name: this.name, quality: 'GREEN', limit: 'TIER_2K' });
  }

  /** `fails`: the code with which messages to the buyer fail later. `scoped`: the buyer keeps the number to themselves, only the business-scoped id is told. */
  addBuyer({ waId, name, username, scoped = false, fails = null }) {
    const buyer = { waId, name, username, scoped, fails, userId: `US.${this.random.int(1e9, 9e9)}${this.random.int(1e9, 9e9)}`, lastMs: null, pairMs: 0, inbox: [], marked: false, former: [] };
    this.buyers.set(buyer.userId, buyer);
    return buyer;
  }

  buyerOf({ to, recipient }) {
    const digits = (to ?? '').replace(/\D/g, '');
    for (const buyer of this.buyers.values())
      if ((to && buyer.waId === digits) || (!to && buyer.userId === recipient)) return buyer;
    return null;
  }

  wamid() {
    return `wamid.${Buffer.from(`${this.id}:${this.sequence++}:${this.random.hex(12)}`).toString('base64')}`;
  }

  pace(buyer) {
    const now = this.clock.nowMs();
    this.recent = this.recent.filter((at) => at > now - 1000 && at <= now);
    if (this.recent.length >= kPerSecond) throw new GraphError(400, 130429, 'Rate limit hit', { details: 'Cloud API message throughput has been reached.' });
    // Further ahead than the burst reaches: the clock was set back since.
    const ahead = buyer.pairMs - now;
    const arrival = ahead > 0 && ahead <= kPairBurst * kPairMs ? buyer.pairMs : now;
    if (arrival - now > (kPairBurst - 1) * kPairMs)
      throw new GraphError(400, 131056, '(Business Account, Consumer Account) pair rate limit hit', { details: 'Too many messages sent from this phone number to the same phone number in a short period of time.' });
    buyer.pairMs = arrival + kPairMs;
    this.recent.push(now);
  }

  send(number, body) {
    if (body.status === 'read') return this.markRead(body);
    const type = checkMessage(body, this.catalogue);
    if (type === 'template') this.checkTemplate(body.template);
    const buyer = this.buyerOf(body);
    if (buyer?.waId === number.display) throw new GraphError(400, 131021, 'Recipient cannot be sender');
    const known = buyer ?? { pairMs: 0, lastMs: null, inbox: [] };
    this.pace(known);
    if (type !== 'template' && !(known.lastMs !== null && this.clock.nowMs() - known.lastMs < kWindowMs))
      throw new GraphError(400, 131047, 'Re-engagement message', { details: 'Message failed to send because more than 24 hours have passed since the customer last replied to this number.' });
    const message = { id: this.wamid(), number: number.id, type, body, at: this.clock.seconds(), to: buyer?.userId ?? null, told: [] };
    this.sent.push(message);
    known.inbox.push(message);
    this.statuses(number, buyer, message);
    return {
      messaging_product: 'whatsapp',
      contacts: [{ input: body.to ?? body.recipient, ...(buyer && !buyer.scoped ? { wa_id: buyer.waId } : {}), ...(buyer ? { user_id: buyer.userId } : {}) }],
      messages: [{ id: message.id, ...(type === 'template' ? { message_status: 'accepted' } : {}) }],
    };
  }

  checkTemplate({ name, language }) {
    if (this.templates === null) return;
    const known = this.templates.find((each) => each.name === name && each.language === language.code);
    if (!known) throw new GraphError(404, 132001, 'Template name does not exist in the translation', { details: `template name (${name}) does not exist in ${language.code}` });
    if (known.status === 'PAUSED') throw new GraphError(400, 132015, 'Template is Paused');
    if (known.status === 'DISABLED') throw new GraphError(400, 132016, 'Template is Disabled');
  }

  markRead({ message_id: id }) {
    const wrote = this.written.find((message) => message.id === id);
    if (!wrote) throw badParameter('Invalid parameter', `Message ${id} does not exist`);
    this.buyers.get(wrote.user_id).marked = true;
    return { success: true };
  }

  statuses(number, buyer, message) {
    const code = buyer ? buyer.fails : 131026;
    // A message may be read without ever having been told to be delivered.
    const skipped = this.autoRead && this.random.chance(this.faults.skipDelivered);
    const good = ['sent', ...(skipped ? [] : ['delivered']), ...(this.autoRead ? ['read'] : [])];
    for (const status of code === null ? good : ['failed']) {
      const about = {
        id: message.id,
        status,
        timestamp: String(this.clock.seconds()),
        ...(buyer && !buyer.scoped ? { recipient_id: buyer.waId } : {}),
        ...(buyer ? { recipient_user_id: buyer.userId } : { recipient_id: (message.body.to ?? '').replace(/\D/g, '') }),
        ...(message.body.biz_opaque_callback_data ? { biz_opaque_callback_data: message.body.biz_opaque_callback_data } : {}),
        ...(status === 'sent' ? { pricing: { billable: true, pricing_model: 'PMP', type: 'regular', category: 'service' } } : {}),
        ...(status === 'failed' ? { errors: [{ code, title: kFailures[code], message: kFailures[code], error_data: { details: `${kFailures[code]}.` }, href: '/documentation/business-messaging/whatsapp/support/error-codes' }] } : {}),
      };
      if (this.tell(number, 'messages', { statuses: [about] })) message.told.push({ status, code });
    }
  }

  /** A change of the field for everyone who is subscribed; false when nobody is. */
  tell(number, field, value, { withTime = false } = {}) {
    const uri = this.subscription?.uri ?? (this.subscription ? this.appUri() : null);
    if (!uri) return false;
    const envelope = number
      ? { messaging_product: 'whatsapp', metadata: { display_phone_number: number.display, phone_number_id: number.id }, ...value }
      : value;
    this.deliveries.emit({
      uri,
      object: 'whatsapp_business_account',
      entry: { id: this.id, ...(withTime ? { time: this.clock.seconds() } : {}), changes: [{ value: envelope, field }] },
    });
    return true;
  }

  /** A buyer writes: `message` is the part after the common members, {type, [type]: …}. */
  say(numberId, userId, message) {
    const number = this.numbers.get(numberId);
    const buyer = this.buyers.get(userId);
    if (!number || !buyer) throw badParameter(`no such number or buyer: ${numberId}, ${userId}`);
    const id = this.wamid();
    buyer.lastMs = this.clock.nowMs();
    const said = { id, user_id: userId, number: numberId, at: this.clock.seconds(), message, told: false };
    this.written.push(said);
    const open = buyer.scoped ? {} : { wa_id: buyer.waId };
    said.told = this.tell(number, 'messages', {
      contacts: [{ profile: { name: buyer.name, ...(buyer.username ? { username: buyer.username } : {}) }, ...open, user_id: buyer.userId }],
      messages: [{ id, ...(buyer.scoped ? {} : { from: buyer.waId }), from_user_id: buyer.userId, timestamp: String(said.at), ...message }],
    });
    return { id, user_id: buyer.userId };
  }

  /** A buyer gets another number, and everybody they wrote to is told. */
  changeNumber(numberId, userId, waId) {
    const buyer = this.buyers.get(userId);
    const before = buyer.waId;
    const told = this.say(numberId, userId, { type: 'system', system: { type: 'user_changed_number', body: `User ${buyer.name} changed from ${before} to ${waId}`, wa_id: waId, user_id: userId } });
    buyer.waId = waId;
    buyer.former.push({ number: before, until: this.clock.seconds() });
    return told;
  }

  /** For comparison: whom the account knows, what they wrote, what was sent to them. */
  truth() {
    return {
      buyers: [...this.buyers.values()].map(({ userId, waId, name, username, scoped, marked, former }) => ({ user_id: userId, wa_id: waId, former, name, username: username ?? null, scoped, marked })),
      written: this.written,
      sent: this.sent.map(({ id, number, type, body, to, at, told }) => ({ id, number, type, to, at, told, correlation: body.biz_opaque_callback_data ?? null, body })),
    };
  }
}

/** The cart of a buyer, at the catalogue's prices: {type: "order", order}. */
export function orderOf(catalogue, items, text = '') {
  return {
    type: 'order',
    order: {
      catalog_id: catalogue.id,
      text,
      product_items: items.map(({ id, quantity }) => {
        const item = catalogue.items.get(id);
        if (!item) throw badParameter(`no such item: ${id}`);
        const price = priceFrom(item.data.sale_price || item.data.price);
        return { product_retailer_id: id, quantity, item_price: Number(decimalOf(price)), currency: price.currency };
      }),
    },
  };
}

export function addWhatsAppEdges(graph, accounts) {
  const accountOf = (id) => [...accounts.values()].find((account) => account.id === id);
  const numberOf = (id) => {
    for (const account of accounts.values()) if (account.numbers.has(id)) return { account, number: account.numbers.get(id) };
    return null;
  };
  const manage = (token) => needScope(token, 'whatsapp_business_management');
  const business = ({ ids: [id], token, told }) => {
    manage(token);
    const account = accountOf(id);
    if (!account) throw noSuchObject(id);
    account.callBudget.take(id, told);
    return account;
  };
  graph.add('POST', /^\/(\d+)\/messages$/, ({ ids: [id], token, fields }) => {
    needScope(token, 'whatsapp_business_messaging');
    const found = numberOf(id);
    if (!found) throw new GraphError(400, 100, `Unsupported post request. Object with ID '${id}' does not exist`, { subcode: 33 });
    if (!fields) throw badParameter('Invalid JSON in the request body');
    return found.account.send(found.number, fields);
  });
  graph.add('GET', /^\/(\d+)\/phone_numbers$/, (call) => ({ data: [...business(call).numbers.values()].map(({ id, display, name }) => ({ id, display_phone_number: display, verified_name: name, quality_rating: 'GREEN', status: 'LINKED' })) }));
  graph.add('GET', /^\/(\d+)\/product_catalogs$/, (call, account = business(call)) => ({ data: account.catalogue ? [{ id: account.catalogue.id, name: account.catalogue.name }] : [] }));
  graph.add('GET', /^\/(\d+)\/message_templates$/, (call, account = business(call)) => ({ data: (account.templates ?? []).map((each, index) => ({ id: String(index + 1), status: 'APPROVED', category: 'UTILITY', components: [], ...each })) }));
  graph.later = (method, path, token, fields, told = {}) => {
    const [, id, edge] = path.split('/');
    manage(token);
    const account = accountOf(id) ?? numberOf(id)?.account;
    account?.callBudget.take(account.id, told);
    return answerOf(accountOf(id), { id, edge, method, fields });
  };
  const answerOf = (account, { id, edge, method, fields }) => {
    if (edge === 'subscribed_apps' && account) return subscribedApps(graph, account, method, fields);
    if (account && !edge) return { id, name: account.name, currency: account.currency, timezone_id: '1' };
    const found = numberOf(id);
    if (!found || edge) throw noSuchObject(id);
    const { number } = found;
    return { id, display_phone_number: number.display, verified_name: number.name, quality_rating: number.quality, name_status: 'APPROVED', status: 'CONNECTED', platform_type: 'CLOUD_API', throughput: { level: 'STANDARD' }, whatsapp_business_manager_messaging_limit: number.limit };
  };
}

async function subscribedApps(graph, account, method, fields) {
  if (method === 'POST') {
    const uri = fields?.override_callback_uri ?? null;
    if (uri && !fields.verify_token) throw badParameter('verify_token is required with override_callback_uri');
    if (uri) await proveCallback(account.deliveries.sender, uri, fields.verify_token);
    account.subscription = { uri };
    return { success: true };
  }
  if (method === 'DELETE') {
    account.subscription = null;
    return { success: true };
  }
  const { subscription } = account;
  return { data: subscription ? [{ whatsapp_business_api_data: { id: graph.app.id, link: 'https://example.com', name: 'Souk' }, ...(subscription.uri ? { override_callback_uri: subscription.uri } : {}) }] : [] };
}
