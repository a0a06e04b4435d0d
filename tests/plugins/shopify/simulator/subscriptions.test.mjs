import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { kHook, startSimulator } from './support.mjs';

let client;
before(async () => {
  client = await startSimulator();
});
after(() => client.close());

const creation = `mutation($topic: WebhookSubscriptionTopic!, $uri: String!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: {uri: $uri}) { webhookSubscription { id topic uri } userErrors { field message } } }`;

async function create(topic, uri, options) {
  return (await client.data(creation, { topic, uri }, options)).webhookSubscriptionCreate;
}

test('aSubscriptionIsMadeListedChangedAndDeleted', async () => {
  const { webhookSubscription: made } = await create('PRODUCTS_CREATE', kHook);
  assert.equal(made.topic, 'PRODUCTS_CREATE');
  const { webhookSubscriptions: list, webhookSubscriptionsCount: count } = await client.data(
    '{ webhookSubscriptions(first: 50) { nodes { id topic uri format apiVersion { handle } } } webhookSubscriptionsCount { count } }',
  );
  assert.deepEqual(list.nodes, [{ ...made, format: 'JSON', apiVersion: { handle: '2026-10' } }]);
  assert.equal(count.count, 1);
  const { webhookSubscriptionUpdate: changed } = await client.data(
    `mutation { webhookSubscriptionUpdate(id: "${made.id}", webhookSubscription: {uri: "${kHook}/2"}) { webhookSubscription { uri } userErrors { message } } }`,
  );
  assert.equal(changed.webhookSubscription.uri, `${kHook}/2`);
  const remove = `mutation { webhookSubscriptionDelete(id: "${made.id}") { deletedWebhookSubscriptionId userErrors { field message } } }`;
  assert.equal((await client.data(remove)).webhookSubscriptionDelete.deletedWebhookSubscriptionId, made.id);
  assert.equal(
    (await client.data(remove)).webhookSubscriptionDelete.userErrors[0].message,
    'Webhook subscription does not exist',
  );
});

test('theSameAddressForATopicIsTaken', async () => {
  await create('ORDERS_CREATE', kHook);
  const again = await create('ORDERS_CREATE', kHook);
  assert.equal(again.webhookSubscription, null);
  assert.deepEqual(again.userErrors, [
    { field: ['webhookSubscription', 'uri'], message: 'Address for this topic has already been taken' },
  ]);
  assert.equal((await create('ORDERS_CREATE', `${kHook}/other`)).userErrors.length, 0);
});

test('addressesMustBePublicHttps', async () => {
  const message = async (uri) => (await create('ORDERS_PAID', uri)).userErrors[0].message;
  assert.equal(await message('http://souk.test/hook'), 'Address protocol http:// is not supported');
  assert.match(await message('https://127.0.0.1/hook'), /internal domain/);
  assert.match(await message('https://a.myshopify.com/hook'), /internal domain/);
  assert.equal(await message('not an address'), 'Address is invalid');
  assert.equal(await message(''), "Address can't be blank");
});

test('aTopicNeedsItsScope', async () => {
  const refused = await create('CUSTOMERS_UPDATE', kHook, { scopes: ['read_products'] });
  assert.match(
    refused.userErrors[0].message,
    /permission to create or update webhooks with customers\/update topic/,
  );
});

test('privacyTopicsCannotBeSubscribedTo', async () => {
  for (const topic of ['CUSTOMERS_REDACT', 'SHOP_REDACT', 'CUSTOMERS_DATA_REQUEST']) {
    const answer = await client.graphql(creation, { topic, uri: kHook });
    assert.match(answer.errors[0].message, new RegExp(topic));
  }
});

test('listingsFilterByTopicAndAddress', async () => {
  await create('REFUNDS_CREATE', kHook);
  const { webhookSubscriptions: found } = await client.data(
    `{ webhookSubscriptions(first: 10, topics: [REFUNDS_CREATE], uri: "${kHook}") { nodes { topic } } }`,
  );
  assert.deepEqual(found.nodes, [{ topic: 'REFUNDS_CREATE' }]);
});
