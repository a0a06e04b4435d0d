// What all benchmarks share: a PostgreSQL, hubs, peers, rounds in turn, and their end.
import { chmodSync, closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { Child, output } from '../../packaging/tour/process.mjs';
import { Postgres } from './postgres.mjs';

export const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

const round = (value, digits = 2) => Number(value.toFixed(digits));

/** Microseconds of one durable write of a page, the median of some hundred, where the database lies. */
function fsyncMicros(folder) {
  const page = Buffer.alloc(8192, 'x');
  const file = openSync(join(folder, 'fsync'), 'w');
  const times = [];
  for (let i = 0; i < 300; i += 1) {
    const began = process.hrtime.bigint();
    writeSync(file, page, 0, page.length, 0);
    fdatasyncSync(file);
    times.push(Number(process.hrtime.bigint() - began) / 1000);
  }
  closeSync(file);
  return Math.round(median(times));
}

export class Bench {
  static async begin({ build, smoke, rounds, products }) {
    const bench = new Bench();
    Object.assign(bench, { build, smoke, wantedRounds: rounds, products, children: [] });
    // Short, because a unix socket lies in it; open to the user PostgreSQL drops to.
    bench.folder = mkdtempSync(join(tmpdir(), 'souk-bench-'));
    chmodSync(bench.folder, 0o755);
    bench.fsyncMicros = fsyncMicros(bench.folder);
    return bench;
  }
  /** The size of a real run, or of the smoke test. */
  size(real, tiny) {
    return this.smoke ? tiny : real;
  }
  program(name) {
    return join(this.build, 'bench', `bench_${name}`);
  }
  say(text) {
    console.error(text);
  }
  async postgres() {
    this.server ??= await Postgres.start(join(this.folder, 'pg'));
    return this.server;
  }
  start(name, command, args, options = {}) {
    const child = new Child(name, command, args, { log: join(this.folder, `${name}.log`), ...options });
    this.children.push(child);
    return child;
  }
  async stop(child) {
    await child.end();
    this.children = this.children.filter((other) => other !== child);
  }
  async client(...args) {
    const said = JSON.parse(await output(this.program('client'), args.map(String)));
    if (said.refused > 0) throw new Error(`${said.refused} of ${said.answers} requests were refused`);
    return said;
  }
  /**
   * Takes figure and yardstick in turn and answers the medians. The ratio is the median of the rounds' own
   * ratios: what disturbs the machine for a while disturbs both. Without a yardstick there is no ratio.
   */
  async inTurn({ rounds, figure, yardstick, unit, digits = 0 }) {
    const count = this.smoke ? 1 : (this.wantedRounds ?? rounds);
    const taken = [];
    for (let i = 0; i < count; i += 1) {
      const ours = await figure(i);
      const theirs = yardstick ? await yardstick(i) : null;
      taken.push({ ...ours, theirs });
      const beside = theirs === null ? '' : `, yardstick ${round(theirs, digits)}, ratio ${round(ours.figure / theirs)}`;
      this.say(`  round ${i + 1}: ${round(ours.figure, digits)}${beside} (load ${loadavg()[0].toFixed(1)})`);
    }
    const of = (key, places = 2) => (taken[0][key] === undefined ? null : round(median(taken.map((one) => one[key])), places));
    const compared = taken.every((one) => one.theirs !== null);
    return {
      figure: of('figure', digits),
      unit,
      yardstick: compared ? of('theirs', digits) : null,
      ratio: compared ? round(median(taken.map((one) => one.figure / one.theirs))) : null,
      p50_ms: of('p50_ms'),
      p99_ms: of('p99_ms'),
      rss_mb: of('rss_mb', 1),
      runs: count,
    };
  }
  machine() {
    const [cpu] = cpus();
    return `${cpus().length} × ${cpu.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GB, fdatasync ${this.fsyncMicros} us, load ${loadavg()[0].toFixed(1)}`;
  }
  async end() {
    for (const child of this.children.reverse()) await child.end().catch((error) => this.say(error.message));
    this.children = [];
    await this.server?.stop();
    this.server = undefined;
    rmSync(this.folder, { recursive: true, force: true });
  }
}
