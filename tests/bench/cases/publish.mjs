// From a change of stock in the shop to what buyers see in two catalogues, beside ordinary edits: the tour's demo, with
// its embedded PostgreSQL and both simulators on the same cores.
import { join } from 'node:path';
import { makeFolder, startPlatforms } from '../../../packaging/tour/demo.mjs';
import { Hub } from '../../../packaging/tour/hub.mjs';
import { freePort } from '../../../packaging/tour/process.mjs';
import { connectSelling, publishAll } from '../../../packaging/tour/selling.mjs';
import * as steps from '../../../packaging/tour/steps.mjs';
import { measureStock } from '../../../packaging/tour/stock.mjs';
import { median } from '../bench.mjs';

export const what = 'ms from a change of stock in Shopify until both catalogues show it, p95, beside ordinary edits in three shops; yardstick: what is promised';

const promised = 5000;

async function startDemo(bench) {
  const folder = makeFolder(bench.folder);
  const tour = { folder, hub: new Hub({ binary: join(bench.build, 'bin/souk'), plugins: join(bench.build, 'plugins'), folder, port: await freePort() }) };
  await startPlatforms(tour, { stores: 3, products: bench.size(2000, 20) });
  bench.children.push(tour.simulator.child, tour.meta.child);
  await tour.hub.start();
  bench.children.push(tour.hub.child);
  for (const step of [steps.prepareStores, steps.connectStores, steps.followRuns, connectSelling, publishAll]) bench.say(`  ${await step(tour)}`);
  return tour;
}

export async function measure(bench) {
  const tour = await startDemo(bench);
  const load = { changes: bench.size(200, 4), edits: bench.size(400, 8) };
  const rounds = [];
  const result = await bench.inTurn({
    rounds: 3,
    unit: 'ms',
    figure: async (round) => {
      const said = await measureStock(tour, { ...load, seed: 71 + round });
      rounds.push(said);
      return { figure: said.p95, p50_ms: said.p50 };
    },
    yardstick: () => promised,
  });
  for (const one of [tour.hub, tour.meta, tour.simulator]) await bench.stop(one.child);
  const of = (key) => Math.round(median(rounds.map((one) => one[key])));
  return { ...result, also: { max_ms: of('max'), changes: load.changes, edits: load.edits, seconds: of('seconds') } };
}
