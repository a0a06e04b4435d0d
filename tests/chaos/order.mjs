// Truth under disorder: a small shop for every seed is edited while its deliveries come shuffled, repeated, a day
// late with the bodies of then, `paid` before `create`, updates after deletions, two edits in one second. In the
// end the hub's tables equal the platform's truth, row by row.
import { until } from '../../packaging/tour/process.mjs';
import { connectOne } from '../../packaging/tour/steps.mjs';
import { differences } from '../support/compare/compare.mjs';
import { hubRows } from '../support/compare/hub.mjs';
import { entities, truthFrom } from '../support/compare/truth.mjs';
import { disorderIn } from './support/disorder.mjs';
import { World } from './support/world.mjs';

const shortForm = 10;
const fullForm = 200;
const atOnce = 6;
const patience = 600;

const edits = 100;
const chunk = 10;
const spreadSeconds = 3600;
const size = '12';
const dayMs = 86_400_000;
const faults = { duplicate: 0.25, duplicate_ms: dayMs / 6, reorder: dayMs / 48, late_stale: 0.1, late_stale_ms: dayMs };
/** The shops' own time: everything late has come when it reaches today. */
const beginning = () => new Date(Date.now() - 3 * dayMs).toISOString();

async function makeWorld(stage, seeds) {
  const world = new World(stage);
  await world.makeCluster();
  // One sync a shop: no later one may mend what the deliveries left wrong.
  await world.makeHosts(['host'], { env: { SOUK_SYNC_INTERVAL: '7d', SOUK_LOG_LEVEL: 'warning' } });
  const more = ['--no-giants', '--customers', size, '--orders', size, '--now', beginning()];
  await world.makePlatform({ stores: Math.max(...seeds), products: size, more });
  const { hub, simulator } = world;
  await simulator.call('clock', { now: new Date().toISOString() });
  await simulator.faults(faults);
  const ready = await hub.start();
  await hub.command('app', 'set', 'shopify', '--client-id', 'souk-tour', '--client-secret-file', simulator.secretFile);
  hub.token = (await hub.command('token', 'create', '--role', 'admin', '--name', 'order', '--all-stores')).trim();
  return { world, ready };
}

async function connectShop(world, seed) {
  const { hub, simulator } = world;
  const { domain, currency, time_zone } = simulator.shops[seed - 1];
  const { id } = await hub.api('stores', { method: 'POST', send: { name: `seed-${seed}`, currency, time_zone } });
  await simulator.call('clock', { shop: domain, now: beginning(), frozen: true });
  const store = { id, domain };
  await connectOne(world, store);
  return store;
}

async function synced({ hub }, store) {
  const run = await until('the first sync ends', async () => {
    const [newest] = (await hub.api(`sync?store_id=${store.id}&limit=1`)).data;
    return newest && !['queued', 'running', 'waiting'].includes(newest.status) && newest;
  }, { seconds: patience, every: 250 });
  if (run.status !== 'complete') throw new Error(`the first sync is ${run.status}: ${run.error}`);
}

const countOf = ({ hub }, store, what) => hub.number(`SELECT count(*) AS n FROM ${what}`, { integration: store.integration });
const none = (world, store, what, sentence) =>
  until(sentence, async () => (await countOf(world, store, what)) === 0, { seconds: patience, every: 250 });
const of = `integration_id = :'integration'::uuid`;

/** Edits by and by; what falls due in between is delivered in between. */
async function edit({ simulator }, { domain }, seed) {
  for (let done = 0; done < edits; done += chunk) {
    await simulator.call('edits', { shop: domain, count: chunk, seed: `order ${seed} ${done}`, spread_seconds: spreadSeconds });
    await simulator.call('deliveries/idle', { shop: domain });
  }
}

/** Time passes until the last late one, and what had to be retried, has come. */
async function deliverAll({ simulator }, { domain }) {
  for (let days = 0; days < 10; days += 1) {
    await simulator.call('clock', { shop: domain, advance_seconds: dayMs / 1000 });
    if ((await simulator.call('deliveries/idle', { shop: domain })).pending === 0) return;
  }
  throw new Error('deliveries are still refused after ten days of the shop');
}

async function settled(world, store) {
  await synced(world, store);
  // A follow-up job is there before its event or job is done, so none of both means nothing is left.
  const open = `(SELECT id FROM webhook WHERE ${of} AND state = 'waiting' UNION ALL SELECT id FROM job WHERE ${of} AND state <> 'dead') AS open`;
  await none(world, store, open, 'the hub has applied everything');
  const dead = await countOf(world, store, `(SELECT id FROM webhook WHERE ${of} AND state = 'dead' UNION ALL SELECT id FROM job WHERE ${of} AND state = 'dead') AS dead`);
  if (dead > 0) throw new Error(`${dead} events or jobs were parked`);
}

async function compare({ hub, simulator }, store) {
  let rows = 0;
  const found = [];
  for (const entity of entities) {
    const truth = truthFrom(entity, await simulator.truth(store.domain, entity));
    rows += truth.size;
    found.push(...differences(entity, truth, await hubRows(hub.database, store.integration, entity)));
  }
  if (found.length > 0) throw new Error(`${found.length} differences in ${rows} rows:\n  ${found.slice(0, 20).join('\n  ')}`);
  return rows;
}

/** What was delivered, each stored once however often it came. */
async function stored(world, store) {
  const { deliveries } = await world.simulator.call(`deliveries?shop=${store.domain}&limit=100000&body=1`);
  const lost = deliveries.filter(({ state }) => state !== 'delivered').length;
  const kept = await countOf(world, store, `webhook WHERE ${of}`);
  if (lost > 0 || kept !== deliveries.length) throw new Error(`of ${deliveries.length} deliveries ${lost} failed, and ${kept} are stored`);
  return deliveries;
}

async function playSeed(world, seed) {
  const store = await connectShop(world, seed);
  // Every other shop is edited while its first sync reads it.
  await (seed % 2 ? synced(world, store) : none(world, store, `job WHERE ${of} AND kind = 'subscribe'`, 'the webhooks are subscribed'));
  await edit(world, store, seed);
  await deliverAll(world, store);
  await settled(world, store);
  const rows = await compare(world, store);
  const deliveries = await stored(world, store);
  const refetches = await countOf(world, store, `(SELECT DISTINCT cause_id FROM sync_log WHERE ${of} AND cause = 'refetch') AS jobs`);
  return { 'rows equal': rows, deliveries: deliveries.length, refetches, ...disorderIn(deliveries) };
}

const text = (figures) => Object.entries(figures).map(([name, count]) => `${count} ${name}`).join(', ');

export default async function order(stage) {
  const seeds = stage.seedsOr(shortForm, fullForm);
  let world;
  await stage.step('PostgreSQL, platform, host', async () => {
    const made = await makeWorld(stage, seeds);
    world = made.world;
    return `ready in ${made.ready} ms`;
  });
  const total = {};
  const failed = [];
  const left = [...seeds];
  const work = async () => {
    for (let seed = left.shift(); seed !== undefined; seed = left.shift())
      await stage.step(`seed ${seed}`, async () => {
        const figures = await playSeed(world, seed);
        for (const [name, count] of Object.entries(figures)) total[name] = (total[name] ?? 0) + count;
        return text(figures);
      }).catch(() => failed.push(seed));
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  await stage.step('truth', () => {
    if (failed.length > 0) {
      [stage.seed] = failed;
      throw new Error(`${failed.length} of ${seeds.length} seeds differ: ${failed.join(', ')}`);
    }
    const missing = Object.keys(total).filter((name) => total[name] === 0);
    if (seeds.length >= shortForm && missing.length > 0) throw new Error(`never happened, so nothing was shown about it: ${missing.join(', ')}`);
    return `all of ${seeds.length} seeds: ${text(total)}`;
  });
}
