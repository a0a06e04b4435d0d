import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { after, before } from 'node:test';
import { Bucket } from '../../../../plugins/shopify/simulator/graphql/bucket.mjs';
import { Clock } from '../../../../plugins/shopify/simulator/world/clock.mjs';
import { startSimulator } from './support.mjs';

let client;
before(async () => {
  client = await startSimulator();
});
after(() => client.close());

const cases = [
  ['{ shop { name } }', 1],
  ['{ shop { name plan { publicDisplayName } } }', 2],
  ['{ products(first: 10) { nodes { id } } }', 12],
  ['{ products(first: 10) { edges { cursor node { id title } } pageInfo { hasNextPage } } }', 12],
  ['{ products(first: 10) { nodes { id variants(first: 5) { nodes { id inventoryItem { id } } } } } }', 132],
  ['query($n: Int = 7) { products(first: $n) { nodes { id } } }', 9],
  [
    '{ orders(first: 2) { nodes { refunds(first: 3) { id totalRefundedSet { shopMoney { amount } } } } } }',
    22,
  ],
  [
    '{ products(first: 1) { nodes { media(first: 1) { nodes { id ... on MediaImage { image { url } } ... on ExternalVideo { originUrl } } } } } }',
    7,
  ],
  ['{ a: shop { name } b: shop { name } }', 2],
  ['fragment P on Product { id options { name } } query Q { products(first: 10) { nodes { ...P } } }', 22],
  [
    'query($yes: Boolean = false) { products(first: 10) @include(if: $yes) { nodes { id } } shop { name } }',
    1,
  ],
];
for (const [query, wanted] of cases) {
  test(`costOf ${query}`, async () => {
    client.platform.app.bucketOf(client.shop()).level = 2000;
    const { extensions, errors } = await client.graphql(query);
    assert.equal(errors, undefined);
    assert.equal(extensions.cost.requestedQueryCost, wanted);
    assert.ok(extensions.cost.actualQueryCost <= wanted);
  });
}

test('aQueryOver1000PointsIsRefusedBeforeItRuns', async () => {
  const bucket = client.platform.app.bucketOf(client.shop());
  const { level } = bucket;
  const answer = await client.graphql(
    '{ products(first: 250) { nodes { variants(first: 3) { nodes { id } } } } }',
  );
  assert.equal(answer.data, undefined);
  assert.deepEqual(
    [answer.errors[0].extensions.code, answer.errors[0].extensions.cost, answer.errors[0].extensions.maxCost],
    ['MAX_COST_EXCEEDED', 1502, 1000],
  );
  assert.match(
    answer.errors[0].message,
    /^Query cost is 1502, which exceeds the single query max cost limit \(1000\)/,
  );
  assert.equal(bucket.level, level);
});

test('anEmptyBucketThrottlesWithHttp200AndRefillsWithTime', async () => {
  const bucket = client.platform.app.bucketOf(client.shop());
  bucket.level = 40;
  const query = '{ products(first: 48) { nodes { id } } }';
  const path = '/admin/api/2026-10/graphql.json';
  const headers = { 'x-shopify-access-token': client.token() };
  const raw = await client.adminJson(path, { query }, { headers });
  assert.equal(raw.status, 200);
  assert.equal(
    raw.text,
    '{"errors":[{"message":"Throttled","extensions":{"code":"THROTTLED","documentation":"https://shopify.dev/api/usage/rate-limits"}}],' +
      '"extensions":{"cost":{"requestedQueryCost":50,"actualQueryCost":null,"throttleStatus":{"maximumAvailable":2000.0,"currentlyAvailable":40,"restoreRate":100.0}}}}',
  );
  await client.control('POST', '/clock', { advance_seconds: 0.1 });
  const served = await client.graphql(query);
  assert.equal(served.errors, undefined);
  assert.ok(
    served.extensions.cost.throttleStatus.currentlyAvailable <=
      50 - served.extensions.cost.actualQueryCost + 1,
  );
});

test('whatAQueryDidNotUseComesBack', async () => {
  const bucket = client.platform.app.bucketOf(client.shop());
  bucket.level = 2000;
  const { extensions } = await client.graphql('{ locations(first: 200) { nodes { id } } }');
  assert.equal(extensions.cost.requestedQueryCost, 202);
  assert.equal(extensions.cost.actualQueryCost, 2 + 5);
  assert.equal(extensions.cost.throttleStatus.currentlyAvailable, 2000 - 7);
});

test('plansHaveTheirOwnRates', () => {
  const clock = new Clock({ startMs: 0, frozen: true });
  for (const [plan, rate] of [
    ['standard', 100],
    ['advanced', 200],
    ['plus', 1000],
    ['enterprise', 2000],
  ]) {
    assert.deepEqual(new Bucket(plan, clock).status(), {
      maximumAvailable: rate * 20,
      currentlyAvailable: rate * 20,
      restoreRate: rate,
    });
  }
});

test('theMetricsShowTheDrain', async () => {
  client.platform.app.bucketOf(client.shop()).level = 2000;
  await client.data('query Named { products(first: 100) { nodes { id } } }');
  const { shops } = (await client.control('GET', '/metrics')).json();
  const [shop] = Object.values(shops);
  assert.equal(shop.operations.Named.requests, 1);
  assert.equal(shop.operations.Named.max_requested_cost, 102);
  assert.ok(shop.throttled >= 1 && shop.lowest_bucket < 50 && shop.bucket_size === 2000);
});

const validator = fileURLToPath(
  new URL('../../../../plugins/shopify/simulator/validate.mjs', import.meta.url),
);

function validate(text) {
  const path = join(mkdtempSync(join(tmpdir(), 'souk-validate-')), 'a.graphql');
  writeFileSync(path, text);
  return spawnSync(process.execPath, [validator, path], { encoding: 'utf8' });
}

test('theValidatorPrintsCostsAndRefusesWhatIsWrong', () => {
  const good = validate(
    '# variables: {"first": 50}\nquery Some($first: Int!) { products(first: $first) { nodes { id } } }',
  );
  assert.equal(good.status, 0);
  assert.match(good.stdout, /Some costs 52/);
  const open = validate('query Open($first: Int!) { products(first: $first) { nodes { id } } }');
  assert.match(open.stdout, /Open costs 252/);
  assert.equal(
    validate('query Dear { products(first: 250) { nodes { variants(first: 9) { nodes { id } } } } }').status,
    1,
  );
  assert.equal(validate('{ shop { name } }').status, 1);
  const wrong = validate('query Wrong { products(first: 1) { nodes { nope } } }');
  assert.equal(wrong.status, 1);
  assert.match(wrong.stderr, /nope/);
  assert.equal(validate('query {').status, 1);
  assert.equal(validate('# cost: 1\nquery Shop { shop { name } }').status, 0);
  assert.match(validate('# cost: 2\nquery Shop { shop { name } }').stderr, /costs 1, its first line says 2/);
});
