// One client's answers while a crowd stands at the door, beside the same client's without it.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Hub } from '../hub.mjs';

export const what = 'p99 in ms of GET /healthz amid 1,000 idle, 200 trickling and 50 dropping clients; yardstick: p99 without them';

const peer = join(dirname(fileURLToPath(import.meta.url)), '../peers/crowd.mjs');

export async function measure(bench) {
  const hub = await Hub.prepare(bench, 'crowd', { SOUK_WEB_IDLE_TIMEOUT: '1h', SOUK_WEB_HEADER_TIMEOUT: '1h' });
  await hub.start();
  const get = () => bench.client('get', '--port', hub.port, '--path', '/healthz', '--connections', 1, '--ms', bench.size(3000, 100), '--warm-up', bench.size(500, 50));
  const result = await bench.inTurn({
    rounds: 5,
    unit: 'ms',
    digits: 2,
    figure: async () => {
      const crowd = bench.start('crowd', process.execPath, [peer, hub.port, bench.size(1000, 20), bench.size(200, 5), bench.size(50, 5)].map(String));
      await Promise.race([crowd.firstLine, crowd.ended.then(() => Promise.reject(new Error(`the crowd left:\n${crowd.tail()}`)))]);
      const said = await get();
      await bench.stop(crowd);
      return { figure: said.p99_ms, p50_ms: said.p50_ms, p99_ms: said.p99_ms, rss_mb: hub.rssMegabytes() };
    },
    yardstick: async () => (await get()).p99_ms,
  });
  await hub.stop();
  return result;
}
