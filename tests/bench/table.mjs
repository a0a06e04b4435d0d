// The table for people.
import { reaches } from './reaches.mjs';

const shown = (value) => (value === null || value === undefined ? '' : String(value));

export function table(results, bench) {
  const head = ['name', 'figure', 'unit', 'yardstick', 'ratio', 'p50 ms', 'p99 ms', 'RSS MB', 'reach', 'reached'];
  const rows = results.map((one) => {
    const { said, reached } = reaches[one.name](one);
    return [one.name, one.figure, one.unit, one.yardstick, one.ratio, one.p50_ms, one.p99_ms, one.rss_mb, said, bench.smoke ? '' : reached ? 'yes' : 'no'].map(shown);
  });
  const lines = [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`);
  const also = results.filter((one) => one.also).map((one) => `${one.name}: ${Object.entries(one.also).map(([key, value]) => `${key.replaceAll('_', ' ')} ${value}`).join(', ')}`);
  return [...lines, '', ...also, bench.machine()].join('\n');
}
