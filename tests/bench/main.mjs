// The benchmarks behind tests/bench/run. Beside its options:
//   --build FOLDER   the build to measure (default build/release)
//   --products N     how many of them `pages` writes (default 100000)
//   --smoke          tiny sizes, one round: shows that the benchmarks work, not what they measure
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Bench } from './bench.mjs';
import { table } from './table.mjs';
import * as crowd from './cases/crowd.mjs';
import * as front from './cases/front.mjs';
import * as inbox from './cases/inbox.mjs';
import * as inboxNode from './cases/inbox_node.mjs';
import * as pages from './cases/pages.mjs';
import * as publish from './cases/publish.mjs';
import * as start from './cases/start.mjs';
import * as translate from './cases/translate.mjs';

const cases = { inbox, 'inbox-node': inboxNode, pages, translate, front, crowd, start, publish };
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    build: { type: 'string', default: resolve(dirname(fileURLToPath(import.meta.url)), '../../build/release') },
    json: { type: 'boolean', default: false },
    products: { type: 'string', default: '100000' },
    rounds: { type: 'string' },
    smoke: { type: 'boolean', default: false },
  },
});
const [name] = positionals;
const names = name === 'all' ? Object.keys(cases) : [name];
if (positionals.length !== 1 || !names.every((one) => one in cases)) {
  console.error(`name one of: ${Object.keys(cases).join(', ')}, all`);
  process.exit(2);
}

const bench = await Bench.begin({
  build: resolve(options.build),
  smoke: options.smoke,
  rounds: options.rounds && Number(options.rounds),
  products: Number(options.products),
});
// Interrupted, it still ends what it started.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => bench.end().then(() => process.exit(1)));
const results = [];
try {
  for (const one of names) {
    bench.say(`${one}: ${cases[one].what}`);
    const measured = await cases[one].measure(bench);
    results.push({ name: one, ...measured, fsync_us: bench.fsyncMicros });
  }
} finally {
  await bench.end();
}
if (options.json) for (const result of results) console.log(JSON.stringify(result));
else console.log(table(results, bench));
