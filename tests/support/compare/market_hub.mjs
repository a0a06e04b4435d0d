// What the hub's tables say of conversations, offers and sales, in the shape of market_truth.mjs.
import { select } from './hub.mjs';

const time = (column) => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`;
const here = (table) => `${table}.integration_id = :'integration'::uuid`;

const conversations = `SELECT external_id AS id, json_build_object('name', name, 'username', username, 'phone', phone,
    'last_incoming_at', ${time('last_incoming_at')}, 'unread', unread,
    'only_refused', EXISTS (SELECT 1 FROM message m WHERE m.store_id = c.store_id AND m.conversation_id = c.id)
      AND NOT EXISTS (SELECT 1 FROM message m WHERE m.store_id = c.store_id AND m.conversation_id = c.id
        AND NOT (m.direction = 'outgoing' AND m.status IN ('failed', 'unknown') AND m.error_detail IS NOT NULL))) AS row
  FROM conversation c WHERE ${here('c')}`;

const message = (id) => `SELECT ${id} AS id, json_build_object('conversation', c.external_id, 'external_id', m.external_id,
    'direction', m.direction, 'kind', m.kind, 'text', m.text, 'reply_to', m.reply_to, 'content', m.content, 'status', m.status,
    'code', m.error_code, 'detail', m.error_detail, 'at', ${time('m.sent_at')}) AS row
  FROM message m LEFT JOIN conversation c ON c.store_id = m.store_id AND c.id = m.conversation_id WHERE ${here('m')}`;

// Units of a variant, over all who keep stock of it.
const stock = `LEFT JOIN LATERAL (
    SELECT count(*) > 0 AND count(i.available) = count(*) AS counted, sum(greatest(i.available, 0)) AS units
    FROM variant_listing l JOIN inventory i ON i.store_id = l.store_id AND i.integration_id = l.integration_id
      AND i.inventory_item_id = l.inventory_item_id AND i.deleted_at IS NULL
    WHERE l.store_id = v.store_id AND l.variant_id = v.id AND l.deleted_at IS NULL) s ON true`;

const queries = {
  conversations,
  pageConversations: conversations,
  messages: message(`CASE WHEN m.direction = 'incoming' THEN m.external_id ELSE m.id::text END`),
  pageMessages: message('m.external_id'),
  orders: `SELECT o.external_id AS id, json_build_object('status', o.status, 'financial_status', o.financial_status,
      'customer_id', o.customer_external_id, 'currency', o.currency, 'total', o.total_minor::text, 'note', o.note,
      'placed_at', ${time('o.placed_at')}, 'lines', (SELECT json_object_agg(i.external_id, json_build_object(
        'variant', i.variant_external_id, 'quantity', i.quantity, 'unit_price', i.unit_price_minor::text))
        FROM order_items i WHERE i.store_id = o.store_id AND i.order_id = o.id)) AS row
    FROM orders o WHERE ${here('o')} AND o.deleted_at IS NULL`,
  // What should be there, made of products, prices and stock alone: not of what was pushed.
  catalogue: `SELECT v.id::text AS id, json_build_object(
      'title', p.title || CASE WHEN coalesce(v.title, '') <> '' AND (SELECT count(*) FROM product_variant x WHERE x.store_id = p.store_id
        AND x.product_id = p.id AND x.deleted_at IS NULL) > 1 THEN ' - ' || v.title ELSE '' END,
      'price', v.price_minor::text, 'currency', v.currency,
      'availability', CASE WHEN NOT s.counted OR s.units > 0 OR v.inventory_policy = 'continue' THEN 'in stock' ELSE 'out of stock' END,
      'available', CASE WHEN s.counted AND s.units > 0 THEN s.units END, 'group', p.id) AS row
    FROM product_variant v JOIN product p ON p.store_id = v.store_id AND p.id = v.product_id ${stock}
    WHERE v.store_id = (SELECT store_id FROM integration WHERE id = :'integration'::uuid)
      AND v.deleted_at IS NULL AND p.deleted_at IS NULL AND p.status = 'active' AND v.price_minor IS NOT NULL
      AND EXISTS (SELECT 1 FROM jsonb_array_elements(p.media) m WHERE m->>'kind' = 'image' AND m->>'url' LIKE 'https://%')`,
  offers: `SELECT external_id AS id, json_build_object('state', state, 'reason', reason, 'in_hand', batch_id IS NOT NULL OR wanted_at IS NOT NULL) AS row
    FROM offer o WHERE ${here('o')}`,
  listings: `SELECT l.product_id AS id, json_build_object('state', l.publish_state, 'gone', l.deleted_at IS NOT NULL,
      'sync', p.platform_sync->i.name, 'offers', (SELECT json_agg(o.state) FROM offer o
        WHERE o.store_id = l.store_id AND o.integration_id = l.integration_id AND o.product_id = l.product_id)) AS row
    FROM product_listing l JOIN integration i ON i.id = l.integration_id
    JOIN product p ON p.store_id = l.store_id AND p.id = l.product_id
    WHERE ${here('l')} AND l.published`,
  adjustments: `SELECT batch_id AS id, json_build_object('order', min(order_id::text), 'states', json_agg(DISTINCT state),
      'changes', json_agg(json_build_object('item', inventory_item_id, 'location', location_external_id, 'delta', delta)
        ORDER BY inventory_item_id || location_external_id)) AS row
    FROM stock_ledger s WHERE ${here('s')} GROUP BY batch_id`,
  // What each order holds, what was taken for it, and whether somebody counts it.
  sales: `SELECT o.external_id || ' ' || i.variant_external_id AS id, json_build_object('sold', sum(i.current_quantity),
      'taken', (SELECT coalesce(-sum(d.delta) FILTER (WHERE d.state = 'done'), 0) FROM stock_ledger d
        WHERE d.store_id = o.store_id AND d.order_id = o.id AND d.variant_id::text = i.variant_external_id),
      'refused', EXISTS (SELECT 1 FROM stock_ledger d WHERE d.store_id = o.store_id AND d.order_id = o.id
        AND d.variant_id::text = i.variant_external_id AND d.state = 'refused'),
      'counted', EXISTS (SELECT 1 FROM variant_listing l JOIN inventory n ON n.store_id = l.store_id
        AND n.integration_id = l.integration_id AND n.inventory_item_id = l.inventory_item_id
        WHERE l.store_id = o.store_id AND l.variant_id::text = i.variant_external_id AND l.deleted_at IS NULL
          AND n.deleted_at IS NULL AND n.available IS NOT NULL)) AS row
    FROM orders o JOIN order_items i ON i.store_id = o.store_id AND i.order_id = o.id
    WHERE ${here('o')} AND o.deleted_at IS NULL GROUP BY o.store_id, o.id, o.external_id, i.variant_external_id`,
};

/** Map of rows by id; `integration` is the account, the catalogue's, or (adjustments) the keeper of the stock. */
export async function marketRows(database, integration, entity) {
  const rows = await select(database, queries[entity], { integration });
  return new Map(rows.map(({ id, row }) => [id, row]));
}
