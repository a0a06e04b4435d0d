// The REST counts that still exist: /admin/api/{version}/{resource}/count.json.

const resources = {
  products: { scope: 'read_products', list: (shop) => shop.products.values() },
  customers: { scope: 'read_customers', list: (shop) => shop.customers.values() },
  locations: { scope: 'read_locations', list: (shop) => shop.locations.values() },
  webhooks: { scope: null, list: (shop) => shop.subscriptions.values() },
  orders: { scope: 'read_orders', list: (shop) => shop.orders.values() },
};

/** REST counts open orders only, unless asked for status=any. */
function orderMatches(status) {
  if (status === 'any') return () => true;
  if (status === 'cancelled') return (order) => order.cancelledAt !== null;
  if (status === 'closed') return (order) => order.closedAt !== null;
  return (order) => order.closedAt === null && order.cancelledAt === null;
}

/** {status, body}, or null when the path is no count. */
export function countEndpoint(shop, scopes, method, rest, query) {
  const resource = resources[/^(\w+)\/count\.json$/.exec(rest)?.[1]];
  if (!resource || method !== 'GET') return null;
  if (resource.scope && !scopes.has(resource.scope)) {
    return {
      status: 403,
      body: JSON.stringify({
        errors: `[API] This action requires merchant approval for ${resource.scope} scope.`,
      }),
    };
  }
  let records = [...resource.list(shop)];
  if (resource.scope === 'read_orders') {
    records = records.filter(orderMatches(query.get('status') ?? 'open'));
    const oldest = shop.clock.seconds() - 60 * 86400;
    if (!scopes.has('read_all_orders')) records = records.filter((order) => order.createdAt >= oldest);
  }
  return { status: 200, body: JSON.stringify({ count: records.length }) };
}
