// One store with two shops of one platform: what the first sells is offered in the second, follows, is sold there off the
// first one's stock, and goes again. The simulator holds the truth. HUB_BINARY and HUB_PLUGINS name the build.
import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { endAll, makeFolder, root } from '../../../packaging/tour/demo.mjs';
import { Hub } from '../../../packaging/tour/hub.mjs';
import { freePort, until } from '../../../packaging/tour/process.mjs';
import { Simulator } from '../../../packaging/tour/simulator.mjs';
import * as steps from '../../../packaging/tour/steps.mjs';
import { select } from '../../support/compare/hub.mjs';

const [binary, plugins] = [process.env.HUB_BINARY, process.env.HUB_PLUGINS].map((path) => resolve(path));
const patience = { seconds: 180, every: 250 };
const tour = {};
/** The first and the fifth shop sell in one currency. */
let source, target, seed = 100;

const lines = async (shop, kind) => (await tour.simulator.truth(shop.domain, kind)).split('\n').filter(Boolean).map((line) => JSON.parse(line));
const edit = (shop, kinds, more = {}) => tour.simulator.call('edits', { shop: shop.domain, count: 1, seed: (seed += 1), kinds, ...more });
const faults = (graphql) => tour.simulator.call('faults', { graphql });
const standing = () => tour.hub.api(`integrations/${target.integration}/publishing`);
const rows = (sql) => select(tour.hub.database, sql, { source: source.integration, target: target.integration });

/** What the hub holds together, by the platform's ids: products and variants of the source and what shows them in the target. */
const pairs = (table, id) =>
  rows(`SELECT n.external_id AS own, o.shown_id AS shown FROM ${table} n
    JOIN ${table} o ON o.${id} = n.${id} AND o.integration_id = :'target'::uuid AND o.published AND o.deleted_at IS NULL
    WHERE n.integration_id = :'source'::uuid AND n.deleted_at IS NULL AND NOT n.published`);

/** Products of the source that the target lists by itself. */
async function sharedIds() {
  const shared = await rows(`SELECT n.external_id AS id FROM product_listing n WHERE n.integration_id = :'source'::uuid AND EXISTS (
    SELECT FROM product_listing o WHERE o.product_id = n.product_id AND o.integration_id = :'target'::uuid AND NOT o.published AND o.deleted_at IS NULL)`);
  return new Set(shared.map(({ id }) => id));
}

const byId = (list) => new Map(list.map((one) => [one.id, one]));
/** Units over all places; null where they are not counted. */
function unitsOf(levels, item) {
  const own = levels.filter((level) => level.inventory_item_id === item && level.active);
  return own.length === 0 || own.some(({ tracked }) => !tracked) ? null : own.reduce((sum, { available }) => sum + Math.max(available, 0), 0);
}

async function worldOf(shop) {
  const [products, variants, levels] = await Promise.all(['products', 'variants', 'levels'].map((kind) => lines(shop, kind)));
  return { products: byId(products), variants: byId(variants), levels };
}

const looksOf = ({ title, description_html: text, vendor, product_type: type, options, media }) => ({
  title, text, vendor, type,
  options: options.map(({ name, values }) => [name, values]),
  pictures: media.filter((one) => one.type === 'image').length,
});
const detailsOf = ({ sku, barcode, price, compare_at_price: before, options, inventory_policy: policy, ...variant }, { levels }) => ({
  sku: sku ?? '', barcode: barcode ?? '', price: price.amount, options, policy,
  before: before && Number(before.amount) > Number(price.amount) ? before.amount : null,
  units: unitsOf(levels, variant.inventory_item_id),
});

/** Sentences on what the target shows otherwise than the source has it; `offered`: how many products it should show. */
async function compare() {
  const [from, to, shared, products, variants] = await Promise.all([worldOf(source), worldOf(target), sharedIds(), pairs('product_listing', 'product_id'), pairs('variant_listing', 'variant_id')]);
  const [shownProduct, shownVariant] = [products, variants].map((list) => new Map(list.map(({ own, shown }) => [own, shown])));
  const found = [];
  const differ = (what, wanted, shown) => {
    if (JSON.stringify(wanted) !== JSON.stringify(shown)) found.push(`${what}: ${JSON.stringify(shown)} instead of ${JSON.stringify(wanted)}`);
  };
  let offered = 0;
  for (const product of from.products.values()) {
    if (product.status !== 'active' || shared.has(product.id)) continue;
    offered += 1;
    const shown = to.products.get(shownProduct.get(product.id));
    differ(`product ${product.id}`, looksOf(product), shown && looksOf(shown));
    differ(`variants of ${product.id}`, product.variant_ids.map((id) => shownVariant.get(id)), shown?.variant_ids);
    for (const id of product.variant_ids) {
      const variant = to.variants.get(shownVariant.get(id));
      differ(`variant ${id}`, detailsOf(from.variants.get(id), from), variant && detailsOf(variant, to));
    }
  }
  return { offered, found, there: to.products.size };
}

/** Waits until the target shows what the source has, and nothing else is left to do. */
async function followed() {
  let last;
  await tour.simulator.delivered(patience.seconds);
  await tour.hub.settled(patience.seconds);
  await until('the second shop shows what the first one has', async () => {
    const { waiting, in_hand: hand, offers } = await standing();
    last = { found: [JSON.stringify({ waiting, hand, offers })] };
    if (waiting > 0 || hand > 0) return false;
    last = await compare();
    return last.found.length === 0 && target.own + last.offered === last.there;
  }, { ...patience, progress: () => JSON.stringify(last) }).catch((error) => {
    throw new Error([error.message, `${target.own} + ${last.offered} is ${last.there}`, ...last.found.slice(0, 6)].join('\n  '));
  });
  return last;
}

async function connect(name, domain, config = {}) {
  const shop = { id: tour.storeId, name: domain, domain };
  shop.integration = (await tour.hub.api('integrations', { method: 'POST', send: { store_id: tour.storeId, platform: 'shopify', name, config: { shop: domain, ...config } } })).id;
  await steps.connectOne(tour, shop);
  return shop;
}

async function fullRun(shop, start) {
  let run;
  if (start) await tour.hub.api('sync', { method: 'POST', send: { integration_id: shop.integration, mode: 'full' } });
  await until('the shop is read', async () => {
    const { data } = await tour.hub.api(`sync?store_id=${tour.storeId}&limit=50`);
    run = data.find(({ integration_id: id }) => id === shop.integration);
    return run && !['queued', 'running', 'waiting'].includes(run.status);
  }, patience);
  assert.equal(run.status, 'complete', run.error);
  return run;
}

const products = () => tour.hub.number(`SELECT count(*) AS n FROM product WHERE deleted_at IS NULL`);

/** An offered variant with units enough: {own, shown, listing of the product}. */
async function soldOne() {
  const [from, list, listings] = await Promise.all([worldOf(source), pairs('variant_listing', 'variant_id'), pairs('product_listing', 'product_id')]);
  const live = new Set(listings.map(({ own }) => own));
  return list.find(({ own }) => live.has(from.variants.get(own)?.product_id) && unitsOf(from.levels, from.variants.get(own).inventory_item_id) >= 5);
}

before(async () => {
  tour.folder = makeFolder();
  tour.hub = new Hub({ binary, plugins, folder: tour.folder, port: await freePort() });
  tour.simulator = await Simulator.start({ root, folder: tour.folder, hub: tour.hub.url, stores: 5, products: 12, plan: 'enterprise', more: ['--no-giants'] });
  const authorities = join(tour.folder, 'ca.pem');
  writeFileSync(authorities, tour.simulator.caText);
  tour.hub.env.SOUK_DEV_PLATFORM_CA = authorities;
  tour.hub.env.SOUK_DEV_PLATFORM_HOSTS = `*.myshopify.com=127.0.0.1:${tour.simulator.https_port}`;
  tour.hub.env.SOUK_PUBLISH_ANSWER = '5s';
  await tour.hub.start();
  await tour.hub.command('app', 'set', 'shopify', '--client-id', 'souk-tour', '--client-secret-file', tour.simulator.secretFile);
  tour.hub.token = (await tour.hub.command('token', 'create', '--role', 'admin', '--name', 'offering', '--all-stores')).trim();
  const [first, , , , fifth] = tour.simulator.shops;
  assert.equal(first.currency, fifth.currency);
  tour.storeId = (await tour.hub.commandJson('store', 'add', 'two-shops', '--currency', first.currency, '--time-zone', first.time_zone)).id;
  source = await connect('first', first.domain, { offers: 'no' });
  target = await connect('second', fifth.domain);
  await fullRun(source);
  await fullRun(target);
  await tour.hub.settled(patience.seconds);
  target.own = (await lines(target, 'products')).length;
});

after(async () => {
  await endAll(tour);
  if (tour.folder) rmSync(tour.folder, { recursive: true, force: true });
});

test('aShopThatDidNotGrantItIsTold', async () => {
  await tour.hub.api(`integrations/${source.integration}/publishing`, { method: 'POST', send: { enabled: true } });
  const { error } = await until('it is told', async () => {
    const told = await tour.hub.api(`integrations/${source.integration}/publishing`);
    return told.error && told;
  }, patience);
  assert.match(error, /write_products/);
  await tour.hub.api(`integrations/${source.integration}/publishing`, { method: 'POST', send: { enabled: false } });
});

test('whatOneShopSellsAppearsInTheOther', async () => {
  const before = await products();
  await tour.hub.command('integration', 'publishing', 'second', '--on', '--store', tour.storeId);
  const { offered } = await followed();
  assert.ok(offered > 3, `${offered} products are offered`);
  const shared = await sharedIds();
  assert.ok(shared.size > 0, 'no product is in both shops');
  const { offers } = await standing();
  assert.deepEqual(Object.keys(offers).filter((state) => state !== 'live' && state !== 'absent'), []);
  assert.equal(await products(), before);
});

test('whatComesBackIsNoNews', async () => {
  const before = await products();
  const run = await fullRun(target, true);
  assert.equal(run.verified, true);
  await tour.hub.settled(patience.seconds);
  assert.equal(await products(), before);
  const [{ n: known }] = await rows(`SELECT count(*) AS n FROM product_listing WHERE integration_id = :'target'::uuid AND NOT published AND deleted_at IS NULL`);
  assert.equal(known, target.own);
  const [{ n: told }] = await rows(`SELECT count(*) AS n FROM change c JOIN product_listing l ON l.product_id = c.entity_id
    WHERE c.integration_id = :'target'::uuid AND c.entity = 'product' AND l.integration_id = :'target'::uuid AND l.published`);
  assert.equal(told, 0);
  await tour.hub.api(`integrations/${target.integration}/publishing/compare`, { method: 'POST', send: {} });
  const { drift } = await until('the catalogue was compared', async () => {
    const now = await standing();
    return now.compared_at && now;
  }, patience);
  assert.deepEqual([drift.missing, drift.different, drift.unknown, drift.unreadable], [0, 0, 0, 0]);
});

test('whatChangesFollows', async () => {
  for (const kind of ['product_price', 'product_title', 'media_replace', 'variant_add', 'variant_remove', 'item_update', 'product_create', 'stock_set'])
    await edit(source, [kind], { count: 2 });
  await followed();
  const { own } = await soldOne();
  const { done: [{ units }] } = await edit(source, ['stock_set'], { variant: own });
  await followed();
  const [{ shown }] = (await pairs('variant_listing', 'variant_id')).filter((pair) => pair.own === own);
  const to = await worldOf(target);
  assert.equal(unitsOf(to.levels, to.variants.get(shown).inventory_item_id), units);
});

test('anOrderThereTakesTheStockOnce', async () => {
  const { own, shown } = await soldOne();
  const before = await worldOf(source);
  const item = before.variants.get(own).inventory_item_id;
  const { done: [{ order }] } = await edit(target, ['order_create'], { variant: shown });
  await until('the stock goes down', async () => unitsOf((await worldOf(source)).levels, item) === unitsOf(before.levels, item) - 2, patience);
  await followed();
  await tour.simulator.call('webhooks/send', { shop: target.domain, topic: 'orders/updated', id: order });
  await followed();
  const made = (await lines(source, 'adjustments')).filter(({ changes }) => changes.some((change) => change.inventory_item_id === item));
  assert.equal(made.length, 1);
  assert.equal(unitsOf((await worldOf(source)).levels, item), unitsOf(before.levels, item) - 2);
  const kept = (await tour.hub.api(`orders?store_id=${tour.storeId}&integration_id=${target.integration}&limit=250`)).data.find(({ external_id: id }) => id === order);
  const [line] = (await tour.hub.api(`orders/${kept.id}?store_id=${tour.storeId}`)).lines;
  const [{ variant }] = await rows(`SELECT variant_id AS variant FROM variant_listing WHERE integration_id = :'target'::uuid AND shown_id = '${shown}'`);
  assert.equal(line.variant_id, variant);
});

test('itsOwnGoodsAreItsOwn', async () => {
  const offered = new Set((await pairs('variant_listing', 'variant_id')).map(({ shown }) => shown));
  const own = (await lines(target, 'variants')).find(({ id, tracked }) => tracked && !offered.has(id));
  const before = (await lines(source, 'adjustments')).length;
  await edit(target, ['order_create'], { variant: own.id });
  await followed();
  assert.equal((await lines(source, 'adjustments')).length, before);
});

test('anAnswerThatIsLostMakesNoSecondProduct', async () => {
  await edit(source, ['product_create']);
  await edit(source, ['product_price']);
  await faults({ rate: 0.3, kind: 'lost', count: 12 });
  await edit(source, ['product_create'], { count: 2 });
  await edit(source, ['product_price'], { count: 2 });
  await followed();
  await faults({ rate: 0 });
  const groups = await rows(`SELECT count(*) AS n, count(DISTINCT shown_id) AS shown FROM product_listing WHERE integration_id = :'target'::uuid AND published AND deleted_at IS NULL`);
  assert.equal(groups[0].n, groups[0].shown);
});

test('aRefusalIsToldOfItsProduct', async () => {
  const { own } = await soldOne();
  await faults({ rate: 1, kind: 'refuse' });
  await edit(source, ['stock_set'], { variant: own });
  await tour.simulator.delivered(patience.seconds);
  const [{ product }] = await rows(`SELECT v.product_id AS product FROM variant_listing l JOIN product_variant v ON v.id = l.variant_id
    WHERE l.integration_id = :'source'::uuid AND l.external_id = '${own}'`);
  const listing = () => tour.hub.api(`products/${product}?store_id=${tour.storeId}`);
  const told = await until('it is told', async () => {
    const now = await listing();
    return now.platform_sync.second.state === 'rejected' && now;
  }, patience);
  const { publish_state: state, publish_error: error } = told.listings.find(({ published }) => published);
  assert.equal(state, 'rejected');
  assert.match(error, /refused by a fault/);
  assert.equal(told.platform_sync.second.synced, false);
  const { offers } = await standing();
  assert.ok(offers.live > 0 && offers.rejected > 0, JSON.stringify(offers));
  await faults({ rate: 0 });
  await edit(source, ['stock_set'], { variant: own });
  await followed();
  assert.equal((await listing()).platform_sync.second.state, 'live');
});

test('whatGoesIsWithdrawn', async () => {
  const before = (await pairs('product_listing', 'product_id')).length;
  const { done } = await edit(source, ['product_delete'], { count: 2 });
  await edit(source, ['product_status'], { count: 4 });
  const { offered } = await followed();
  assert.ok(offered < before + 2 && done.length === 2);
  assert.equal(await tour.hub.parked(), 0);
  const log = readFileSync(join(tour.folder, 'hub.log'), 'utf8');
  assert.doesNotMatch(log, /"level":"error"/);
});
