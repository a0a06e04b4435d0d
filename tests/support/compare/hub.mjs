// What the hub's tables say, read with psql as the hub's own login, in the shape of truth.mjs.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const time = (column) => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`;
const money = (minor, currency) =>
  `CASE WHEN ${minor} IS NULL THEN NULL ELSE json_build_object('minor', ${minor}::text, 'currency', ${currency}) END`;
const live = `integration_id = :'integration'::uuid AND deleted_at IS NULL`;

const queries = {
  products: `SELECT l.external_id AS id, json_build_object(
      'title', p.title, 'description_html', p.description_html, 'vendor', p.vendor, 'product_type', p.product_type,
      'handle', p.handle, 'status', p.status, 'tags', p.tags, 'options', p.options,
      'media', (SELECT coalesce(json_agg(json_build_object('url', coalesce(m->>'url', ''), 'alt', coalesce(m->>'alt', '')) ORDER BY n), '[]')
                FROM jsonb_array_elements(p.media) WITH ORDINALITY AS e(m, n)),
      'published_at', ${time('p.published_at')}) AS row
    FROM product_listing l JOIN product p ON p.store_id = l.store_id AND p.id = l.product_id
    WHERE l.integration_id = :'integration'::uuid AND l.deleted_at IS NULL`,
  variants: `SELECT vl.external_id AS id, json_build_object(
      'product_id', l.external_id, 'inventory_item_id', vl.inventory_item_id, 'title', v.title, 'sku', coalesce(vl.sku, ''),
      'barcode', coalesce(vl.barcode, ''), 'position', vl.position, 'price', ${money('vl.price_minor', 'vl.currency')},
      'compare_at', ${money('vl.compare_at_minor', 'vl.currency')}, 'options', v.options, 'taxable', v.taxable,
      'inventory_policy', v.inventory_policy) AS row
    FROM variant_listing vl
    JOIN product_listing l ON l.store_id = vl.store_id AND l.id = vl.listing_id
    JOIN product_variant v ON v.store_id = vl.store_id AND v.id = vl.variant_id
    WHERE vl.integration_id = :'integration'::uuid AND vl.deleted_at IS NULL AND l.deleted_at IS NULL`,
  levels: `SELECT inventory_item_id || '@' || location_external_id AS id,
      json_build_object('available', available::text) AS row FROM inventory WHERE ${live}`,
  locations: `SELECT external_id AS id, json_build_object('name', name, 'active', active, 'address', address) AS row
    FROM location WHERE ${live}`,
  customers: `SELECT external_id AS id, json_build_object(
      'email', coalesce(email, ''), 'phone', coalesce(phone, ''), 'first_name', coalesce(first_name, ''),
      'last_name', coalesce(last_name, ''), 'state', coalesce(state, ''), 'tags', tags,
      'default_address', default_address) AS row FROM customer WHERE ${live}`,
  orders: `SELECT o.external_id AS id, json_build_object(
      'name', o.name, 'status', o.status, 'financial_status', o.financial_status, 'fulfilment_status', o.fulfilment_status,
      'customer_id', coalesce(o.customer_external_id, ''), 'email', coalesce(o.email, ''), 'phone', coalesce(o.phone, ''),
      'currency', o.currency, 'presentment_currency', o.presentment_currency, 'total', o.total_minor::text,
      'current_total', o.current_total_minor::text, 'subtotal', o.subtotal_minor::text, 'tax', o.tax_minor::text,
      'shipping', o.shipping_minor::text, 'discount', o.discount_minor::text,
      'presentment_total', o.presentment_total_minor::text, 'presentment_current_total', o.presentment_current_total_minor::text,
      'presentment_subtotal', o.presentment_subtotal_minor::text, 'presentment_tax', o.presentment_tax_minor::text,
      'presentment_shipping', o.presentment_shipping_minor::text, 'presentment_discount', o.presentment_discount_minor::text,
      'taxes_included', o.taxes_included, 'test', o.test, 'tags', o.tags, 'note', o.note, 'cancel_reason', o.cancel_reason,
      'shipping_address', o.shipping_address, 'billing_address', o.billing_address, 'placed_at', ${time('o.placed_at')},
      'cancelled_at', ${time('o.cancelled_at')}, 'closed_at', ${time('o.closed_at')},
      'lines', (SELECT coalesce(json_object_agg(i.external_id, json_build_object(
          'product_id', i.product_external_id, 'variant_id', i.variant_external_id, 'title', i.title,
          'variant_title', coalesce(i.variant_title, ''), 'sku', coalesce(i.sku, ''), 'quantity', i.quantity,
          'current_quantity', i.current_quantity, 'unit_price', i.unit_price_minor::text, 'discount', i.discount_minor::text,
          'tax', i.tax_minor::text, 'presentment_unit_price', i.presentment_unit_price_minor::text,
          'presentment_discount', i.presentment_discount_minor::text, 'presentment_tax', i.presentment_tax_minor::text)), '{}')
        FROM order_items i WHERE i.store_id = o.store_id AND i.order_id = o.id),
      'refunds', (SELECT coalesce(json_object_agg(r.external_id, json_build_object('total', r.total_minor::text,
          'presentment_total', r.presentment_total_minor::text, 'note', r.note)), '{}')
        FROM refund r WHERE r.store_id = o.store_id AND r.order_id = o.id),
      'fulfilments', (SELECT coalesce(json_object_agg(f.external_id, json_build_object('status', f.status)), '{}')
        FROM fulfilment f WHERE f.store_id = o.store_id AND f.order_id = o.id)) AS row
    FROM orders o WHERE o.integration_id = :'integration'::uuid AND o.deleted_at IS NULL`,
};

/** Rows of one query through psql; `database` is {host, user, name}. */
export async function select(database, sql, variables = {}) {
  const sets = Object.entries(variables).flatMap(([name, value]) => ['-v', `${name}=${value}`]);
  const child = run('psql', ['-h', database.host, '-U', database.user, '-d', database.name, '-AtqX', '-v', 'ON_ERROR_STOP=1', ...sets], {
    maxBuffer: 1 << 30,
  });
  child.child.stdin.end(`SELECT row_to_json(q) FROM (${sql}) q;\n`);
  const { stdout } = await child;
  return stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line));
}

/** Map of rows by the platform's id. */
export async function hubRows(database, integration, entity) {
  const rows = await select(database, queries[entity], { integration });
  return new Map(rows.map(({ id, row }) => [id, row]));
}
