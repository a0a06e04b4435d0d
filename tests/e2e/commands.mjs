// `souk` as people use it, beside a running host and a simulated platform: connecting with a ready token, listings, exit
// codes, and one id followed from a request to its rows. HUB_BINARY and HUB_PLUGINS name the build.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ask, json } from '../../packaging/tour/http.mjs';
import { Hub } from '../../packaging/tour/hub.mjs';
import { freePort, until } from '../../packaging/tour/process.mjs';
import { Simulator } from '../../packaging/tour/simulator.mjs';
import { start } from '../../plugins/meta/simulator/start.mjs';
import { clusterUser, makeQuickDatabase } from '../support/cluster.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const [binary, plugins] = [process.env.HUB_BINARY, process.env.HUB_PLUGINS].map((path) => resolve(path));
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

let folder, hub, simulator, shop, meta;

/** A command's exit code and what it wrote. */
function souk(...args) {
  return new Promise((done) => {
    execFile(binary, args, { env: { ...process.env, ...hub.env }, maxBuffer: 1 << 26 }, (error, out, err) =>
      done({ code: error ? error.code : 0, out, err }));
  });
}

/** The hub's log lines of one matter. */
function linesOf(id) {
  const lines = readFileSync(join(folder, 'hub.log'), 'utf8').split('\n').filter((line) => line.startsWith('{'));
  return lines.map((line) => JSON.parse(line)).filter((line) => line.correlation_id === id);
}

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'souk-'));
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, 'simulator'));
  const port = await freePort();
  hub = new Hub({ binary, plugins, folder, port });
  simulator = await Simulator.start({ root, folder, hub: hub.url, stores: 1, products: 20, plan: 'enterprise' });
  mkdirSync(join(folder, 'graph'));
  meta = await start({
    seed: '1', clientId: 'souk-tour', clientSecret: 'of-the-simulated-app', redirectUris: [], folder: join(folder, 'graph'), pace: {},
    deliver: [{ from: 'https://souk.test', to: hub.url }], appUri: 'https://souk.test/api/webhooks/whatsapp',
    catalogues: [], pages: [], accounts: [{ name: 'Souk Demo', currency: 'USD', number: '15550783881' }],
  });
  hub.env.SOUK_DEV_PLATFORM_HOSTS = `*.myshopify.com=127.0.0.1:${simulator.https_port},graph.facebook.com=127.0.0.1:${meta.ready.https_port}`;
  hub.env.SOUK_DEV_PLATFORM_CA = join(folder, 'ca.pem');
  writeFileSync(hub.env.SOUK_DEV_PLATFORM_CA, readFileSync(simulator.ca) + readFileSync(meta.ready.ca));
  hub.env.SOUK_DATABASE_EMBEDDED_USER = clusterUser;
  makeQuickDatabase(hub.env.SOUK_DATABASE_EMBEDDED_FOLDER);
  await hub.start();
  [shop] = simulator.shops;
});

after(async () => {
  await hub?.child?.end('SIGTERM', 300);
  await meta?.close();
  await simulator?.child.end('SIGTERM', 60);
  if (folder) rmSync(folder, { recursive: true, force: true });
});

test('whatIsNotUnderstoodExits2AndWhatFailsExits1', async () => {
  for (const args of [[], ['no-such-command'], ['store', 'add'], ['webhook', 'list', '--state', 'odd'], ['store', 'list', '--limit', '0']]) {
    const { code, out, err } = await souk(...args);
    assert.equal(code, 2, `${args}: ${err}`);
    assert.equal(out, '', `${args} wrote to standard output`);
    assert.notEqual(err, '', `${args} said nothing`);
  }
  const { code, out, err } = await souk('webhook', 'list', '--json');
  assert.equal(code, 1);
  assert.equal(out, '');
  assert.match(err, /^souk: There is no store yet; `souk store add` makes one\.\n$/);
  assert.equal((await souk('--help')).code, 0);
});

test('everyCommandHasHelp', async () => {
  const { code, out } = await souk('--help-all');
  assert.equal(code, 0);
  for (const command of ['serve', 'migrate', 'app', 'store', 'integration', 'sync', 'webhook', 'log', 'plugin', 'token', 'product', 'order', 'customer', 'conversation', 'privacy'])
    assert.match(out, new RegExp(`^ *${command}\\b`, 'm'), `no ${command} in the help`);
});

test('aReadyTokenConnects', async () => {
  const secret = await souk('app', 'set', 'shopify', '--client-id', 'souk-tour', '--client-secret-file', simulator.secretFile, '--json');
  assert.deepEqual(JSON.parse(secret.out), { platform: 'shopify', set: ['client_id', 'client_secret'] });
  assert.equal((await souk('store', 'add', 'one', '--currency', shop.currency, '--time-zone', shop.time_zone)).code, 0);
  const { scopes } = JSON.parse(readFileSync(join(root, 'plugins/shopify/manifest.json'), 'utf8'));
  const issued = await json(`${simulator.control}/shops/${shop.domain}/tokens`, { method: 'POST', send: { scopes } });
  const file = join(folder, 'token');

  writeFileSync(file, 'shpat_00000000000000000000000000000000\n', { mode: 0o600 });
  const refused = await souk('integration', 'add', 'shopify', '--name', 'typo', '--field', `shop=${shop.domain}`, '--token', file);
  assert.equal(refused.code, 1, refused.err);
  assert.match(refused.err, /^souk: \S/);

  writeFileSync(file, `${issued.access_token}\n`, { mode: 0o600 });
  const added = await souk('integration', 'add', 'shopify', '--field', `shop=${shop.domain}`, '--token', file, '--json');
  assert.equal(added.code, 0, added.err);
  const integration = JSON.parse(added.out);
  assert.equal(integration.status, 'connected');
  assert.equal(integration.account.external_id, shop.domain);
  assert.doesNotMatch(added.out + added.err, new RegExp(issued.access_token), 'the token is shown');

  const synced = await souk('sync', 'run', 'shopify', '--follow', '--json');
  assert.equal(synced.code, 0, synced.err);
  assert.equal(JSON.parse(synced.out).status, 'complete');
});

test('everyListingIsATableOrJson', async () => {
  const listings = ['app list', 'store list', 'integration list', 'integration subscriptions shopify', 'sync list', 'webhook list', 'log',
    'plugin list', 'token list', 'product list', 'order list', 'customer list', 'conversation list', 'privacy list'];
  assert.equal((await souk('token', 'create', '--role', 'admin', '--all-stores')).code, 0);
  for (const listing of listings) {
    const args = listing.split(' ');
    const machine = await souk(...args, '--json');
    assert.equal(machine.code, 0, `${listing}: ${machine.err}`);
    assert.ok(Array.isArray(JSON.parse(machine.out).data), `${listing} --json has no data`);
    const people = await souk(...args);
    assert.equal(people.code, 0, `${listing}: ${people.err}`);
    if (JSON.parse(machine.out).data.length > 0) assert.match(people.out, /^[A-Z]/, `${listing} has no headings`);
  }
  assert.ok(JSON.parse((await souk('migrate', '--json')).out).schema_version > 0);
});

test('aFormIsFilledInAndPeopleAreAnswered', async () => {
  const [account] = meta.world.accounts.values();
  const [number] = account.numbers.keys();
  const scopes = ['whatsapp_business_management', 'whatsapp_business_messaging'];
  const { token } = meta.world.graph.tokens.issue({ kind: 'system', scopes, seconds: null, user: null });
  const secrets = { token, app_secret: 'of-the-simulated-app', verify_token: 'ours' };
  const files = Object.entries(secrets).flatMap(([name, value]) => {
    writeFileSync(join(folder, name), `${value}\n`, { mode: 0o600 });
    return ['--secret-file', `${name}=${join(folder, name)}`];
  });
  const fields = ['--field', `waba_id=${account.id}`, '--field', `phone_number_id=${number}`];
  await hub.commandJson('integration', 'add', 'whatsapp', ...fields);
  const odd = await souk('integration', 'form', 'whatsapp', '--field', 'waba_id');
  assert.equal(odd.code, 1);
  assert.match(odd.err, /--field takes NAME=VALUE/);
  const filled = await souk('integration', 'form', 'whatsapp', ...fields, ...files, '--json');
  assert.equal(filled.code, 0, filled.err);
  assert.equal(JSON.parse(filled.out).status, 'connected');
  assert.doesNotMatch(filled.out + filled.err, new RegExp(token), 'the token is shown');

  await until('its deliveries are subscribed', () => account.subscription, { seconds: 120 });
  const buyer = account.addBuyer({ waId: '4915112345678', name: 'Ada', username: 'ada' });
  account.say(number, buyer.userId, { type: 'text', text: { body: 'Is the lamp there?' } });
  const heard = await until('the conversation is there', async () => (await hub.commandJson('conversation', 'list', '--unread', 'true')).data[0], { seconds: 120 });
  assert.equal(heard.name, 'Ada');
  const broken = join(folder, 'content.json');
  writeFileSync(broken, '{');
  assert.match((await souk('conversation', 'send', heard.id, '--kind', 'list', '--content-file', broken)).err, /is not JSON/);
  const sent = await hub.commandJson('conversation', 'send', heard.id, '--text', 'Four of them.');
  const listed = async () => (await hub.commandJson('conversation', 'messages', heard.id)).data;
  await until('it was read', async () => (await listed()).some(({ id, status }) => id === sent.id && status === 'read'), { seconds: 120 });
  assert.deepEqual((await listed()).map(({ direction }) => direction), ['outgoing', 'incoming']);
  const begun = await hub.commandJson('conversation', 'begin', '+4915112345678', '--integration', 'whatsapp');
  assert.equal(begun.id, heard.id);
});

test('oneIdLeadsFromTheDeliveryToItsRows', async () => {
  await simulator.edit(5, 7);
  await simulator.delivered(120);
  await hub.settled(120);
  const { data: events } = await hub.commandJson('webhook', 'list');
  const done = events.find((event) => event.state === 'done');
  assert.match(done.correlation_id, uuid);
  assert.equal((await hub.commandJson('webhook', 'show', done.id)).correlation_id, done.correlation_id);
  const { data: delivered } = await hub.commandJson('webhook', 'list', '--correlation', done.correlation_id);
  assert.ok(delivered.some((event) => event.id === done.id));
  const { data: rows } = await hub.commandJson('log', '--correlation', done.correlation_id);
  assert.ok(rows.length > 0, 'no rows for the id');
  for (const row of rows) assert.equal(row.correlation_id, done.correlation_id);
  const messages = linesOf(done.correlation_id).map((line) => line.message);
  assert.ok(messages.includes('answered'), `no receipt among ${messages}`);
  assert.ok(messages.includes('applied an event'), `no attempt among ${messages}`);
});

test('oneIdLeadsFromARequestThroughItsRun', async () => {
  const id = '4bf92f3577b34da6a3ce929d0e0e4736';
  const dashed = '4bf92f35-77b3-4da6-a3ce-929d0e0e4736';
  const token = (await hub.command('token', 'create', '--role', 'operator')).trim();
  const { data: integrations } = await hub.commandJson('integration', 'list');
  const integration = integrations.find((one) => one.status === 'connected');
  await simulator.edit(4, 9);
  const body = JSON.stringify({ integration_id: integration.id, mode: 'full' });
  const reply = await ask(`${hub.url}/api/v1/sync`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, traceparent: `00-${id}-00f067aa0ba902b7-01`, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
    body,
  });
  assert.equal(reply.status, 202, reply.body);
  assert.equal(reply.headers['x-request-id'], dashed);
  const run = JSON.parse(reply.body).id;
  await until('the run ends', async () => (await hub.commandJson('sync', 'status', run)).finished_at, { seconds: 300, every: 500 });
  const lines = linesOf(dashed);
  assert.ok(lines.some((line) => line.room === 'web' && line.status === '202'), 'no access line');
  assert.ok(lines.some((line) => line.message === 'a run ended' && line.run === run), 'no end of the run');
  assert.ok(lines.some((line) => line.room === 'jobs' && line.result === 'done'), 'no job');
});

test('theFiguresTellOfIt', async () => {
  const { body } = await ask(`${hub.url}/metrics`);
  const value = (name) => Number(body.split('\n').find((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))?.split(' ').pop());
  assert.equal(value('souk_database_up'), 1);
  for (const name of ['souk_rows_total', 'souk_http_requests_total', 'souk_webhooks_applied_total', 'souk_inbox_commit_events_count', 'souk_integrations', 'souk_plugin_call_seconds_count'])
    assert.ok(value(name) > 0, `${name} is ${value(name)}`);
});
