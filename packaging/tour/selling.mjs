// One store on three platforms: products come from Shopify, are shown on Facebook and WhatsApp, and are sold by message.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ask } from './http.mjs';
import { until } from './process.mjs';
import { followShelves, wantedOffers } from './shelves.mjs';

const patience = { seconds: 180, every: 100 };
/** Where buyers find a product; the demo's shops have no pages of their own. */
const link = 'https://shop.example/products/{handle}';

const post = (hub, path, send = {}) => hub.api(path, { method: 'POST', send });
const inStore = (store, path) => `${path}${path.includes('?') ? '&' : '?'}store_id=${store.id}`;

/** What a person copies out of Meta's pages into the form. */
async function connectChat({ hub, meta }, store) {
  const [{ waba_id, phone_number_id }] = meta.accounts;
  const account = { waba_id, phone_number_id };
  const { id } = await post(hub, 'integrations', { store_id: store.id, platform: 'whatsapp', config: account });
  const app_secret = readFileSync(meta.secretFile, 'utf8').trim();
  const fields = { ...account, token: await meta.systemToken(), app_secret, verify_token: 'words-of-the-demo-store' };
  const connected = await post(hub, `integrations/${id}/form`, { fields });
  if (connected.status !== 'connected' || !connected.account.facts.quality_rating) throw new Error(`WhatsApp is ${connected.status}: ${JSON.stringify(connected.account)}`);
  return id;
}

/** Facebook's dialog in a browser, then the page and the catalogue out of what it gave access to. */
async function connectPage({ hub, meta }, store) {
  const { id } = await post(hub, 'integrations', { store_id: store.id, platform: 'facebook' });
  const { connect_url: address } = await post(hub, `integrations/${id}/connect`);
  const opened = await ask(address);
  const cookie = opened.headers['set-cookie'][0].split(';')[0];
  const consent = await meta.browse(opened.headers.location);
  const finished = await ask(consent.headers.location.replace(/#.*/, ''), { headers: { cookie } });
  if (finished.status !== 200 || !finished.body.includes('One step is left')) throw new Error(`Facebook was not connected: ${finished.status} ${finished.body}`);
  const { choices } = await hub.api(`integrations/${id}`);
  const pick = (field, name) => choices.find((choice) => choice.field === field).options.find(({ label }) => label === name).value;
  const connected = await post(hub, `integrations/${id}/choose`, { fields: { page: pick('page', meta.pages[0].name), catalogue: pick('catalogue', meta.catalogues[1].name) } });
  if (connected.status !== 'connected') throw new Error(`Facebook is ${connected.status}`);
  return id;
}

/** Connects the first store; `tour.selling` tells where from then on: {store, shelves: [{name, integration, catalogue}]}. */
export async function connectSelling(tour) {
  const { hub, meta, folder } = tour;
  const words = join(folder, 'verify-token');
  writeFileSync(words, 'words-of-the-app', { mode: 0o600 });
  await hub.command('app', 'set', 'facebook', '--client-id', meta.client_id, '--client-secret-file', meta.secretFile, '--secret-file', `verify_token=${words}`);
  const [store] = hub.stores;
  const [chat, page] = [await connectChat(tour, store), await connectPage(tour, store)];
  tour.selling = {
    store,
    shelves: [{ name: 'whatsapp', integration: chat, catalogue: meta.catalogues[0].id }, { name: 'facebook', integration: page, catalogue: meta.catalogues[1].id }],
  };
  const wanted = [meta.accounts[0].waba_id, meta.pages[0].id, meta.catalogues[1].id];
  await until('Meta delivers what happens', async () => {
    const { subscribed } = await meta.state();
    return wanted.every((id) => subscribed.includes(id));
  }, patience);
  return `${store.name} on WhatsApp by form and on Facebook by login, deliveries of account, page and catalogue subscribed`;
}

export async function publishAll(tour) {
  const { hub, selling } = tour;
  const began = Date.now();
  for (const { integration } of selling.shelves) await post(hub, `integrations/${integration}/publishing`, { enabled: true, link });
  const offers = await followShelves(tour, patience.seconds);
  const counts = [];
  for (const { name, integration } of selling.shelves) {
    const { live = 0 } = (await hub.api(`integrations/${integration}/publishing`)).offers;
    if (live !== offers) throw new Error(`${live} offers are live on ${name}, and the shop has ${offers}`);
    counts.push(`${live} on ${name}`);
  }
  return `${counts.join(', ')}, all live after ${((Date.now() - began) / 1000).toFixed(1)} s; id, price, currency and availability equal the shop's`;
}

/** What there are some of, the same for the same data. */
function pickOne(offers, units) {
  const found = [...offers].filter(([, { available }]) => available >= units).sort(([a], [b]) => (a < b ? -1 : 1))[0];
  if (!found) throw new Error(`nothing with ${units} units is offered`);
  return { id: found[0], ...found[1] };
}

/** A person asks, and is shown the product: message and answer stand in one conversation. */
async function talk({ hub, meta, selling }, buyer, item) {
  const { store } = selling;
  await meta.say(buyer.user_id, { type: 'text', text: { body: 'Is it still there?' } });
  const conversation = await until('the conversation is there', async () => (await hub.api(inStore(store, 'conversations?unread=true'))).data.find(({ name }) => name === buyer.name), patience);
  const path = inStore(store, `conversations/${conversation.id}/messages`);
  const reply = await post(hub, path, { kind: 'product', text: 'Yes, here it is.', content: { external_id: item.id } });
  await until('the product was seen', async () => (await hub.api(path)).data.find(({ id, status }) => id === reply.id && status === 'read'), patience);
  const shown = (await meta.sent()).filter(({ correlation }) => correlation === reply.id);
  const [id] = shown.map(({ body }) => body.interactive?.action?.product_retailer_id);
  if (shown.length !== 1 || id !== item.id) throw new Error(`the buyer was shown ${JSON.stringify(shown)}`);
}

/** Their cart, as an order of the store. */
async function takeOrder({ hub, meta, selling }, buyer, item, quantity) {
  const { store, shelves: [{ integration }] } = selling;
  const { id: external } = await meta.order(buyer.user_id, [{ id: item.id, quantity }], 'please');
  const listed = async () => (await hub.api(inStore(store, `orders?integration_id=${integration}&limit=250`))).data.find(({ external_id: id }) => id === external);
  const order = await hub.api(inStore(store, `orders/${(await until('the order is there', listed, patience)).id}`));
  const [line] = order.lines;
  const said = [order.lines.length, line.variant_id, line.quantity, order.total.shop.amount, order.total.shop.currency];
  const wanted = [1, item.id, quantity, quantity * Number(item.price), item.currency];
  if (JSON.stringify(said) !== JSON.stringify(wanted)) throw new Error(`the order is ${JSON.stringify(said)} instead of ${JSON.stringify(wanted)}`);
  return order;
}

const inHub = `SELECT sum(greatest(i.available, 0)) AS n FROM variant_listing l
  JOIN inventory i ON i.integration_id = l.integration_id AND i.inventory_item_id = l.inventory_item_id AND i.deleted_at IS NULL
  WHERE l.variant_id = :'variant'::uuid AND l.integration_id = :'integration'::uuid AND l.deleted_at IS NULL`;

/** The units of one variant wherever they are told: {shop, hub, whatsapp, facebook}. */
async function unitsEverywhere(tour, id) {
  const { store, shelves } = tour.selling;
  const units = {
    shop: (await wantedOffers(tour, store)).get(id)?.available,
    hub: await tour.hub.number(inHub, { variant: id, integration: store.integration }),
  };
  for (const { name, catalogue } of shelves) units[name] = (await tour.meta.catalogue(catalogue)).find((item) => item.id === id)?.available;
  return units;
}

/** Nothing else may be sold meanwhile. */
export async function sellByMessage(tour, { quantity = 2 } = {}) {
  const item = pickOne(await wantedOffers(tour, tour.selling.store), quantity + 3);
  const buyer = await tour.meta.buyer('4915112345678', 'Ada');
  tour.buyer = buyer;
  await talk(tour, buyer, item);
  const began = Date.now();
  const order = await takeOrder(tour, buyer, item, quantity);
  const left = item.available - quantity;
  let units;
  await until('stock goes down everywhere', async () => {
    units = await unitsEverywhere(tour, item.id);
    return Object.values(units).every((one) => one === left);
  }, { ...patience, every: 250, progress: () => JSON.stringify(units) });
  const places = Object.keys(units).join(', ');
  return `shown one product, a buyer ordered ${quantity}: order ${order.id}, its line tied to the variant; stock ${item.available} -> ${left} in ${places} ${((Date.now() - began) / 1000).toFixed(1)} s after`;
}
