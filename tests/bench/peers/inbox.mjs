// The inbox as one would write it in Node: http, pg, a cluster of two. The same checks (shop known, signature over
// the raw bytes, headers present) and the same two rows, inserted when the request comes.
import cluster from 'node:cluster';
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import pg from 'pg';

const workers = 2;
const insert = `WITH fresh AS (
  INSERT INTO webhook_key (integration_id, key, received_at) VALUES ($2, $3, now()) ON CONFLICT DO NOTHING RETURNING key)
INSERT INTO webhook (store_id, id, received_at, integration_id, platform, topic, key, account, triggered_at, headers, body, people, correlation_id)
SELECT $1, $4, now(), $2, 'shopify', $5, key, $6, $7, $8, $9, '{}', $10 FROM fresh`;
const notKept = new Set(['authorization', 'cookie', 'proxy-authorization', 'x-forwarded-for']);

/** Grows with time, like the hub's. */
function newId() {
  const id = randomBytes(16);
  id.writeUIntBE(Date.now(), 0, 6);
  id[6] = (id[6] & 0x0f) | 0x70;
  id[8] = (id[8] & 0x3f) | 0x80;
  const hex = id.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

function genuine(body, sent) {
  const expected = createHmac('sha256', process.env.SECRET).update(body).digest();
  const given = Buffer.from(sent ?? '', 'base64');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

const answer = (reply, status, text = '') => reply.writeHead(status, { 'content-type': 'text/plain' }).end(text);

async function take(request, reply, body, pool, shops) {
  const { headers } = request;
  const key = headers['x-shopify-webhook-id'];
  const topic = headers['x-shopify-topic'];
  const shop = shops.get(headers['x-shopify-shop-domain']?.toLowerCase());
  if (!key || !topic) return answer(reply, 400, 'a header is missing');
  if (!genuine(body, headers['x-shopify-hmac-sha256'])) return answer(reply, 401, 'the signature does not match');
  if (!shop) return answer(reply, 404, 'no such shop');
  const kept = JSON.stringify(Object.fromEntries(Object.entries(headers).filter(([name]) => !notKept.has(name))));
  const values = [shop.store_id, shop.id, key, newId(), topic, shop.account_external_id, headers['x-shopify-triggered-at'], kept, body, newId()];
  try {
    await pool.query({ name: 'insert', text: insert, values });
    answer(reply, 200);
  } catch (error) {
    answer(reply, 503, error.message);
  }
}

async function serve() {
  const pool = new pg.Pool({ max: 32 });
  const { rows } = await pool.query('SELECT store_id, id, account_external_id FROM integration');
  const shops = new Map(rows.map((row) => [row.account_external_id, row]));
  createServer((request, reply) => {
    if (request.method !== 'POST') return answer(reply, 200, 'ready');
    const parts = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', () => take(request, reply, Buffer.concat(parts), pool, shops));
  }).listen(Number(process.env.PORT), '127.0.0.1', 4096);
}

if (cluster.isPrimary) {
  for (let i = 0; i < workers; i += 1) cluster.fork();
  cluster.on('exit', () => process.exit(1));
  process.once('SIGTERM', () => process.exit(0));
} else {
  await serve();
}
