// tests/chaos/run NAME comes here: options, seed, folder; the scenario's steps; the end of all it started.
import { appendFileSync, chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Random } from './random.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');
const name = process.argv[2];
const { default: play } = await import(`../${name}.mjs`);
const { values: options } = parseArgs({
  args: process.argv.slice(3),
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string' },
    lines: { type: 'string' },
    full: { type: 'boolean', default: false },
    hub: { type: 'string', default: join(root, 'build/release/bin/souk') },
    plugins: { type: 'string', default: join(root, 'build/release/plugins') },
  },
});
const seed = options.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(options.seed);
if (!Number.isSafeInteger(seed)) throw new Error(`--seed ${options.seed} is no whole number`);

const lines = options.lines === undefined ? undefined : Number(options.lines);
if (lines !== undefined && !(Number.isSafeInteger(lines) && lines > 0)) throw new Error(`--lines ${options.lines} is no positive whole number`);

/** Of a scenario that plays many seeds: 1 to --seeds, or the one asked for. */
function seedsOr(usual, full) {
  const count = Number(options.seeds ?? (options.full ? full : usual));
  if (!(Number.isSafeInteger(count) && count > 0)) throw new Error(`--seeds ${options.seeds} is no positive whole number`);
  return options.seed === undefined ? Array.from({ length: count }, (_, index) => index + 1) : [seed];
}

// Short, because unix sockets lie in it; open to the user PostgreSQL runs as.
const folder = mkdtempSync(join(tmpdir(), 'chaos-'));
chmodSync(folder, 0o755);

const ends = [];
let failed = 0;
const since = (began) => `[${((Date.now() - began) / 1000).toFixed(1)} s]`;

/** What a scenario is given. */
const stage = {
  root,
  folder,
  seed,
  seedsOr,
  random: new Random(seed),
  full: options.full,
  lines,
  hub: resolve(options.hub),
  plugins: resolve(options.plugins),
  /** One thing to be shown; `act` answers the sentence with its figures. A failure ends the scenario. */
  async step(what, act) {
    const began = Date.now();
    try {
      console.log(`ok      ${what}: ${await act()} ${since(began)}`);
    } catch (error) {
      console.log(`FAILED  ${what}: ${error.message} ${since(began)}`);
      failed += 1;
      throw error;
    }
  },
  /** What is told only to who looks into the logs. */
  note(sentence) {
    appendFileSync(join(folder, 'notes.log'), `${new Date().toISOString()} ${sentence}\n`);
  },
  /** What this machine cannot show is named, never passed over in silence. */
  skip(what, why) {
    console.log(`skipped ${what}: ${why}`);
  },
  /** Runs at the end, the last first. */
  atEnd(act) {
    ends.push(act);
  },
};

async function end() {
  for (const act of ends.splice(0).reverse())
    await act().catch((error) => {
      console.log(`FAILED  end: ${error.message}`);
      failed += 1;
    });
}
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, async () => {
    await end();
    process.exit(1);
  });

console.log(`chaos ${name}${options.seeds ? '' : `, seed ${seed}`}${stage.full ? ', full' : ''}`);
const began = Date.now();
try {
  await play(stage);
} catch (error) {
  if (failed === 0) console.log(`FAILED  ${error.stack}`);
  failed += failed === 0 ? 1 : 0;
}
await end();
if (failed === 0) rmSync(folder, { recursive: true, force: true });
else console.log(`logs are kept in ${folder}; play it again with --seed ${stage.seed}`);
console.log(`chaos ${name}: ${failed === 0 ? 'passed' : 'FAILED'} ${since(began)}`);
process.exit(failed === 0 ? 0 : 1);
