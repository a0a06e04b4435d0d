import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { after, before } from 'node:test';
import { readOptions } from '../../../../plugins/shopify/simulator/options.mjs';
import { kShop, startPair, startSimulator } from './support.mjs';

let client;
before(async () => {
  client = await startSimulator();
});
after(() => client.close());

test('theStateShowsShopsSecretsAndSizes', async () => {
  const state = (await client.control('GET', '/state')).json();
  assert.equal(state.now, '2026-11-20T12:00:00.000Z');
  assert.equal(state.app.secrets.length, 1);
  assert.deepEqual(
    [state.shops[0].domain, state.shops[0].products, state.shops[0].installed],
    [kShop, 40, false],
  );
});

test('theClockMovesAndFreezes', async () => {
  assert.equal(
    (await client.control('POST', '/clock', { advance_seconds: 90 })).json().now,
    '2026-11-20T12:01:30.000Z',
  );
  assert.equal(
    (await client.control('POST', '/clock', { now: '2026-11-21T00:00:00Z' })).json().now,
    '2026-11-21T00:00:00.000Z',
  );
  await client.control('POST', '/clock', { frozen: false });
  const later = (await client.control('POST', '/clock', { frozen: true })).json().now;
  assert.ok(later >= '2026-11-21T00:00:00.000Z');
  assert.equal((await client.control('POST', '/clock', { now: 'soon' })).status, 400);
  assert.equal((await client.control('POST', '/clock', { advance_seconds: '9' })).status, 400);
});

test('aTokenCanBeHadWithoutTheDance', async () => {
  const issued = (
    await client.control('POST', `/shops/${kShop}/tokens`, { scopes: 'read_products', expiring: true })
  ).json();
  assert.equal(issued.expires_in, 3600);
  assert.equal((await client.control('POST', `/shops/${kShop}/tokens`, {})).status, 400);
  assert.equal(
    (await client.control('POST', '/shops/nobody/tokens', { scopes: 'read_products' })).status,
    404,
  );
});

test('wrongCallsAreAnsweredWithASentence', async () => {
  assert.equal((await client.control('GET', '/nothing')).status, 404);
  assert.match(
    (await client.control('POST', '/faults', { mail: {} })).json().error,
    /unknown fault group mail/,
  );
  assert.match(
    (await client.control('POST', '/faults', { graphql: { kind: 'odd' } })).json().error,
    /graphql.kind must be one of/,
  );
  assert.match(
    (await client.control('POST', '/faults', { graphql: { rate: 2 } })).json().error,
    /from 0 to 1/,
  );
  assert.match(
    (await client.control('POST', '/faults', { webhooks: { lost: 1 } })).json().error,
    /unknown webhook fault lost/,
  );
  assert.match(
    (await client.control('POST', '/faults', { webhooks: { delay_ms: -1 } })).json().error,
    /milliseconds/,
  );
  assert.match(
    (await client.control('POST', '/webhooks/send', { shop: kShop, topic: 'a/b' })).json().error,
    /unknown topic/,
  );
  assert.match(
    (
      await client.control('POST', '/webhooks/send', { shop: kShop, topic: 'products/update', id: '1' })
    ).json().error,
    /no product 1/,
  );
});

const ask = () =>
  client.adminJson(
    '/admin/api/2026-10/graphql.json',
    { query: '{ shop { name } }' },
    { headers: { 'x-shopify-access-token': client.token() } },
  );
const fault = (kind) => client.control('POST', '/faults', { graphql: { rate: 1, kind, count: 1 } });

test('graphqlFaultsHappenAsOftenAsAsked', async () => {
  for (const [kind, status] of [
    ['http402', 402],
    ['http423', 423],
    ['http429', 429],
    ['http500', 500],
    ['http503', 503],
    ['html', 502],
  ]) {
    await fault(kind);
    assert.equal((await ask()).status, status);
    assert.equal((await ask()).status, 200);
  }
  await fault('malformed');
  const broken = await ask();
  assert.throws(() => broken.json(), SyntaxError);
  await fault('throttle');
  assert.equal((await ask()).json().errors[0].extensions.code, 'THROTTLED');
  for (const kind of ['reset', 'lost']) {
    await fault(kind);
    await assert.rejects(ask(), /socket hang up|ECONNRESET/);
  }
  assert.equal((await ask()).status, 200);
});

test('aTimeoutFaultNeverAnswers', async () => {
  await fault('timeout');
  const waiting = ask();
  const first = await Promise.race([
    waiting,
    new Promise((resolve) => {
      setTimeout(() => resolve('silence'), 200);
    }),
  ]);
  assert.equal(first, 'silence');
  waiting.catch(() => {});
});

test('changedScopesTakeEffectAndAreTold', async () => {
  const { client: own, receiver, close } = await startPair();
  try {
    const token = own.platform.tokens.issue(kShop, ['read_products'], false, null).access_token;
    await own.subscribe('APP_SCOPES_UPDATE');
    await own.control('POST', `/shops/${kShop}/scopes`, { scopes: ['read_customers'] });
    await own.platform.deliveries.idle();
    assert.deepEqual(receiver.received[0].body.current, ['read_customers']);
    const answer = await own.adminJson(
      '/admin/api/2026-10/graphql.json',
      { query: '{ products(first: 1) { nodes { id } } }' },
      { headers: { 'x-shopify-access-token': token } },
    );
    assert.equal(answer.json().errors[0].extensions.code, 'ACCESS_DENIED');
  } finally {
    await close();
  }
});

test('theCommandLineRefusesWhatItCannotUse', () => {
  const wrong = [
    [['--products', 'many'], /--products must be a whole number/],
    [['--plan', 'gold'], /--plan must be/],
    [['--deliver', 'http://a=http://b'], /--deliver must be/],
    [['--now', 'never'], /--now must be/],
    [['--time-scale', '0'], /--time-scale/],
    [['--nonsense'], /nonsense/],
  ];
  for (const [words, message] of wrong) assert.throws(() => readOptions(words), message);
  assert.deepEqual(readOptions(['--help']), { help: true });
});

test('theSecretFileIsWrittenOnceAndReadAgain', () => {
  const path = join(mkdtempSync(join(tmpdir(), 'souk-secret-')), 'secret');
  const first = readOptions(['--client-secret-file', path]).clientSecret;
  assert.equal(readFileSync(path, 'utf8').trim(), first);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.equal(readOptions(['--client-secret-file', path, '--seed', '2']).clientSecret, first);
});

test('theCommandPrintsOneReadyLineAndEndsOnSigterm', async () => {
  const main = fileURLToPath(new URL('../../../../plugins/shopify/simulator/main.mjs', import.meta.url));
  const child = spawn(process.execPath, [main, '--products', '5', '--stores', '2'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  for await (const part of child.stdout) {
    text += part;
    if (text.includes('\n')) break;
  }
  const ready = JSON.parse(text);
  assert.deepEqual(
    ready.shops.map((shop) => shop.currency),
    ['USD', 'JPY'],
  );
  assert.ok(ready.https_port > 0 && ready.control.startsWith('http://127.0.0.1:'));
  const ended = new Promise((resolve) => {
    child.once('exit', (code) => resolve(code));
  });
  child.kill('SIGTERM');
  assert.equal(await ended, 0);
});
