// What the control endpoint shows of the run.

export function state(platform) {
  const { app, clock, deliveries, faults, tokens } = platform;
  return {
    now: new Date(clock.nowMs()).toISOString(),
    https_port: platform.httpsPort,
    app: {
      client_id: app.clientId,
      secrets: app.secrets,
      redirect_uris: app.redirectUris,
      compliance_uri: app.complianceUri,
      plan: app.plan,
    },
    faults: { graphql: faults.graphql, webhooks: faults.webhooks },
    pending_deliveries: deliveries.pendingCount(),
    shops: [...platform.shops.values()].map((shop) => ({
      domain: shop.domain,
      id: shop.id,
      currency: shop.currency,
      time_zone: shop.timeZone,
      installed: tokens.installed(shop.domain),
      products: shop.products.size,
      variants: shop.variants.size,
      levels: shop.levels.size,
      locations: shop.locations.size,
      customers: shop.customers.size,
      orders: shop.orders.size,
      bucket: app.bucketOf(shop).status(),
      subscriptions: [...shop.subscriptions.values()].map(({ id, topic, uri }) => ({ id, topic, uri })),
    })),
  };
}

function shown(delivery) {
  return {
    webhook_id: delivery.webhookId,
    event_id: delivery.eventId,
    shop: delivery.shop.domain,
    topic: delivery.topic,
    uri: delivery.uri,
    state: delivery.state,
    note: delivery.note,
    triggered_at: delivery.triggeredAt,
    attempts: delivery.attempts,
  };
}

/** ?state= ?topic= ?shop= filter, ?limit= (100) shows the newest, ?body=1 adds what was sent. */
export function deliveryList(platform, query) {
  const wanted = platform.deliveries.log.filter(
    (each) =>
      (!query.has('state') || each.state === query.get('state')) &&
      (!query.has('topic') || each.topic === query.get('topic')) &&
      (!query.has('shop') || each.shop.domain === query.get('shop')),
  );
  const counts = {};
  for (const each of platform.deliveries.log) counts[each.state] = (counts[each.state] ?? 0) + 1;
  const limit = Number(query.get('limit') ?? 100);
  return {
    pending: platform.deliveries.pendingCount(),
    counts,
    deliveries: wanted
      .slice(limit > 0 ? -limit : wanted.length)
      .map((each) => (query.get('body') === '1' ? { ...shown(each), body: each.text } : shown(each))),
  };
}
