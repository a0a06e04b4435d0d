// The sync path into an empty migrated database, beside COPY of the very rows it wrote.
import { mkdirSync, chmodSync } from 'node:fs';
import { join } from 'node:path';
import { output } from '../../../packaging/tour/process.mjs';
import { Hub } from '../hub.mjs';
import { median } from '../bench.mjs';

export const what =
  'products per second through the whole sync path, bytes to committed rows, pages of 250; yardstick: COPY of the same rows into tables with the same primary keys and no other index';

const keys = {
  product: 'store_id, id',
  product_variant: 'store_id, id',
  product_listing: 'store_id, id',
  variant_listing: 'store_id, id',
  sync_log: 'store_id, id, at',
  change: 'store_id, id',
};

/** Products per second of COPY, from files the server reads itself. */
async function copied(server, database, folder, products) {
  for (const [table, key] of Object.entries(keys)) {
    await server.sql(`COPY (SELECT * FROM ${table}) TO '${folder}/${table}' (FORMAT binary)`, database);
    await server.sql(`CREATE TABLE copied_${table} (LIKE ${table} INCLUDING DEFAULTS INCLUDING COMPRESSION, PRIMARY KEY (${key}))`, database);
  }
  await server.sql('CHECKPOINT', database);
  const began = process.hrtime.bigint();
  for (const table of Object.keys(keys)) await server.sql(`COPY copied_${table} FROM '${folder}/${table}' (FORMAT binary)`, database);
  return products / (Number(process.hrtime.bigint() - began) / 1e9);
}

export async function measure(bench) {
  const products = bench.size(bench.products, 500);
  const hub = await Hub.prepare(bench, 'pages');
  const folder = join(bench.folder, 'copied');
  mkdirSync(folder);
  chmodSync(folder, 0o777);
  const taken = [];
  const result = await bench.inTurn({
    rounds: 3,
    unit: 'products/s',
    figure: async () => {
      await hub.server.create('pages_round', 'pages');
      await hub.server.sql('CHECKPOINT', 'pages_round');
      const said = JSON.parse(await output(bench.program('pages'), [hub.server.url('pages_round'), String(products)]));
      taken.push(said);
      return { figure: said.new, p50_ms: said.p50_ms, p99_ms: said.p99_ms };
    },
    yardstick: () => copied(hub.server, 'pages_round', folder, products),
  });
  const also = {
    products,
    unchanged_per_second: Math.round(median(taken.map((one) => one.unchanged))),
    unchanged_by_new: Number(median(taken.map((one) => one.unchanged / one.new)).toFixed(2)),
    first_tenth_page_ms: Number(median(taken.map((one) => one.first_ms)).toFixed(1)),
    last_tenth_page_ms: Number(median(taken.map((one) => one.last_ms)).toFixed(1)),
  };
  return { ...result, also };
}
