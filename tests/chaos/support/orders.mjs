// Events whose effect can be counted: each tells of one new order of its own.
import { json } from '../../../packaging/tour/http.mjs';
import { until } from '../../../packaging/tour/process.mjs';

const firstId = 9_000_000_000_000;

/** What the simulated platform sends about its smallest order, to be told of other orders. */
export async function orderTemplate(simulator, domain) {
  const orders = (await simulator.truth(domain, 'orders')).split('\n').filter(Boolean).map((line) => JSON.parse(line));
  const [smallest] = orders.filter((order) => !order.older_than_60_days).sort((a, b) => a.lines.length - b.lines.length);
  await json(`${simulator.control}/webhooks/send`, { method: 'POST', send: { shop: domain, topic: 'orders/create', id: smallest.id } });
  return until('the platform has sent an order', async () => {
    const sent = await json(`${simulator.control}/deliveries?topic=orders/create&shop=${domain}&limit=1&body=1`);
    return sent.deliveries[0]?.body;
  });
}

/** One shop's orders, numbered from 1. */
export class OrderEvents {
  constructor({ domain, integration, template }) {
    const order = JSON.parse(template);
    const marked = JSON.stringify({ ...order, id: '@', name: '#@', admin_graphql_api_id: 'gid://shopify/Order/@' });
    Object.assign(this, { domain, integration, made: 0, parts: marked.replace('"id":"@"', '"id":@').split('@') });
  }
  next() {
    this.made += 1;
    const id = firstId + this.made;
    return { domain: this.domain, topic: 'orders/create', key: `chaos-${this.domain}-${this.made}`, body: this.parts.join(String(id)) };
  }
  /** Events of this shop without exactly one row everywhere one belongs; sentences. */
  async faults(cluster) {
    const [row] = await cluster.select(effects, { integration: this.integration, first: firstId + 1, last: firstId + this.made, prefix: `chaos-${this.domain}-` });
    return Object.entries(row).filter(([, count]) => Number(count) !== 0).map(([what, count]) => `${this.domain}: ${count} ${what.replaceAll('_', ' ')}`);
  }
}

/** Damage to the tables of events 1 to 5, and how it must be told: the proof that the count can fail. */
export const damages = (prefix) => [
  [`DELETE FROM webhook WHERE key = '${prefix}1'`, 'events lost'],
  [`UPDATE webhook SET key = key || '-again' WHERE key = '${prefix}2'`, 'events nobody sent'],
  [`INSERT INTO sync_log SELECT store_id, gen_random_uuid(), at, integration_id, entity, external_id, entity_id, action, cause, cause_id
    FROM sync_log WHERE cause_id = (SELECT id FROM webhook WHERE key = '${prefix}3')`, 'events logged wrongly'],
  [`UPDATE orders SET version = 2 WHERE external_id = '${firstId + 4}'`, 'orders applied wrongly'],
  [`DELETE FROM orders WHERE external_id = '${firstId + 5}'`, 'orders lost'],
];

// Counted from both sides: an event without its effect, an effect too many, an effect nobody asked for.
const effects = `
WITH sent AS (
  SELECT n::text AS id, :'prefix' || (n - :first + 1) AS key FROM generate_series(:first::bigint, :last::bigint) n
), stored AS (
  SELECT key, count(*) AS times, bool_and(state = 'done') AS done, min(id::text)::uuid AS id
  FROM webhook WHERE integration_id = :'integration'::uuid AND starts_with(key, :'prefix') GROUP BY key
), logged AS (
  SELECT cause_id, count(*) AS times, min(external_id) AS external_id, bool_and(entity = 'order' AND action = 'created') AS created
  FROM sync_log WHERE integration_id = :'integration'::uuid AND cause = 'webhook' GROUP BY cause_id
), told AS (
  SELECT entity_id AS id, count(*) AS times FROM change WHERE integration_id = :'integration'::uuid GROUP BY 1
), line AS (
  SELECT order_id AS id, count(*) AS times FROM order_items GROUP BY 1
), kept AS (
  SELECT o.external_id, count(*) AS times, min(o.version) AS version, sum(t.times) AS told, sum(l.times) AS lines
  FROM orders o LEFT JOIN told t USING (id) LEFT JOIN line l USING (id)
  WHERE o.integration_id = :'integration'::uuid GROUP BY 1
)
SELECT count(*) FILTER (WHERE s.key IS NULL) AS events_nobody_sent,
       count(*) FILTER (WHERE w.key IS NULL) AS events_lost,
       count(*) FILTER (WHERE w.times > 1) AS events_stored_twice,
       count(*) FILTER (WHERE NOT w.done) AS events_not_applied,
       count(*) FILTER (WHERE w.key IS NOT NULL AND l.cause_id IS NULL) AS events_without_a_log_row,
       count(*) FILTER (WHERE l.times > 1 OR NOT l.created OR l.external_id <> s.id) AS events_logged_wrongly,
       count(*) FILTER (WHERE w.key IS NOT NULL AND k.external_id IS NULL) AS orders_lost,
       count(*) FILTER (WHERE k.external_id IS NOT NULL AND (k.times <> 1 OR k.version <> 1 OR k.lines IS NULL OR k.told IS DISTINCT FROM 1))
         AS orders_applied_wrongly
FROM sent s FULL JOIN stored w USING (key) LEFT JOIN logged l ON l.cause_id = w.id LEFT JOIN kept k ON k.external_id = s.id`;
