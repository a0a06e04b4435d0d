// What the tour shows, step by step. Each returns the sentence with its figures.
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { differences } from '../../tests/support/compare/compare.mjs';
import { hubRows } from '../../tests/support/compare/hub.mjs';
import { entities, truthFrom } from '../../tests/support/compare/truth.mjs';
import { ask } from './http.mjs';
import { pause, until } from './process.mjs';
import { followShelves } from './shelves.mjs';

/** How long, in seconds, work may stand still before the tour calls it stuck. */
const stillFor = 180;
const seconds = (began) => ((Date.now() - began) / 1000).toFixed(1);

export async function prepareStores({ hub, simulator }) {
  await hub.command('app', 'set', 'shopify', '--client-id', 'souk-tour', '--client-secret-file', simulator.secretFile);
  hub.token = (await hub.command('token', 'create', '--role', 'admin', '--name', 'tour', '--all-stores')).trim();
  hub.stores = [];
  for (const shop of simulator.shops) {
    const name = shop.domain.split('.')[0];
    const store = await hub.commandJson('store', 'add', name, '--currency', shop.currency, '--time-zone', shop.time_zone);
    hub.stores.push({ id: store.id, name, domain: shop.domain, currency: shop.currency });
  }
  return `${hub.stores.length} stores in ${hub.stores.map((store) => store.currency).join(', ')}`;
}

/** Connects a store's shop; again, when it was connected before. */
export async function connectOne({ hub, simulator }, store) {
  const send = { store_id: store.id, platform: 'shopify', config: { shop: store.domain } };
  store.integration ??= (await hub.api('integrations', { method: 'POST', send })).id;
  const { connect_url: address } = await hub.api(`integrations/${store.integration}/connect`, { method: 'POST', send: {} });
  const opened = await ask(address);
  const cookie = opened.headers['set-cookie'][0].split(';')[0];
  const consent = await simulator.browse(`${opened.headers.location}&approve=1`);
  store.callback = consent.headers.location;
  store.cookie = cookie;
  const finished = await ask(store.callback, { headers: { cookie } });
  if (finished.status !== 200) throw new Error(`${store.domain} was not connected: ${finished.status} ${finished.body}`);
}

export async function connectStores(tour) {
  const times = [];
  for (const store of tour.hub.stores) {
    const began = Date.now();
    await connectOne(tour, store);
    times.push(Date.now() - began);
  }
  return `by OAuth, with state, signature and scopes checked: ${times.join(', ')} ms`;
}

/** Waits for the newest run of every store; they started by themselves. */
export async function followRuns({ hub }) {
  const began = Date.now();
  let processed = 0;
  for (const store of hub.stores) {
    let newest;
    const ended = async () => {
      newest = (await hub.api(`sync?store_id=${store.id}&limit=1`)).data[0];
      return newest && ['complete', 'incomplete', 'failed', 'cancelled'].includes(newest.status) && newest;
    };
    const progress = () => JSON.stringify([newest?.id, newest?.stage, ...(newest?.entities ?? []).map((entity) => entity.processed)]);
    const run = await until(`the run of ${store.name} ends`, ended, { seconds: stillFor, every: 250, progress });
    if (run.status !== 'complete') throw new Error(`the run of ${store.name} is ${run.status}: ${run.error}`);
    if (run.mode !== 'incremental' && !run.verified) throw new Error(`the run of ${store.name} is not verified`);
    processed += run.entities.reduce((sum, entity) => sum + entity.processed, 0);
  }
  const took = (Date.now() - began) / 1000;
  return `${processed} records, verified complete, ${took.toFixed(1)} s`;
}

export async function compareTables({ hub, simulator }) {
  let rows = 0;
  const found = [];
  for (const store of hub.stores) {
    for (const entity of entities) {
      const truth = truthFrom(entity, await simulator.truth(store.domain, entity));
      rows += truth.size;
      found.push(...differences(entity, truth, await hubRows(hub.database, store.integration, entity)).map((line) => `${store.name}: ${line}`));
    }
  }
  if (found.length > 0) throw new Error(`${found.length} differences in ${rows} rows:\n  ${found.slice(0, 12).join('\n  ')}`);
  return `${rows} rows equal the platform's truth`;
}

/** Deliveries and what follows from them, to the end; then the tables again, and what else shows their products. */
async function settleAndCompare(tour) {
  await tour.simulator.delivered(stillFor);
  await tour.hub.settled(stillFor);
  let shown = '';
  if (tour.selling) {
    await tour.meta.delivered(stillFor);
    shown = `, ${await followShelves(tour, stillFor)} offers on both catalogues`;
  }
  const parked = await tour.hub.parked();
  if (parked > 0) throw new Error(`${parked} events or jobs were parked; souk webhook list --state dead names them`);
  return `${await compareTables(tour)}${shown}`;
}

export async function editAndFollow(tour, count, seed) {
  await tour.simulator.faults({ duplicate: 0.2, reorder: 0.2, late_stale: 0.05 });
  const began = Date.now();
  await tour.simulator.edit(count, seed);
  const equal = await settleAndCompare(tour);
  return `${count} edits as webhooks, repeated, reordered and late: ${equal} after ${seconds(began)} s`;
}

/** kill -9 in the middle of a full sync and of a burst of edits. */
export async function crash(tour, { edits, seed, after }) {
  const { hub, simulator } = tour;
  for (const store of hub.stores) await hub.api('sync', { method: 'POST', send: { integration_id: store.integration, mode: 'full' } });
  const burst = simulator.edit(edits, seed);
  await pause(after);
  await hub.child.end('SIGKILL');
  await burst;
  const ready = await hub.start();
  const began = Date.now();
  await followRuns(tour);
  const equal = await settleAndCompare(tour);
  return `killed ${after} ms into a sync and ${edits} edits, ready again in ${ready} ms: ${equal} ${seconds(began)} s later`;
}

export async function refusals({ hub, simulator }) {
  const body = '{"id":1}';
  const secret = readFileSync(simulator.secretFile, 'utf8').trim();
  const deliver = (domain, signature) =>
    ask(`${hub.url}/api/webhooks/shopify`, {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json', 'content-length': body.length, 'x-shopify-topic': 'products/update',
        'x-shopify-shop-domain': domain, 'x-shopify-webhook-id': `tour-${domain}`, 'x-shopify-hmac-sha256': signature,
      },
    });
  const signature = createHmac('sha256', secret).update(body).digest('base64');
  const store = hub.stores[0];
  const answers = {
    'a wrong signature': [(await deliver(store.domain, 'AAAA')).status, 401],
    'an unknown shop': [(await deliver('nobody.myshopify.com', signature)).status, 404],
    'a replayed state': [(await ask(store.callback, { headers: { cookie: store.cookie } })).status, 422],
    'no token': [(await ask(`${hub.url}/api/v1/stores`)).status, 401],
  };
  for (const [what, [status, wanted]] of Object.entries(answers))
    if (status !== wanted) throw new Error(`${what} was answered ${status} instead of ${wanted}`);
  return Object.entries(answers).map(([what, [status]]) => `${what} ${status}`).join(', ');
}
