// For each operation a request that is in order, made afresh at each call where the operation uses something up.

let made = 0;
const fresh = (name) => `${name} ${(made += 1)}`;

/** {operation: () => {params, query, headers, json, token}}; the token is added where the document asks for one. */
export function usualRequests(world) {
  const inStore = () => ({ query: { store_id: world.store.id } });
  const one = (list) => () => ({ params: { id: world.first[list] }, ...inStore() });
  const integration = (name) => () => ({ params: { id: world[name] } });
  const shop = () => ({ params: { id: world.store.integration } });
  const nothing = () => ({});
  return {
    getHealth: nothing,
    getReadiness: nothing,
    getMetrics: nothing,
    getOpenApi: nothing,
    deliverWebhook: () => ({ params: { platform: 'contract_form' }, json: {} }),
    showAnswered: async () => ({ params: { platform: 'contract_form', code: await world.erasure() } }),
    challengeWebhook: () => ({ params: { platform: 'contract_form' }, query: 'token=right&challenge=42' }),
    startConnect: async () => ({ params: { platform: 'contract_oauth' }, query: { ticket: await world.ticket('lamps') } }),
    finishConnect: async () => {
      const { state, cookie } = await world.attempt('lamps');
      return { params: { platform: 'contract_oauth' }, query: { state }, headers: { cookie } };
    },
    listStores: nothing,
    createStore: () => ({ json: { name: fresh('Shop'), currency: 'EUR', time_zone: 'Europe/Berlin' } }),
    getStore: () => ({ params: { id: world.store.id } }),
    listIntegrations: inStore,
    createIntegration: () => ({ json: { store_id: world.store.id, platform: 'contract_oauth', name: fresh('lamps'), config: { account: 'lamps' } } }),
    getIntegration: shop,
    connectIntegration: () => ({ ...integration('oauth')(), json: {} }),
    submitConnectForm: () => ({ ...integration('form')(), json: { fields: { account: 'lamps' } } }),
    chooseConnect: async () => ({ params: { id: await world.choosing() }, json: { fields: { shelf: 'good' } } }),
    getPublishing: integration('form'),
    setPublishing: () => ({ ...integration('form')(), json: { enabled: true } }),
    comparePublishing: integration('form'),
    disconnectIntegration: integration('spare'),
    pauseIntegration: integration('form'),
    resumeIntegration: integration('form'),
    listSubscriptions: shop,
    repairSubscriptions: shop,
    listPlatforms: nothing,
    listSyncRuns: inStore,
    startSync: () => ({ json: { integration_id: world.store.integration, entities: ['customer'], mode: 'verify' } }),
    getSyncRun: () => ({ params: { run_id: world.first.sync }, ...inStore() }),
    cancelSync: async () => ({ params: { run_id: await world.stuckRun() }, query: { store_id: world.other.id } }),
    listProducts: inStore,
    getProduct: one('products'),
    publishProduct: one('products'),
    publishProducts: () => ({ ...inStore(), json: { product_ids: [world.first.products] } }),
    listConversations: inStore,
    beginConversation: () => ({ ...inStore(), json: { integration_id: world.form, to: '+4930' } }),
    getConversation: one('conversations'),
    listMessages: one('conversations'),
    sendMessage: () => ({ ...one('conversations')(), json: { kind: 'template' } }),
    markConversationRead: one('conversations'),
    listOrders: inStore,
    getOrder: one('orders'),
    listCustomers: inStore,
    getCustomer: one('customers'),
    listSyncLogs: inStore,
    listWebhooks: inStore,
    getWebhook: one('webhooks'),
    replayWebhook: one('webhooks'),
    replayWebhooks: () => ({ ...inStore(), json: { state: 'done', limit: 3 } }),
    getOverview: inStore,
    listPrivacyRequests: inStore,
    askPrivacy: () => ({ ...inStore(), json: { integration_id: world.form, what: 'export', customer_external_id: '4930' } }),
    getPrivacyRequest: one('privacy'),
    getPrivacyDocument: one('privacy'),
    listTokens: nothing,
    createToken: () => ({ json: { store_id: world.store.id, name: fresh('till'), role: 'viewer', expires_at: '2099-01-01T00:00:00Z' } }),
    revokeToken: async () => ({ params: { id: (await world.token({ role: 'viewer', name: fresh('gone') })).id } }),
    streamEvents: inStore,
  };
}

/** A request that is never carried out (refused before), so that nothing is used up: ids are valid, tickets are not. */
export function idleRequest(world, operation) {
  const params = {};
  for (const { name, in: where } of operation.parameters)
    if (where === 'path') params[name] = name === 'platform' ? 'contract_form' : world.first.sync;
  const query = operation.parameters.some(({ name }) => name === 'store_id') ? { store_id: world.store.id } : {};
  return { params, query, token: operation.secured ? world.admin : undefined };
}
