// One core: GraphQL page bytes to records, beside simdjson walking the same bytes.
import { output } from '../../../packaging/tour/process.mjs';

export const what = 'products per CPU second from page bytes to records; yardstick: simdjson (DOM) walking every value of the same bytes';

export async function measure(bench) {
  const take = async () => JSON.parse(await output(bench.program('translate'), ['1', String(bench.size(2000, 20))]));
  let taken;
  const result = await bench.inTurn({
    rounds: 5,
    unit: 'products/s',
    figure: async () => {
      taken = await take();
      return { figure: taken.figure };
    },
    yardstick: () => taken.yardstick,
  });
  return { ...result, also: { page_bytes: taken.page_bytes } };
}
