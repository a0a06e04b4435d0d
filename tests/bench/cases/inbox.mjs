// The durable inbox beside pgbench inserting the same rows one by one.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { output } from '../../../packaging/tour/process.mjs';
import { median } from '../bench.mjs';
import { cpuSeconds, cpuSecondsOfCommands } from '../cpu.mjs';
import { Hub, secret, shop } from '../hub.mjs';

export const what =
  'signed 3 KB webhooks per second, verified, deduplicated, committed, 64 clients; yardstick: pgbench -M prepared, 64 clients, inserting the same two rows (key and event) in one statement each';

let series = 0;

/** A hub that takes webhooks in and leaves them waiting: applying them is another benchmark's business. */
export async function startInbox(bench) {
  const hub = await Hub.prepare(bench, 'inbox', { SOUK_WEBHOOKS_LANE_WORKERS: '0' });
  await hub.connectShop();
  await hub.start();
  return hub;
}

export function clients(bench) {
  return bench.size(64, 8);
}

/** Processor microseconds per event, of everything that takes part: client, `server` if any, PostgreSQL. */
async function withCpu(hub, server, act) {
  const used = () => cpuSecondsOfCommands() + cpuSeconds(hub.server.child.process.pid) + (server ? cpuSeconds(server) : 0);
  const before = used();
  const said = await act();
  return { ...said, cpu_us: ((used() - before) * 1e6) / said.events };
}

/** Webhooks into whatever `server` listens on `port`. Every round begins with empty tables. */
export async function webhooksPerSecond(bench, hub, port, server) {
  await hub.sql('TRUNCATE webhook, webhook_key, webhook_lane; CHECKPOINT');
  const said = await withCpu(hub, server, async () => {
    const answered = await bench.client('webhooks', '--port', port, '--secret', secret, '--account', shop, '--series', `s${(series += 1)}`,
      '--connections', clients(bench), '--ms', bench.size(4000, 200), '--warm-up', bench.size(1000, 50));
    return { ...answered, events: answered.all_answers };
  });
  const stored = Number(await hub.sql('SELECT count(*) FROM webhook JOIN webhook_key USING (integration_id, key)'));
  if (stored < said.all_answers) throw new Error(`${said.all_answers} webhooks were answered 200 and ${stored} are stored`);
  return said;
}

const headers = `{"Host":"souk.test","Accept":"*/*","Content-Type":"application/json","User-Agent":"Shopify-Captain-Hook","X-Shopify-Topic":"products/update","X-Shopify-Shop-Domain":"${shop}","X-Shopify-API-Version":"2026-10","X-Shopify-Triggered-At":"2026-11-01T12:00:00.123456789Z","X-Shopify-Hmac-Sha256":"8wGOIRK1ciPySvOU9yGmkuDVuQbWfD6AbRX3nmPbQ5s=","X-Shopify-Webhook-Id":"s1-100000","Content-Length":"3058"}`;

/** Each client fetches its body once; ids grow with time, as the hub's do. */
function script(hub) {
  return `\\if :loaded = 0
SELECT body FROM bench_body WHERE n = :client_id % 200 \\gset
\\set loaded 1
\\set i 0
\\endif
\\set i :i + 1
\\set id :i * 1000 + :client_id
WITH fresh AS (
    INSERT INTO webhook_key (integration_id, key, received_at)
    VALUES ('${hub.integrationId}', 's' || :id::bigint, now()) ON CONFLICT DO NOTHING RETURNING key
)
INSERT INTO webhook (store_id, id, received_at, integration_id, platform, topic, key, account, triggered_at, headers, body, people, correlation_id)
SELECT '${hub.storeId}', lpad(to_hex(:id::bigint), 32, '0')::uuid, now(), '${hub.integrationId}', 'shopify', 'products/update', key,
       '${shop}', '2026-11-01T12:00:00.123456Z', '${headers}', convert_to(:body, 'UTF8'), '{}', lpad(to_hex(:id::bigint), 32, '0')::uuid FROM fresh;
`;
}

/** The hub and a yardstick in turn, with the processor time of both: a busy machine leaves that alone. */
export async function compared(bench, hub, yardstick) {
  const costs = { ours: [], theirs: [] };
  const result = await bench.inTurn({
    rounds: 5,
    unit: 'webhooks/s',
    figure: async () => {
      const said = await webhooksPerSecond(bench, hub, hub.port, hub.child.process.pid);
      costs.ours.push(said.cpu_us);
      return { figure: said.per_second, p50_ms: said.p50_ms, p99_ms: said.p99_ms, rss_mb: hub.rssMegabytes() };
    },
    yardstick: yardstick && (async () => {
      const said = await yardstick();
      costs.theirs.push(said.cpu_us);
      return said.per_second;
    }),
  });
  const also = { cpu_us: Math.round(median(costs.ours)) };
  if (yardstick) also.yardstick_cpu_us = Math.round(median(costs.theirs));
  return { ...result, also };
}

function pgbenchRun(bench, hub, file) {
  return withCpu(hub, null, async () => {
    const said = await output(join(hub.server.binaries, 'pgbench'), ['-n', '-M', 'prepared', '-c', String(clients(bench)), '-j', '2', '-T', String(bench.size(5, 1)),
      '-D', 'loaded=0', '-D', 'i=0', '-f', file, '-h', hub.server.folder, '-U', 'souk', hub.name]);
    return { per_second: Number(/tps = ([\d.]+)/.exec(said)[1]), events: Number(/actually processed: (\d+)/.exec(said)[1]) };
  });
}

export async function measure(bench) {
  const hub = await startInbox(bench);
  const bodies = join(bench.folder, 'bodies');
  writeFileSync(bodies, await output(bench.program('client'), ['bodies']));
  await hub.sql('CREATE TABLE bench_body (n int GENERATED ALWAYS AS IDENTITY (MINVALUE 0) PRIMARY KEY, body text NOT NULL)');
  await hub.sql(`COPY bench_body (body) FROM '${bodies}' (FORMAT csv, DELIMITER E'\\x01', QUOTE E'\\x02')`);
  const file = join(bench.folder, 'insert.sql');
  writeFileSync(file, script(hub));
  const result = await compared(bench, hub, async () => {
    await hub.sql('TRUNCATE webhook, webhook_key, webhook_lane; CHECKPOINT');
    return pgbenchRun(bench, hub, file);
  });
  await hub.stop();
  return result;
}
