// What cannot be told from the document: failures of platforms, of states, of the hub's own database.
import { createHmac, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { idleRequest } from './usual.mjs';

/** How a plugin's kinds of failure are answered. */
const kAnswers = {
  unauthorized: 409, rate_limited: 429, transient: 503, bad_payload: 502, rejected: 422, not_found: 404, unsupported: 501, bug: 500,
};

export async function platformTroubles({ walker, world }) {
  const { admin: token } = world;
  for (const [kind, status] of Object.entries(kAnswers)) {
    const id = await world.integration('contract_oauth', `form-${kind}`);
    await walker.call('connectIntegration', { params: { id }, token }, status, `that ends ${kind}`);
    await walker.call('submitConnectForm', { params: { id: world.form }, json: { fields: { account: `finish-${kind}` } }, token }, status, `that ends ${kind}`);
    await walker.call('startConnect', { params: { platform: 'contract_oauth' }, query: { ticket: await world.ticket(`start-${kind}`) } }, status, `that ends ${kind}`);
    const { state, cookie } = await world.attempt(`finish-${kind}`);
    await walker.call('finishConnect', { params: { platform: 'contract_oauth' }, query: { state }, headers: { cookie } }, status, `that ends ${kind}`);
    await walker.call('listSubscriptions', { params: { id: await world.connected(`list-${kind}`) }, token }, status, `that ends ${kind}`);
    await walker.call('chooseConnect', { params: { id: await world.choosing() }, json: { fields: { shelf: `settle-${kind}` } }, token }, status, `that ends ${kind}`);
  }
}

export async function connecting({ walker, world }) {
  const { admin: token } = world;
  await walker.call('connectIntegration', { params: { id: world.form }, token }, 501, 'of a platform with a form');
  await walker.call('submitConnectForm', { params: { id: world.oauth }, json: { fields: { account: 'a' } }, token }, 501, 'of a platform with a browser flow');
  await walker.call('submitConnectForm', { params: { id: world.form }, json: { fields: {} }, token }, 422, 'without the field asked for');
  await walker.call('submitConnectForm', { params: { id: world.form }, json: { fields: { account: [] } }, token }, 400, 'with a list for text');
  const platform = { platform: 'contract_oauth' };
  await walker.call('startConnect', { params: platform, query: { ticket: 'nonsense' } }, 422, 'with no ticket of ours');
  await walker.call('startConnect', { params: platform, query: { ticket: 'x', other: '1' } }, 400, 'with an unknown parameter');
  await walker.call('finishConnect', { params: platform, query: {} }, 422, 'without a state');
  const { state, cookie } = await world.attempt('lamps');
  await walker.call('finishConnect', { params: platform, query: { state } }, 422, 'in another browser');
  await walker.call('finishConnect', { params: platform, query: { state }, headers: { cookie } }, 422, 'a second time');
  const id = await world.integration('contract_form', 'never');
  await walker.call('listSubscriptions', { params: { id }, token }, 409, 'before it is connected');
  await walker.call('repairSubscriptions', { params: { id }, token }, 409, 'before it is connected');
  await walker.call('startSync', { json: { integration_id: id }, token }, 422, 'before it is connected');
  await walker.call('startSync', { json: { integration_id: 'nonsense' }, token }, 400, 'of no id');
  await walker.call('startSync', { json: { integration_id: randomUUID() }, token }, 404, 'of an unknown integration');
  await walker.call('startSync', { json: { integration_id: world.store.integration, mode: 'backwards' }, token }, 400, 'in an unknown mode');
  await walker.call('cancelSync', { params: { run_id: world.first.sync }, query: { store_id: world.store.id }, token }, 422, 'after its end');
}

export async function making({ walker, world }) {
  const { admin: token } = world;
  await walker.call('createStore', { json: { name: 'X', currency: 'XYZ' }, token }, 422, 'in no currency');
  await walker.call('createStore', { json: { name: 'X', currency: 'EUR', time_zone: 'Mars/Olympus' }, token }, 422, 'in no time zone');
  await walker.call('createStore', { json: { name: 'X', currency: 'EUR' }, token: world.tokens.admin }, 403, 'by an administrator of one store');
  await walker.call('createIntegration', { json: { store_id: world.store.id, platform: 'nobody' }, token }, 422, 'of no platform');
  await walker.call('createIntegration', { json: { store_id: world.store.id, platform: 'shopify', config: { shop: '-' } }, token }, 422, 'with a wrong field');
  await walker.call('createIntegration', { json: { platform: 'shopify' }, token }, 400, 'of no store');
  await walker.call('createIntegration', { json: { store_id: world.other.id, platform: 'shopify' }, token: world.tokens.admin }, 404, 'in another store');
  await walker.call('createToken', { json: { role: 'root' }, token }, 400, 'of no role');
  await walker.call('createToken', { json: { role: 'viewer', store_id: randomUUID() }, token }, 404, 'for an unknown store');
  await walker.call('createToken', { json: { role: 'viewer', expires_at: 'soon' }, token }, 400, 'until no time');
  await walker.call('getStore', { params: { id: world.other.id }, token: world.tokens.viewer }, 404, 'that is another\'s');
  await walker.call('getIntegration', { params: { id: world.other.integration }, token: world.tokens.viewer }, 404, 'that is another\'s');
  await walker.call('replayWebhooks', { query: { store_id: world.store.id }, json: { limit: 0 }, token }, 400, 'of none');
  for (const role of ['viewer', 'agent', 'operator', 'admin']) await walker.call('listProducts', { token: world.tokens[role] }, 200, `as ${role}`);
  const page = await walker.call('listProducts', { query: { store_id: world.store.id, limit: '1' }, token }, 200, 'one at a time');
  const { next_cursor: cursor } = JSON.parse(page.body);
  await walker.call('listProducts', { query: { store_id: world.store.id, limit: '1', cursor }, token }, 200, 'with the cursor');
  await walker.call('listProducts', { query: { store_id: world.store.id, limit: '1', status: 'draft', cursor }, token }, 400, 'with the cursor of another filter');
}

export async function publishing({ walker, world }) {
  const { admin: token } = world;
  const other = { id: await world.integration('contract_oauth', 'publishes-nothing') };
  for (const operation of ['getPublishing', 'setPublishing', 'comparePublishing'])
    await walker.call(operation, { params: other, json: operation === 'setPublishing' ? { enabled: true } : undefined, token }, 501, 'where nothing can be published');
  await walker.call('setPublishing', { params: { id: world.form }, json: { link: 'http://plain.example' }, token }, 422, 'with a link that is not https');
  await walker.call('comparePublishing', { params: { id: await world.connected('unpublished') }, token }, 422, 'while publishing is off');
  const elsewhere = { store_id: world.other.id };
  const [product] = (await world.hub.api(`products?store_id=${world.other.id}&limit=1`)).data;
  await walker.call('publishProduct', { params: { id: product.id }, query: elsewhere, token }, 422, 'while it is on nowhere');
  await walker.call('publishProducts', { query: elsewhere, token }, 422, 'while it is on nowhere');
  await walker.call('publishProducts', { query: { store_id: world.store.id }, json: { product_ids: [randomUUID()] }, token }, 404, 'of an unknown product');
}

export async function talking({ walker, world }) {
  const { admin: token } = world;
  const query = { store_id: world.store.id };
  await walker.call('beginConversation', { query, json: { integration_id: world.store.integration, to: '+4930' }, token }, 501, 'where nobody is written to');
  await walker.call('beginConversation', { query, json: { integration_id: world.form, to: '' }, token }, 422, 'with nobody');
  await walker.call('sendMessage', { params: { id: world.first.conversations }, query, json: { text: 'hello' }, token }, 422, 'outside the window');
  await walker.call('showAnswered', { params: { platform: 'contract_form', code: 'nonsense' } }, 404, 'of no code');
}

export async function privacy({ walker, world }) {
  const { admin: token } = world;
  const query = { store_id: world.store.id };
  const ask = (json, expect, why) => walker.call('askPrivacy', { query, json, token }, expect, why);
  await ask({ integration_id: world.form, what: 'erase_store', customer_external_id: '1' }, 400, 'of a whole store');
  await ask({ integration_id: 'nonsense', what: 'export', customer_external_id: '1' }, 400, 'of no integration');
  await ask({ integration_id: randomUUID(), what: 'export', customer_external_id: '1' }, 404, 'of an unknown integration');
  await ask({ integration_id: world.form, what: 'export' }, 422, 'about nobody');
  const made = await ask({ integration_id: world.form, what: 'erase_customer', customer_external_id: '4947' }, 201, 'to erase somebody');
  const { id } = JSON.parse(made.body);
  await walker.call('getPrivacyDocument', { params: { id }, query, token }, 422, 'of an erasure');
}

/** A delivery of an event of a shop, with the right signature when none is given. */
function delivery(world, shop, signature) {
  const body = '{"id":1}';
  const secret = readFileSync(world.simulator.secretFile, 'utf8').trim();
  return {
    params: { platform: 'shopify' },
    body,
    headers: {
      'content-type': 'application/json', 'x-shopify-topic': 'products/update', 'x-shopify-shop-domain': shop,
      'x-shopify-webhook-id': randomUUID(), 'x-shopify-hmac-sha256': signature ?? createHmac('sha256', secret).update(body).digest('base64'),
    },
  };
}

export async function delivering({ walker, world }) {
  const params = { platform: 'shopify' };
  await walker.call('deliverWebhook', delivery(world, world.store.domain), 200, 'signed');
  await walker.call('deliverWebhook', delivery(world, world.store.domain, 'AAAA'), 401, 'with a false signature');
  await walker.call('deliverWebhook', delivery(world, 'nobody.myshopify.com'), 404, 'of a shop that is not here');
  await walker.call('deliverWebhook', { params, json: {} }, 400, 'without its headers');
  await walker.call('deliverWebhook', { params, body: '{}', headers: { 'content-type': 'text/plain' } }, 415, 'as text');
  await walker.call('deliverWebhook', { params: { platform: 'nobody' }, json: {} }, 404, 'of no platform');
  await walker.call('challengeWebhook', { params: { platform: 'contract_form' }, query: 'token=wrong' }, 403, 'with a false token');
  await walker.call('challengeWebhook', { params: { platform: 'nobody' } }, 404, 'of no platform');
  await walker.call('challengeWebhook', { params }, 405, 'of a platform that does not ask');
}

export async function streaming({ walker, world }) {
  const token = world.tokens.viewer;
  const begun = await walker.call('streamEvents', { query: { kinds: 'product.,order.' }, token }, 200, 'of two kinds');
  if (!begun.body.startsWith('retry: ')) walker.fail(`streamEvents: begins with ${begun.body}`);
  await walker.call('streamEvents', { query: { after: 'nonsense' }, token }, 400, 'after no event');
  await walker.call('streamEvents', { headers: { 'last-event-id': 'nonsense' }, token }, 400, 'after no event, by header');
}

/** Operations that ask the database; all the others answer without it. */
const withoutDatabase = ['getHealth', 'getReadiness', 'getMetrics', 'getOpenApi', 'deliverWebhook'];

async function everyFailure({ walker, usual, world, document }, requests, status, why) {
  for (const operation of document.operations.filter(({ id }) => !withoutDatabase.includes(id)))
    await walker.call(operation.id, { ...requests[operation.id], token: operation.secured ? `souk_${randomUUID()}` : undefined }, status, why);
}

/** The hub's roles lose their rights, then the database shuts its door. */
export async function databaseTroubles(walk) {
  const { walker, world, document } = walk;
  const requests = Object.fromEntries(document.operations.map((operation) => [operation.id, idleRequest(world, operation)]));
  requests.finishConnect = { params: { platform: 'contract_oauth' }, query: { state: 'x' } };
  requests.challengeWebhook = { params: { platform: 'contract_form' }, query: 'token=right&challenge=42' };
  await world.sql('REVOKE USAGE ON SCHEMA public FROM PUBLIC, souk_app, souk_worker');
  await everyFailure(walk, requests, 500, 'without rights in the database');
  await world.sql('GRANT USAGE ON SCHEMA public TO PUBLIC');
  await world.sql(`ALTER DATABASE ${world.hub.database.name} ALLOW_CONNECTIONS false`, 'postgres');
  await world.sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${world.hub.database.name}'`, 'postgres');
  await walker.call('getHealth', {}, 200, 'without a database');
  await walker.call('getReadiness', {}, 503, 'without a database');
  await walker.call('deliverWebhook', delivery(world, world.store.domain), 503, 'without a database');
  await everyFailure(walk, requests, 503, 'without a database');
  await world.sql(`ALTER DATABASE ${world.hub.database.name} ALLOW_CONNECTIONS true`, 'postgres');
}
