// Shopify's library accepts what the simulator delivers, and refuses each forged delivery.

import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { kShop, startLivePair } from '../support.mjs';
import { FakeResponse, makeLibrary } from './library.mjs';

let pair;
let library;
let genuine;
before(async () => {
  pair = await startLivePair();
  library = makeLibrary(pair.client);
  await pair.client.subscribe(
    'PRODUCTS_UPDATE',
    'ORDERS_CREATE',
    'INVENTORY_LEVELS_UPDATE',
    'CUSTOMERS_UPDATE',
    'REFUNDS_CREATE',
    'LOCATIONS_UPDATE',
  );
  for (const topic of [
    'products/update',
    'orders/create',
    'inventory_levels/update',
    'customers/update',
    'refunds/create',
    'locations/update',
    'customers/redact',
  ]) {
    await pair.client.control('POST', '/webhooks/send', { shop: kShop, topic });
  }
  await pair.client.platform.deliveries.idle();
  genuine = pair.receiver.received[0];
});
after(() => pair.close());

function validate({ headers, raw }, api = library) {
  return api.webhooks.validate({
    rawBody: raw.toString('utf8'),
    rawRequest: { headers, method: 'POST', url: '/api/webhooks/shopify' },
    rawResponse: new FakeResponse(),
  });
}

const without = (name) => ({
  raw: genuine.raw,
  headers: Object.fromEntries(Object.entries(genuine.headers).filter(([key]) => key !== name)),
});
const changed = (name, value) => ({ raw: genuine.raw, headers: { ...genuine.headers, [name]: value } });

test('theLibraryAcceptsEveryTopic', async () => {
  assert.equal(pair.receiver.received.length, 7);
  for (const delivery of pair.receiver.received) {
    const result = await validate(delivery);
    assert.equal(result.valid, true, `${delivery.topic} ${JSON.stringify(result)}`);
    assert.equal(result.domain, kShop);
    assert.equal(result.webhookId, delivery.headers['x-shopify-webhook-id']);
    assert.equal(result.apiVersion, '2026-10');
  }
});

test('theLibraryRefusesAChangedBody', async () => {
  const raw = Buffer.from(genuine.raw);
  raw[raw.length - 2] ^= 1;
  assert.deepEqual(
    await validate({ raw, headers: genuine.headers }).then(({ valid, reason }) => ({ valid, reason })),
    { valid: false, reason: 'invalid_hmac' },
  );
  assert.equal(
    (await validate({ raw: Buffer.concat([genuine.raw, Buffer.from(' ')]), headers: genuine.headers })).valid,
    false,
  );
});

test('theLibraryRefusesAReserialisedBody', async () => {
  const raw = Buffer.from(JSON.stringify(JSON.parse(genuine.raw.toString('utf8'))));
  assert.notEqual(raw.toString(), genuine.raw.toString(), 'ids beyond 2^53 do not survive a double');
  assert.equal((await validate({ raw, headers: genuine.headers })).valid, false);
});

test('theLibraryRefusesAWrongOrForeignSignature', async () => {
  assert.equal((await validate(changed('x-shopify-hmac-sha256', 'AAAA'))).reason, 'invalid_hmac');
  const other = pair.receiver.received[1].headers['x-shopify-hmac-sha256'];
  assert.equal((await validate(changed('x-shopify-hmac-sha256', other))).valid, false);
  assert.equal((await validate(genuine, makeLibrary(pair.client, 'shpss_another'))).valid, false);
});

test('theLibraryRefusesAnEmptyBody', async () => {
  assert.equal((await validate({ raw: Buffer.alloc(0), headers: genuine.headers })).valid, false);
});

for (const name of [
  'x-shopify-hmac-sha256',
  'x-shopify-topic',
  'x-shopify-shop-domain',
  'x-shopify-api-version',
  'x-shopify-webhook-id',
]) {
  test(`theLibraryRefusesADeliveryWithout_${name}`, async () => {
    assert.equal((await validate(without(name))).valid, false);
  });
}
