// What happens in the shop, in the catalogues, between the platforms and the hub: one line of a scenario each.
import { pause, until } from '../../../packaging/tour/process.mjs';
import * as steps from '../../../packaging/tour/steps.mjs';
import { buyerLines } from './talk.mjs';

const kinds = {
  product_title: 5, product_price: 7, product_status: 3, product_create: 3, product_delete: 1.5, product_twice: 2, product_forbidden: 2,
  media_remove: 1.5, media_replace: 2, item_update: 2, variant_add: 2, variant_remove: 1.5, stock_set: 9, stock_connect: 1, stock_disconnect: 1,
  order_create: 4, order_paid: 1, order_fulfil: 2, order_cancel: 2, order_edit: 1, order_refund: 2, customer_create: 1, customer_update: 2,
  customer_delete: 0.5, location_create: 0.3, location_update: 0.3,
};

/** One edit of its kind; null when nothing in the shop fits it. */
const edits = (kind) => async ({ shops }, random) => {
  const seed = random.between(1, 2 ** 30);
  const done = await shops.call('edits', { count: 1, seed, kinds: [kind] }).catch((error) => {
    if (/is possible/.test(error.message)) return null;
    throw error;
  });
  return done && JSON.stringify(done.done[0]);
};

export const shopLines = Object.fromEntries(Object.entries(kinds).map(([kind, weight]) => [`shop: ${kind}`, [weight, edits(kind)]]));

/** An edit of each kind that fits the shop; the kinds that did. */
async function editAll(trade, random, names) {
  const done = [];
  for (const kind of names) if (await edits(kind)(trade, random)) done.push(kind);
  return done.join(', ');
}

const either = (trade, random) => random.pick([trade.market.chatCatalogue, trade.market.pageCatalogue]);

export const catalogueLines = {
  'somebody edits an offer by hand': [2, async (trade, random) => {
    const catalogue = either(trade, random);
    const [id] = random.shuffled([...catalogue.items.keys()]);
    // What was just taken and goes before it was seen is waited for, for minutes: platforms show what they took late.
    const pending = `SELECT count(*) AS n FROM offer WHERE external_id = :'id' AND (state = 'pending' OR batch_id IS NOT NULL)`;
    if (!id || (await trade.hub.number(pending, { id })) > 0 || !catalogue.items.has(id)) return null;
    const change = random.pick([{ price: '1.00 USD', sale_price: undefined }, { title: 'By hand' }, { availability: 'discontinued' }, null]);
    // What nobody can buy is as it should be, whatever it is called.
    if (change?.availability && catalogue.items.get(id).data.availability !== 'in stock') return null;
    catalogue.edit(id, change);
    trade.edited = true;
    return `${catalogue.name} ${id}: ${JSON.stringify(change)}`;
  }],
  'the catalogues are compared': [1, async (trade) => {
    const said = [];
    for (const integration of [trade.chat, trade.page]) said.push(await trade.post(`integrations/${integration}/publishing/compare`, {}));
    return said.map((one) => (typeof one === 'string' ? one : 'asked for')).join(', ');
  }],
  'a product is published again': [1, async (trade, random) => {
    const rows = await trade.world.cluster.select(`SELECT id FROM product WHERE deleted_at IS NULL ORDER BY id`);
    const { id } = random.pick(rows);
    return JSON.stringify(await trade.post(`products/${id}/publish?store_id=${trade.store.id}`, {}));
  }],
};

const refusals = [
  { status: 500, code: 1, message: 'An unknown error occurred' },
  { status: 503, code: 2, message: 'Service temporarily unavailable', transient: true },
  { status: 400, code: 131000, message: 'Something went wrong' },
  { status: 400, code: 131008, message: 'Required parameter is missing' },
];
const passing = refusals.slice(0, 2);
/** In place of what was left of the edge's last one: who waits longer after each failure would never be done with more and more. */
const fails = (method, path, list) => ({ faults }, random) => {
  const [fault, times] = [random.pick(list), random.between(1, 2)];
  faults.set({ edges: [...faults.edges.filter((one) => one.times > 0 && (one.method !== method || one.path !== path)), { method, path, times, ...fault }] });
  return `${method} ${path} fails ${times} times with ${fault.code}`;
};
/** Between 0 and `most`, or 0: mostly something. */
const chance = (random, most) => (random.next() < 0.3 ? 0 : random.next() * most);

export const faultLines = {
  'deliveries change their ways': [3, async (trade, random) => {
    const webhooks = { duplicate: chance(random, 0.5), reorder: chance(random, 0.8), batch: random.between(1, 8) };
    trade.faults.set({ webhooks, skip_delivered: chance(random, 0.5) });
    await trade.shops.faults({ duplicate: chance(random, 0.4), duplicate_ms: 500, reorder: random.between(0, 400), late_stale: chance(random, 0.2), late_stale_ms: 1000 });
    return JSON.stringify(webhooks);
  }],
  'answers to messages are lost': [1.5, ({ faults }, random) => {
    faults.set({ lost_answers: random.between(1, 2) });
    return `${faults.lostAnswers} of them`;
  }],
  'an answer to a batch is lost': [0.5, ({ faults }) => {
    faults.set({ lost_batches: 1 });
    return 'the next one';
  }],
  'batches take their time': [0.5, ({ faults }) => {
    faults.set({ batch_status: faults.batchStatus ? null : 'in_progress' });
    return String(faults.batchStatus);
  }],
  'sending fails': [1.5, fails('POST', '/messages', refusals)],
  'sending is limited': [0.3, fails('POST', '/messages', [{ status: 400, code: 130429, message: 'Rate limit hit' }])],
  'publishing fails': [0.5, fails('POST', '/items_batch', passing)],
  'asking for a batch fails': [1, fails('GET', '/check_batch_request_status', passing)],
  'looking at a catalogue fails': [1, fails('GET', '/products', passing)],
  'the catalogue begins with an empty page': [0.5, ({ faults }) => {
    faults.set({ empty_pages: 1 });
    return 'once';
  }],
  'the shop fails': [2, async ({ shops }, random) => {
    const [kind, count] = [random.pick(['http500', 'http503', 'reset', 'throttle', 'lost', 'malformed']), random.between(1, 3)];
    await shops.call('faults', { graphql: { rate: 1, kind, count } });
    return `${count} times ${kind}`;
  }],
};

const anew = (trade, name, how) => {
  trade.broken ??= {};
  trade.broken[name] = how;
};
/** Puts right what lines broke on purpose; after it the store is connected and publishing everywhere. */
export async function mend(trade) {
  const broken = trade.broken ?? {};
  trade.broken = {};
  for (const how of Object.values(broken)) await how();
}

export const connectionLines = {
  'the token of the account dies': [0.4, async (trade, random) => {
    trade.market.world.graph.tokens.revoke(random.pick([458, 460]), ({ kind }) => kind === 'system');
    anew(trade, 'chat', () => trade.market.connectAccount(trade.hub, trade.store, trade.chat));
    return 'until it is connected again';
  }],
  'the tokens of the page die': [0.4, async (trade, random) => {
    trade.market.world.graph.tokens.revoke(random.pick([458, 460]), ({ kind }) => kind !== 'system');
    anew(trade, 'page', () => trade.market.connectPage(trade.hub, trade.store, trade.page));
    return 'until it is connected again';
  }],
  'everything is connected again': [0.8, async (trade) => {
    const names = Object.keys(trade.broken ?? {});
    if (names.length === 0) return null;
    await mend(trade);
    return names.join(', ');
  }],
  'publishing is turned off': [0.7, async (trade, random) => {
    const name = random.pick(['chat', 'page']);
    await trade.market.publish(trade.hub, trade[name], false);
    anew(trade, `${name} offers`, () => trade.market.publish(trade.hub, trade[name]));
    return name;
  }],
  'an integration is paused': [0.4, async (trade, random) => {
    const name = random.pick(['chat', 'page']);
    if (trade.broken?.[name]) return null;
    const answer = await trade.post(`integrations/${trade[name]}/pause`, {});
    if (!answer.id) return answer;
    anew(trade, `${name} pause`, () => trade.post(`integrations/${trade[name]}/resume`, {}));
    return name;
  }],
  'the account is disconnected and connected again': [0.3, async (trade) => {
    await trade.settle();
    await trade.hub.api(`integrations/${trade.chat}/disconnect`, { method: 'POST', send: {} });
    await until('it is no longer subscribed', () => !trade.account.subscription);
    for (const buyer of [...trade.account.buyers.values()].slice(0, 1)) trade.account.say(trade.number, buyer.userId, { type: 'text', text: { body: 'Hello?' } });
    await trade.market.connectAccount(trade.hub, trade.store, trade.chat);
    return 'what was written meanwhile, nobody was told';
  }],
  'the page is disconnected and connected again': [0.3, async (trade, random) => {
    const { page, pageCatalogue, world: { app } } = trade.market;
    await trade.settle();
    await editAll(trade, random, ['product_price', 'stock_set', 'product_create']);
    await pause(random.between(0, 2000));
    await trade.hub.api(`integrations/${trade.page}/disconnect`, { method: 'POST', send: {} });
    await until('neither is subscribed any more', () => !page.subscribed.has(app.id) && !pageCatalogue.subscribed.has(app.id));
    page.say(`60${random.between(1, 9)}`, { text: 'Hello?' });
    const done = await editAll(trade, random, ['product_price', 'product_title', 'stock_set', 'product_create', 'product_delete', 'variant_remove']);
    await trade.market.connectPage(trade.hub, trade.store, trade.page);
    return `meanwhile, with offers under way: ${done}`;
  }],
  'the shop uninstalls the app and installs it again': [0.3, async (trade, random) => {
    const { world, store, hub } = trade;
    await trade.settle();
    const standing = async () => (await hub.api(`integrations/${store.integration}`)).status;
    const newest = async () => (await hub.api(`sync?store_id=${store.id}&limit=1`)).data[0].id;
    const before = await newest();
    await trade.shops.call(`shops/${store.domain}/uninstall`, {});
    await until('the hub has heard of it', async () => (await standing()) === 'disconnected');
    // Nobody tells of these any more, and what is gone is in no list of what was updated.
    const done = await editAll(trade, random, ['product_price', 'product_create', 'product_delete', 'variant_remove', 'stock_set', 'stock_disconnect',
      'order_create', 'order_cancel', 'order_refund', 'customer_update', 'customer_delete', 'location_update']);
    // What is sold by message meanwhile goes off the shop's stock when it is back.
    const sold = await buyerLines['buyer orders'][1](trade, random);
    await trade.market.delivered(60);
    await steps.connectOne(world, store);
    await until('a run begins', async () => (await newest()) !== before);
    await steps.followRuns(world);
    await trade.atRest();
    if ((await standing()) !== 'connected') throw new Error(`what was told of the install before ended this one: it is ${await standing()}`);
    return `meanwhile: ${done}; ${sold || 'nobody ordered'}`;
  }],
  'rate limits are tightened': [0.2, (trade) => {
    const { catalogues } = trade.market.world;
    const usual = [...catalogues.values()].map(({ batchBudget }) => [batchBudget, batchBudget.most]);
    if (trade.broken?.limits) return null;
    for (const [budget] of usual) budget.most = 2;
    anew(trade, 'limits', () => usual.forEach(([budget, most]) => (budget.most = most)));
    return 'two batches in a minute';
  }],
};

export const accountLines = {
  'a template is judged': [1.5, (trade, random) => {
    const name = `offer_${trade.templates.size + 1}`;
    const status = random.pick(['APPROVED', 'REJECTED', 'PAUSED']);
    const told = trade.account.tell(null, 'message_template_status_update', { event: status, message_template_id: 1, message_template_name: name, message_template_language: 'en', reason: 'NONE', message_template_category: 'UTILITY' }, { withTime: true });
    if (!told) return null;
    trade.templates.set(name, status);
    return `${name} ${status}`;
  }],
  'the quality of the number changes': [1, ({ account }, random) => {
    account.tell(null, 'phone_number_quality_update', { display_phone_number: '15550783881', event: random.pick(['UPGRADE', 'DOWNGRADE']), current_limit: 'TIER_10K' }, { withTime: true });
    return 'TIER_10K';
  }],
  'more than a day passes': [0.3, async (trade) => {
    const { clock } = trade.market.world;
    const buyer = trade.account.written.findLast(({ told }) => told)?.user_id;
    if (!buyer) return null;
    await trade.settle();
    clock.advance(25 * 3600e3);
    const conversation = await trade.conversationOf(buyer);
    const said = await trade.send(conversation, { kind: 'text', text: 'Still there?' });
    const refused = () => trade.hub.number(`SELECT count(*) AS n FROM message WHERE status = 'failed' AND error_detail LIKE '131047%' AND conversation_id = :'id'::uuid`, { id: conversation });
    if (trade.accepted.length > 0 && !said.startsWith('refused')) await until('the platform has refused it', refused);
    clock.advance(-25 * 3600e3);
    return `${said}, outside the window`;
  }],
};

/** Lines that wait for a minute or for everything before them: not in the short form. */
export const slowLines = ['sending is limited', 'rate limits are tightened', 'more than a day passes', 'the account is disconnected and connected again'];

/** What happened is heard and done, mostly. */
export const quietLines = { 'nothing happens for a while': [4, async (_, random) => {
  const ms = random.between(50, 1500);
  await pause(ms);
  return `${ms} ms`;
}] };
