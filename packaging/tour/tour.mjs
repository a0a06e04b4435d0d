// The tour behind packaging/quickstart. See that file for its use; options for tests:
//   --hub FILE --plugins FOLDER --products N --edits N
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { endAll, makeFolder, root, startPlatforms } from './demo.mjs';
import { Hub } from './hub.mjs';
import { freePort } from './process.mjs';
import * as selling from './selling.mjs';
import * as steps from './steps.mjs';
import { stockEverywhere } from './stock.mjs';

const { values: options } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    hub: { type: 'string', default: join(root, 'build/release/bin/souk') },
    plugins: { type: 'string', default: join(root, 'build/release/plugins') },
    products: { type: 'string', default: '2000' },
    edits: { type: 'string', default: '500' },
  },
});
const products = Number(options.products);
const edits = Number(options.edits);

const tour = {};
let passed = 0;
let failed = 0;

async function step(name, act) {
  const began = Date.now();
  try {
    const figures = await act();
    passed += 1;
    console.log(`ok      ${name}: ${figures} [${((Date.now() - began) / 1000).toFixed(1)} s]`);
    return true;
  } catch (error) {
    failed += 1;
    console.log(`FAILED  ${name}: ${error.message} [${((Date.now() - began) / 1000).toFixed(1)} s]`);
    if (tour.hub?.child) console.log(`--- the hub's log ends\n${tour.hub.child.tail()}\n---`);
    return false;
  }
}

async function begin() {
  const port = options.check ? await freePort() : 8080;
  const url = `http://127.0.0.1:${port}`;
  tour.folder = makeFolder();
  tour.hub = new Hub({ binary: resolve(options.hub), plugins: resolve(options.plugins), folder: tour.folder, port });
  return (
    (await step('simulated platforms', async () => {
      await startPlatforms(tour, { stores: 3, products });
      return `Shopify with 3 shops of ${products} products each, Facebook and WhatsApp with a catalogue each`;
    })) && (await step('the hub', async () => `embedded PostgreSQL made, migrated and ready in ${await tour.hub.start()} ms`))
  );
}

/** Speed is proved by tests/bench/run publish; without a person only its figures are told. */
function stockLoad() {
  if (options.check) return { changes: Math.ceil(edits / 3), edits };
  return { changes: 100, edits, most: 5000 };
}

async function show() {
  const go =
    (await step('stores', () => steps.prepareStores(tour))) &&
    (await step('connect', () => steps.connectStores(tour))) &&
    (await step('first sync', () => steps.followRuns(tour))) &&
    (await step('tables', () => steps.compareTables(tour)));
  if (!go) return;
  const sells =
    (await step('selling', () => selling.connectSelling(tour))) &&
    (await step('publish', () => selling.publishAll(tour))) &&
    (await step('sale by message', () => selling.sellByMessage(tour))) &&
    (await step('stock', () => stockEverywhere(tour, stockLoad())));
  if (!sells) return;
  await step('webhooks', () => steps.editAndFollow(tour, edits, 11));
  await step('refusals', () => steps.refusals(tour));
  if (!options.check) return;
  await step('crash, early', () => steps.crash(tour, { edits: Math.ceil(edits * 0.6), seed: 23, after: 400 }));
  await step('crash, late', () => steps.crash(tour, { edits: Math.ceil(edits * 0.6), seed: 37, after: 2500 }));
}

async function end() {
  const stopped = await step('stop', async () => {
    await endAll(tour);
    return 'everything that was started has ended';
  });
  if (stopped && failed === 0) rmSync(tour.folder, { recursive: true, force: true });
  else console.log(`logs are kept in ${tour.folder}`);
}

function tellWhatToTry() {
  const { hub, meta } = tour;
  const [store] = hub.stores;
  const [account] = meta.accounts;
  const curl = `curl -s -H "Authorization: Bearer ${hub.token}"`;
  const env = Object.entries(hub.env).map(([name, value]) => `${name}='${value}'`).join(' ');
  console.log(`
The hub is up. It keeps the three demo stores in step until you press Ctrl-C; ${store.name} sells on all three platforms.

  address   ${hub.url}            what it can: ${hub.url}/openapi.json
  token     ${hub.token}
  Shopify   simulated, steered at ${tour.simulator.control}      plugins/shopify/simulator/README.md
  Facebook  simulated, steered at ${meta.control}      plugins/meta/simulator/README.md
  WhatsApp  the same process, account ${account.waba_id}

Try:
  ${curl} '${hub.url}/api/v1/overview?store_id=${store.id}'
  ${curl} -N '${hub.url}/api/v1/events?store_id=${store.id}'        (leave it open, then edit:)
  curl -s -X POST ${tour.simulator.control}/edits -d '{"count": 5}'
  env ${env} ${hub.binary} product list --store ${store.name} -q bag

Conversations, and writing as the buyer of the tour:
  ${curl} '${hub.url}/api/v1/conversations?store_id=${store.id}'
  curl -s -X POST ${meta.control}/accounts/${account.waba_id}/say -d '${JSON.stringify({ number: account.phone_number_id, user_id: tour.buyer.user_id, message: { type: 'text', text: { body: 'Do you have bags?' } } })}'

A question for an agent, with the answer it should fetch:
  "Which bags are in stock in ${store.name}, what do they cost, and are they on Facebook and WhatsApp too?"
  ${curl} '${hub.url}/api/v1/products?store_id=${store.id}&q=bag&in_stock=true&status=active'        (platform_sync tells)
`);
}

const interrupted = new Promise((done) => ['SIGINT', 'SIGTERM'].forEach((signal) => process.once(signal, done)));
// Interrupted on the way, it still ends what it started.
interrupted.then(async () => {
  if (tour.shown) return;
  await end();
  process.exit(1);
});
try {
  if (await begin()) await show();
  tour.shown = !options.check;
  if (!options.check && failed === 0) {
    tellWhatToTry();
    await interrupted;
  }
} finally {
  await end();
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}
