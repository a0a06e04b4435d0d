// The tour behind packaging/quickstart. See that file for its use; options for tests:
//   --hub FILE --plugins FOLDER --products N --edits N
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Hub } from './hub.mjs';
import { freePort } from './process.mjs';
import { Simulator } from './simulator.mjs';
import * as steps from './steps.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
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

/** Short, because a unix socket lies in it; open to the service user PostgreSQL drops to. */
function makeFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'souk-'));
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, 'simulator'));
  return folder;
}

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
    (await step('a simulated platform', async () => {
      tour.simulator = await Simulator.start({ root, folder: tour.folder, hub: url, stores: 3, products, plan: 'enterprise' });
      tour.hub.env.SOUK_DEV_PLATFORM_HOSTS = `*.myshopify.com=127.0.0.1:${tour.simulator.https_port}`;
      tour.hub.env.SOUK_DEV_PLATFORM_CA = tour.simulator.ca;
      return `3 shops of ${products} products each`;
    })) && (await step('the hub', async () => `embedded PostgreSQL made, migrated and ready in ${await tour.hub.start()} ms`))
  );
}

async function show() {
  const go =
    (await step('stores', () => steps.prepareStores(tour))) &&
    (await step('connect', () => steps.connectStores(tour))) &&
    (await step('first sync', () => steps.followRuns(tour))) &&
    (await step('tables', () => steps.compareTables(tour)));
  if (!go) return;
  await step('webhooks', () => steps.editAndFollow(tour, edits, 11));
  await step('refusals', () => steps.refusals(tour));
  if (!options.check) return;
  await step('crash, early', () => steps.crash(tour, { edits: Math.ceil(edits * 0.6), seed: 23, after: 400 }));
  await step('crash, late', () => steps.crash(tour, { edits: Math.ceil(edits * 0.6), seed: 37, after: 2500 }));
}

async function end() {
  const enders = [tour.hub?.child, tour.simulator?.child].filter(Boolean);
  const stopped = await step('stop', async () => {
    for (const child of enders) await child.end();
    return 'everything that was started has ended';
  });
  if (stopped && failed === 0) rmSync(tour.folder, { recursive: true, force: true });
  else console.log(`logs are kept in ${tour.folder}`);
}

function tellWhatToTry() {
  const { hub } = tour;
  const [store] = hub.stores;
  const curl = `curl -s -H "Authorization: Bearer ${hub.token}"`;
  const env = Object.entries(hub.env).map(([name, value]) => `${name}='${value}'`).join(' ');
  console.log(`
The hub is up. It keeps the three demo stores in step until you press Ctrl-C.

  address   ${hub.url}            what it can: ${hub.url}/openapi.json
  token     ${hub.token}

Try:
  ${curl} '${hub.url}/api/v1/overview?store_id=${store.id}'
  ${curl} -N '${hub.url}/api/v1/events?store_id=${store.id}'        (leave it open, then edit:)
  curl -s -X POST ${tour.simulator.control}/edits -d '{"count": 5}'
  env ${env} ${hub.binary} product list --store ${store.name} -q bag

A question for an agent, with the answer it should fetch:
  "Which bags are in stock in ${store.name}, and what do they cost?"
  ${curl} '${hub.url}/api/v1/products?store_id=${store.id}&q=bag&in_stock=true&status=active'
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
