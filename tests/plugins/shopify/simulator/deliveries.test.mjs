import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { kCallback, kHook, kShop, startPair, startSimulator } from './support.mjs';

const captured = JSON.parse(readFileSync(new URL('captured_keys.json', import.meta.url), 'utf8'));

/** Runs a body with a fresh simulator and receiver and closes them whatever happens. */
function paired(name, options, body) {
  test(name, async () => {
    const pair = await startPair(options.answer, ...(options.words ?? []));
    try {
      await body(pair);
    } finally {
      await pair.close();
    }
  });
}

const sendOne = (client, topic, id) => client.control('POST', '/webhooks/send', { shop: kShop, topic, id });

paired('aDeliveryCarriesTheHeadersAndASignatureOverTheRawBody', {}, async ({ client, receiver }) => {
  await client.subscribe('PRODUCTS_UPDATE');
  await sendOne(client, 'products/update');
  await client.platform.deliveries.idle();
  const [{ headers, raw, url }] = receiver.received;
  assert.equal(url, '/api/webhooks/shopify');
  assert.equal(headers['x-shopify-topic'], 'products/update');
  assert.equal(headers['x-shopify-shop-domain'], kShop);
  assert.equal(headers['x-shopify-api-version'], '2026-10');
  assert.equal(headers['content-type'], 'application/json');
  assert.equal(headers['user-agent'], 'Shopify-Captain-Hook');
  assert.equal(headers.host, 'souk.test');
  assert.match(headers['x-shopify-webhook-id'], /^[0-9a-f-]{36}$/);
  assert.match(headers['x-shopify-event-id'], /^[0-9a-f-]{36}$/);
  assert.match(headers['x-shopify-triggered-at'], /^2026-11-20T12:00:00\.\d{9}Z$/);
  assert.equal(
    headers['x-shopify-hmac-sha256'],
    createHmac('sha256', client.platform.app.signingSecret()).update(raw).digest('base64'),
  );
  assert.match(raw.toString(), /"id":\d{18},/);
});

function shape(value) {
  if (Array.isArray(value))
    return value.find((each) => each !== null && typeof each === 'object') ? [shape(value[0])] : [];
  if (value === null || typeof value !== 'object') return null;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, shape(each)]));
}

/** Every captured key must be there, and none besides, down to wherever both sides have content. */
function sameKeys(actual, wanted, path) {
  if (Array.isArray(wanted)) {
    if (wanted.length > 0 && Array.isArray(actual) && actual.length > 0)
      sameKeys(actual[0], wanted[0], `${path}[]`);
    return;
  }
  if (wanted === null || actual === null) return;
  const allowed =
    path.endsWith('customer') || path.endsWith('customers/create') || path.endsWith('customers/update')
      ? ['default_address']
      : [];
  const keys = Object.keys(actual).filter((key) => !(allowed.includes(key) && !(key in wanted)));
  assert.deepEqual(keys.sort(), Object.keys(wanted).sort(), path);
  for (const key of Object.keys(wanted)) sameKeys(actual[key], wanted[key], `${path}.${key}`);
}

paired('bodiesHaveTheKeysOfTheCaptures', {}, async ({ client, receiver }) => {
  const shop = client.shop();
  const topics = {
    'products/create': 'PRODUCTS_CREATE',
    'products/update': 'PRODUCTS_UPDATE',
    'products/delete': 'PRODUCTS_DELETE',
    'orders/create': 'ORDERS_CREATE',
    'orders/edited': 'ORDERS_EDITED',
    'orders/delete': 'ORDERS_DELETE',
    'refunds/create': 'REFUNDS_CREATE',
    'customers/create': 'CUSTOMERS_CREATE',
    'customers/update': 'CUSTOMERS_UPDATE',
    'customers/delete': 'CUSTOMERS_DELETE',
    'inventory_levels/update': 'INVENTORY_LEVELS_UPDATE',
    'inventory_levels/disconnect': 'INVENTORY_LEVELS_DISCONNECT',
    'inventory_items/create': 'INVENTORY_ITEMS_CREATE',
    'inventory_items/delete': 'INVENTORY_ITEMS_DELETE',
    'locations/create': 'LOCATIONS_CREATE',
    'locations/update': 'LOCATIONS_UPDATE',
    'locations/delete': 'LOCATIONS_DELETE',
    'bulk_operations/finish': 'BULK_OPERATIONS_FINISH',
  };
  assert.deepEqual(Object.keys(topics).sort(), Object.keys(captured).sort());
  await client.subscribe(...Object.values(topics));
  const full = [...shop.orders.values()].find(
    (order) => order.customer?.addresses.length && order.shippingLine && order.shippingAddress,
  );
  for (const topic of Object.keys(topics)) {
    const id = topic.startsWith('orders/')
      ? full.id
      : topic.endsWith('/delete') && !topic.startsWith('customers')
        ? '788032119674292922'
        : undefined;
    const answer = await sendOne(client, topic, id);
    assert.equal(answer.status, 200, answer.text);
  }
  await client.platform.deliveries.idle();
  assert.equal(receiver.received.length, Object.keys(topics).length);
  for (const { topic, body } of receiver.received) sameKeys(shape(body), captured[topic], topic);
});

paired('timesInBodiesAreWholeSecondsInTheShopsZone', {}, async ({ client, receiver }) => {
  await client.subscribe('ORDERS_CREATE');
  await sendOne(client, 'orders/create');
  await client.platform.deliveries.idle();
  assert.match(receiver.received[0].body.created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d-0[45]:00$/);
});

paired('aProductOfMoreThan100VariantsIsCutAndNamesThemAll', {}, async ({ client, receiver }) => {
  const giant = [...client.shop().products.values()].find((product) => product.variants.length === 2048);
  await client.subscribe('PRODUCTS_UPDATE');
  await sendOne(client, 'products/update', giant.id);
  await client.platform.deliveries.idle();
  const { body } = receiver.received[0];
  assert.equal(body.variants.length, 100);
  assert.equal(body.variant_gids.length, 2048);
});

paired('oneEditMayFireSeveralTopicsOfOneEvent', {}, async ({ client, receiver }) => {
  await client.subscribe('INVENTORY_LEVELS_UPDATE', 'PRODUCTS_UPDATE');
  await client.control('POST', '/edits', { shop: kShop, count: 1, seed: 5, kinds: ['stock_set'] });
  await client.platform.deliveries.idle();
  const [one, two] = receiver.received;
  assert.deepEqual([one.topic, two.topic].sort(), ['inventory_levels/update', 'products/update']);
  assert.equal(one.headers['x-shopify-event-id'], two.headers['x-shopify-event-id']);
  assert.notEqual(one.headers['x-shopify-webhook-id'], two.headers['x-shopify-webhook-id']);
});

paired(
  'aFailedDeliveryIsRetriedEightTimesOverFourHoursThenTheSubscriptionIsDeleted',
  { answer: () => 500 },
  async ({ client, receiver }) => {
    await client.subscribe('PRODUCTS_UPDATE');
    const { deliveries, clock } = client.platform;
    const began = clock.nowMs();
    await sendOne(client, 'products/update');
    await deliveries.idle();
    const [product] = client.shop().products.sorted('ID');
    product.title = 'changed since';
    for (let retry = 1; retry <= 8; retry += 1) {
      assert.equal(receiver.received.length, retry);
      assert.equal(client.shop().subscriptions.size, 1);
      const lane = deliveries.lane(client.shop());
      await client.control('POST', '/clock', { now: new Date(lane.queue[0].dueMs + 1).toISOString() });
      await deliveries.idle();
    }
    assert.equal(receiver.received.length, 9);
    assert.ok(Math.abs(clock.nowMs() - began - 4 * 3600 * 1000) < 1000);
    assert.equal(
      new Set(receiver.received.map((each) => each.raw.toString())).size,
      1,
      'always the original body',
    );
    assert.equal(new Set(receiver.received.map((each) => each.headers['x-shopify-webhook-id'])).size, 1);
    assert.equal(client.shop().subscriptions.size, 0);
    assert.equal(deliveries.log[0].state, 'failed');
  },
);

paired(
  'aRetryThatSucceedsEndsTheDelivery',
  { answer: (_, count) => (count < 3 ? 503 : 204), words: ['--time-scale', '1000'] },
  async ({ client, receiver }) => {
    await client.subscribe('PRODUCTS_UPDATE');
    await sendOne(client, 'products/update');
    await client.platform.deliveries.idle();
    await client.control('POST', '/clock', { advance_seconds: 60 });
    await client.platform.deliveries.idle();
    await client.control('POST', '/deliveries/flush');
    assert.equal(receiver.received.length, 3);
    assert.equal(client.platform.deliveries.log[0].state, 'delivered');
    assert.equal(client.shop().subscriptions.size, 1);
  },
);

paired('aRedirectCountsAsFailure', { answer: () => 302 }, async ({ client }) => {
  await client.subscribe('PRODUCTS_UPDATE');
  await sendOne(client, 'products/update');
  await client.platform.deliveries.idle();
  const { deliveries } = (await client.control('GET', '/deliveries')).json();
  assert.equal(deliveries[0].state, 'pending');
  assert.equal(deliveries[0].attempts[0].status, 302);
});

paired('anAnswerThatDoesNotComeInFiveSecondsIsAFailure', { answer: () => null }, async ({ client }) => {
  await client.subscribe('PRODUCTS_UPDATE');
  await sendOne(client, 'products/update');
  await client.platform.deliveries.idle();
  assert.match(client.platform.deliveries.log[0].attempts[0].error, /timeout/);
});

paired('duplicatesKeepTheirWebhookId', {}, async ({ client, receiver }) => {
  await client.subscribe('PRODUCTS_UPDATE');
  await client.control('POST', '/faults', { webhooks: { duplicate: 1 } });
  await sendOne(client, 'products/update');
  await client.control('POST', '/deliveries/flush');
  assert.equal(receiver.received.length, 2);
  assert.equal(
    receiver.received[0].headers['x-shopify-webhook-id'],
    receiver.received[1].headers['x-shopify-webhook-id'],
  );
  assert.ok(receiver.received[0].raw.equals(receiver.received[1].raw));
});

paired('aLateDeliveryBringsTheBodyOfThen', {}, async ({ client, receiver }) => {
  await client.subscribe('PRODUCTS_UPDATE');
  const [product] = client.shop().products.sorted('ID');
  product.title = 'then';
  await client.control('POST', '/faults', { webhooks: { late_stale: 1, late_stale_ms: 600000 } });
  await sendOne(client, 'products/update', product.id);
  await client.control('POST', '/faults', { webhooks: { late_stale: 0 } });
  product.title = 'now';
  await sendOne(client, 'products/update', product.id);
  await client.platform.deliveries.idle();
  assert.deepEqual(
    receiver.received.map((each) => each.body.title),
    ['now'],
  );
  await client.control('POST', '/clock', { advance_seconds: 601 });
  await client.platform.deliveries.idle();
  assert.deepEqual(
    receiver.received.map((each) => each.body.title),
    ['now', 'then'],
  );
});

paired('droppedDeliveriesNeverCome', {}, async ({ client, receiver }) => {
  await client.subscribe('PRODUCTS_UPDATE');
  await client.control('POST', '/faults', { webhooks: { drop: 1 } });
  await sendOne(client, 'products/update');
  await client.control('POST', '/deliveries/flush');
  assert.equal(receiver.received.length, 0);
  assert.deepEqual((await client.control('GET', '/deliveries')).json().counts, { dropped: 1 });
});

paired('reorderedDeliveriesComeOutOfOrderAndAllArrive', {}, async ({ client, receiver }) => {
  await client.subscribe('PRODUCTS_UPDATE');
  await client.control('POST', '/faults', { webhooks: { reorder: 60000, delay_ms: 1000 } });
  const ids = client
    .shop()
    .products.sorted('ID')
    .slice(0, 20)
    .map((product) => product.id);
  for (const id of ids) await sendOne(client, 'products/update', id);
  assert.equal(receiver.received.length, 0);
  for (let second = 0; second < 62; second += 1) {
    await client.control('POST', '/clock', { advance_seconds: 1 });
    await client.platform.deliveries.idle();
  }
  const arrived = receiver.received.map((each) => each.body.admin_graphql_api_id.split('/').pop());
  assert.notDeepEqual(arrived, ids);
  assert.deepEqual([...arrived].sort(), ids);
});

paired('aRotatedSecretSignsOnceTheOldOneIsRevoked', {}, async ({ client, receiver }) => {
  await client.subscribe('PRODUCTS_UPDATE');
  const old = client.platform.app.signingSecret();
  const { secret } = (await client.control('POST', '/secrets/rotate', {})).json();
  await sendOne(client, 'products/update');
  await client.platform.deliveries.idle();
  await client.control('POST', '/secrets/rotate', { revoke_oldest: true });
  await sendOne(client, 'products/update');
  await client.platform.deliveries.idle();
  const signed = (delivery, key) =>
    createHmac('sha256', key).update(delivery.raw).digest('base64') ===
    delivery.headers['x-shopify-hmac-sha256'];
  assert.ok(signed(receiver.received[0], old) && signed(receiver.received[1], secret));
});

paired('uninstallingTellsTheAppAndTwoDaysLaterAsksForErasure', {}, async ({ client, receiver }) => {
  await client.subscribe('APP_UNINSTALLED', 'PRODUCTS_UPDATE');
  await client.control('POST', `/shops/${kShop}/uninstall`);
  await client.platform.deliveries.idle();
  assert.deepEqual(
    receiver.received.map((each) => each.topic),
    ['app/uninstalled'],
  );
  assert.equal(receiver.received[0].body.myshopify_domain, kShop);
  assert.equal(client.shop().subscriptions.size, 0);
  await client.control('POST', '/clock', { advance_seconds: 48 * 3600 - 10 });
  await client.platform.deliveries.idle();
  assert.equal(receiver.received.length, 1);
  await client.control('POST', '/clock', { advance_seconds: 11 });
  await client.platform.deliveries.idle();
  assert.equal(receiver.received[1].topic, 'shop/redact');
  assert.deepEqual(Object.keys(receiver.received[1].body), ['shop_id', 'shop_domain']);
});

paired('privacyTopicsReachTheAppsOwnAddress', {}, async ({ client, receiver }) => {
  for (const topic of ['customers/data_request', 'customers/redact']) await sendOne(client, topic);
  await client.platform.deliveries.idle();
  assert.deepEqual(receiver.received.map((each) => each.topic).sort(), [
    'customers/data_request',
    'customers/redact',
  ]);
  assert.ok(receiver.received[0].body.customer.id);
});

paired('includeFieldsCutTheBody', {}, async ({ client, receiver }) => {
  await client.data(
    `mutation { webhookSubscriptionCreate(topic: PRODUCTS_UPDATE, webhookSubscription: {uri: "${kHook}", includeFields: ["id", "title"], name: "short"}) { userErrors { message } } }`,
  );
  await sendOne(client, 'products/update');
  await client.platform.deliveries.idle();
  assert.deepEqual(Object.keys(receiver.received[0].body).sort(), ['id', 'title']);
  assert.equal(receiver.received[0].headers['x-shopify-name'], 'short');
});

test('nothingIsSentBeyondLoopback', async () => {
  const client = await startSimulator();
  try {
    await client.subscribe('PRODUCTS_UPDATE');
    await sendOne(client, 'products/update');
    await client.platform.deliveries.idle();
    assert.match(client.platform.deliveries.log[0].attempts[0].error, /no --deliver route/);
  } finally {
    await client.close();
  }
});

paired('consentToOtherScopesIsTold', {}, async ({ client, receiver }) => {
  const consent = async (scope) => {
    const query = new URLSearchParams({
      client_id: 'souk-simulator',
      scope,
      redirect_uri: kCallback,
      approve: '1',
    });
    const { headers } = await client.admin('GET', `/admin/oauth/authorize?${query}`);
    const code = new URL(headers.location).searchParams.get('code');
    const fields = { client_id: 'souk-simulator', client_secret: client.platform.app.signingSecret(), code };
    assert.equal((await client.adminJson('/admin/oauth/access_token', fields)).status, 200);
    await client.platform.deliveries.idle();
  };
  await consent('read_products');
  await client.subscribe('APP_SCOPES_UPDATE');
  client.tokens.clear();
  client.platform.tokens.forget(kShop);
  await consent('read_products');
  await consent('read_products');
  assert.equal(receiver.received.length, 0);
  await consent('read_products,read_orders');
  assert.deepEqual(receiver.received[0].body.previous, ['read_products']);
  assert.deepEqual(receiver.received[0].body.current, ['read_products', 'read_orders']);
});
