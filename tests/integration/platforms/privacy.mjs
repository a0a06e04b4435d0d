// People's rights as platforms ask for them: deliveries of the simulators, signed as in life, into a whole hub. What is
// left is looked for in a dump of the whole database. HUB_BINARY and HUB_PLUGINS name the build.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { endAll, makeFolder, startPlatforms } from '../../../packaging/tour/demo.mjs';
import { ask } from '../../../packaging/tour/http.mjs';
import { Hub } from '../../../packaging/tour/hub.mjs';
import { freePort, until } from '../../../packaging/tour/process.mjs';
import { connectSelling } from '../../../packaging/tour/selling.mjs';
import * as steps from '../../../packaging/tour/steps.mjs';
import { select } from '../../support/compare/hub.mjs';

const [binary, plugins] = [process.env.HUB_BINARY, process.env.HUB_PLUGINS].map((path) => resolve(path));
const patience = { seconds: 120, every: 200 };
const tour = {};
let store, other, buyer;

const get = (path, { id } = store) => tour.hub.api(`${path}${path.includes('?') ? '&' : '?'}store_id=${id}`);
const send = (topic, id, { domain } = store) => tour.simulator.call('webhooks/send', { shop: domain, topic, id });
const truth = async (entity, { domain } = store) =>
  (await tour.simulator.truth(domain, entity)).split('\n').filter(Boolean).map((line) => JSON.parse(line));

async function dump() {
  const { host, user, name } = tour.hub.database;
  const { stdout } = await promisify(execFile)('pg_dump', ['-h', host, '-U', user, '-d', name, '--inserts'], { maxBuffer: 2 ** 30 });
  assert.match(stdout, /INSERT INTO public\.orders/);
  return stdout;
}

/** Every way in which a text may stand in a dump. */
function looksOf(text) {
  const bytes = Buffer.from(text);
  const looks = [text, encodeURIComponent(text), bytes.toString('hex')];
  for (const pad of [0, 1, 2]) {
    const whole = Buffer.concat([Buffer.alloc(pad, 'x'), bytes]).toString('base64');
    looks.push(whole.slice(pad === 0 ? 0 : pad + 1, -4));
  }
  return looks;
}
const foundIn = (content, texts) => texts.filter((text) => looksOf(text).some((look) => content.includes(look)));

/** What stands for this person alone, of all who are known to the platform. */
function textsOf(person, everybody) {
  const own = ({ email, phone, addresses }) => [email, phone, ...addresses.map(({ address1 }) => address1)].filter((text) => text?.length > 7);
  const others = new Set(everybody.filter(({ id }) => id !== person.id).flatMap(own));
  return own(person).filter((text) => !others.has(text));
}

async function request(what, of = store) {
  let found;
  const ended = async () => {
    [found] = (await get('privacy-requests', of)).data.filter((one) => one.what === what);
    return found && !['received', 'working'].includes(found.state);
  };
  await until(`a request of ${what} ended`, ended, { ...patience, progress: () => found?.state });
  return found;
}

const books = (of = store) => tour.hub.number(`SELECT coalesce(sum(total_minor), 0) AS n FROM orders WHERE store_id = '${of.id}'`);

before(async () => {
  tour.folder = makeFolder();
  tour.hub = new Hub({ binary, plugins, folder: tour.folder, port: await freePort() });
  await startPlatforms(tour, { stores: 2, products: 20 });
  await tour.hub.start();
  await steps.prepareStores(tour);
  await steps.connectStores(tour);
  await steps.followRuns(tour);
  [store, other] = tour.hub.stores;
  await tour.simulator.edit(30, 7);
  await tour.simulator.delivered(patience.seconds);
  await tour.hub.settled(patience.seconds);
  const customers = [...(await truth('customers')), ...(await truth('customers', other))];
  const orders = await truth('orders');
  const known = new Set((await get('customers?limit=250')).data.map((one) => one.external_id));
  buyer = customers.find((one) => known.has(one.id) && textsOf(one, customers).length >= 2 && orders.some((order) => order.customer_id === one.id && !order.older_than_60_days));
  assert.ok(buyer, 'nobody has bought anything lately');
  buyer.texts = textsOf(buyer, customers);
  await send('customers/update', buyer.id);
  await tour.simulator.delivered(patience.seconds);
  await tour.hub.settled(patience.seconds);
});

after(async () => {
  await endAll(tour);
  if (tour.folder) rmSync(tour.folder, { recursive: true, force: true });
});

test('whatIsKeptOfABuyerIsTold', async () => {
  await send('customers/data_request', buyer.id);
  const { id, state, counts, external_id: number } = await request('export');
  assert.equal(state, 'done');
  assert.match(number, /^\d+$/);
  assert.ok(counts.customer === 1 && counts.orders >= 1 && counts.webhook >= 1, JSON.stringify(counts));
  const document = await get(`privacy-requests/${id}/document`);
  assert.deepEqual(foundIn(JSON.stringify(document), [buyer.email]), [buyer.email]);
  assert.equal(document.orders.length, counts.orders);
  assert.ok((await get(`privacy-requests/${id}`)).fetched_at);
  const told = JSON.parse(await tour.hub.command('privacy', 'export', id, '--store', store.id));
  assert.equal(told.customers[0].email, buyer.email);
});

test('whoIsErasedIsNowhereAndTheBooksStay', async () => {
  const [sum, others] = [await books(), await tour.hub.number(`SELECT count(*) AS n FROM customer WHERE email IS NOT NULL`)];
  assert.deepEqual(foundIn(await dump(), buyer.texts), buyer.texts);
  await send('customers/redact', buyer.id);
  const { state, counts, due_at: due, received_at: received } = await request('erase_customer');
  assert.equal(state, 'done');
  assert.equal(new Date(due) - new Date(received), 30 * 86_400_000);
  assert.ok(counts.customer === 1 && counts.orders >= 1 && counts.webhook >= 2, JSON.stringify(counts));
  assert.deepEqual(foundIn(await dump(), buyer.texts), []);
  assert.equal(await books(), sum);
  assert.equal(await tour.hub.number(`SELECT count(*) AS n FROM customer WHERE email IS NOT NULL`), others - 1);
});

test('whatThePlatformTellsAgainStaysErased', async () => {
  const { id } = await tour.hub.api('sync', { method: 'POST', send: { integration_id: store.integration, mode: 'full' } });
  const ended = async () => !['queued', 'running', 'waiting'].includes((await get(`sync/${id}`)).status);
  await until('the shop is read once more', ended, patience);
  assert.equal((await get(`sync/${id}`)).status, 'complete');
  assert.deepEqual(foundIn(await dump(), buyer.texts), []);
});

test('whoeverConnectedAPageIsForgottenAndCanReadOfIt', async () => {
  await connectSelling(tour);
  const told = await tour.meta.call('wishes', { uri: 'https://souk.test/api/webhooks/facebook', user_id: '218471' });
  assert.equal(told.status, 200);
  const [{ code }] = await select(tour.hub.database, `SELECT code FROM answered_delivery WHERE platform = 'facebook'`);
  const page = async () => (await ask(`${tour.hub.url}/api/webhooks/facebook/requests/${code}`)).body;
  await until('the page tells that it was done', async () => (await page()).includes('Your data was deleted'), patience);
  const left = `SELECT (SELECT count(*) FROM credential c JOIN integration i ON i.id = c.integration_id WHERE i.platform = 'facebook')
    + (SELECT count(*) FROM integration WHERE '218471' = ANY (other_ids)) AS n`;
  assert.equal(await tour.hub.number(left), 0);
  const [last] = (await get('privacy-requests?limit=1')).data;
  assert.deepEqual([last.state, last.code], ['done', code]);
});

test('aShopThatIsLetGoIsErasedTwoDaysLater', async () => {
  const sum = await books();
  await tour.simulator.call(`shops/${other.domain}/uninstall`, {});
  await tour.simulator.delivered(patience.seconds);
  await until('it is let go', async () => (await tour.hub.api(`integrations/${other.integration}`)).status === 'disconnected', patience);
  await tour.simulator.call('clock', { advance_seconds: 48 * 3600 + 60 });
  await tour.simulator.delivered(patience.seconds);
  const { state, counts } = await request('erase_store', other);
  assert.equal(state, 'done');
  assert.ok(counts.orders > 0 && counts.product > 0 && counts.customer > 0 && counts.webhook > 0, JSON.stringify(counts));
  for (const table of ['orders', 'customer', 'product_listing', 'variant_listing', 'inventory', 'location', 'webhook', 'credential', 'sync_log'])
    assert.equal(await tour.hub.number(`SELECT count(*) AS n FROM ${table} WHERE integration_id = '${other.integration}'`), 0, table);
  for (const table of ['product', 'product_variant'])
    assert.equal(await tour.hub.number(`SELECT count(*) AS n FROM ${table} WHERE store_id = '${other.id}'`), 0, table);
  assert.equal((await dump()).includes(other.domain), false);
  assert.equal(await books(), sum);
});
