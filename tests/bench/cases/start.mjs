// From exec to ready, and what a host weighs before and after a hundred thousand webhooks, applied ones.
import { median } from '../bench.mjs';
import { Hub, secret, shop } from '../hub.mjs';
import { until } from '../../../packaging/tour/process.mjs';

export const what = 'ms from exec to ready with every plugin, on a migrated database; RSS idle and after webhooks';

export async function measure(bench) {
  const webhooks = bench.size(100_000, 300);
  const hub = await Hub.prepare(bench, 'start');
  await hub.connectShop();
  const result = await bench.inTurn({
    rounds: 7,
    unit: 'ms',
    figure: async () => {
      const figure = await hub.start();
      const rss_mb = hub.rssMegabytes();
      await hub.stop();
      return { figure, rss_mb };
    },
  });
  await hub.start();
  const idle = hub.rssMegabytes();
  await bench.client('webhooks', '--port', hub.port, '--secret', secret, '--account', shop, '--series', 'start', '--connections', 64, '--count', webhooks);
  await until('every webhook is applied', async () => (await hub.sql("SELECT count(*) FROM webhook WHERE state = 'waiting'")) === '0', { seconds: 1200, every: 500 });
  const after = hub.rssMegabytes();
  await hub.stop();
  return { ...result, also: { webhooks, rss_after_mb: Number(after.toFixed(1)), growth_mb: Number((after - idle).toFixed(1)) } };
}
