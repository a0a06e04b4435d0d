// The simulated platforms of the tour: Shopify in one process, all of Meta in another, and the hub told where they are.
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Meta } from './meta.mjs';
import { Simulator } from './simulator.mjs';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** Short, because a unix socket lies in it; open to the service user PostgreSQL drops to. */
export function makeFolder(parent = tmpdir()) {
  const folder = mkdtempSync(join(parent, 'souk-'));
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, 'simulator'));
  return folder;
}

/** Starts `tour.simulator` and `tour.meta` for `tour.hub`, which is to be started after them. */
export async function startPlatforms(tour, { stores, products, meta = {} }) {
  const { folder, hub } = tour;
  tour.simulator = await Simulator.start({ root, folder, hub: hub.url, stores, products, plan: 'enterprise' });
  tour.meta = await Meta.start({ root, folder, hubUrl: hub.url, ...meta });
  const authorities = join(folder, 'ca.pem');
  writeFileSync(authorities, tour.simulator.caText + tour.meta.caText);
  hub.env.SOUK_DEV_PLATFORM_CA = authorities;
  hub.env.SOUK_DEV_PLATFORM_HOSTS = `*.myshopify.com=127.0.0.1:${tour.simulator.https_port},${tour.meta.hosts}`;
}

/** Ends what was started, the hub first. */
export async function endAll({ hub, simulator, meta }) {
  for (const child of [hub?.child, simulator?.child, meta?.child].filter(Boolean)) await child.end('SIGTERM', 300);
}
