// A hub under measurement: migrated, with one store and one connected shop of Shopify's.
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, output, until } from '../../packaging/tour/process.mjs';
import { ask } from '../../packaging/tour/http.mjs';

export const secret = 'bench-client-secret';
export const shop = 'bench.myshopify.com';

export class Hub {
  /** Prepares the database `name`; start() runs the hub on it. */
  static async prepare(bench, name, settings = {}) {
    const hub = new Hub();
    const server = await bench.postgres();
    await server.create(name);
    const key = join(bench.folder, `${name}.key`);
    writeFileSync(key, `bench ${randomBytes(32).toString('base64')}\n`, { mode: 0o600 });
    Object.assign(hub, { bench, server, name, binary: join(bench.build, 'bin/souk'), port: await freePort() });
    hub.env = {
      SOUK_DATABASE_URL: server.url(name),
      SOUK_PLUGINS_FOLDER: join(bench.build, 'plugins'),
      SOUK_VAULT_KEY_FILE: key,
      SOUK_WEB_ADDRESS: `127.0.0.1:${hub.port}`,
      SOUK_LOG_LEVEL: 'warning',
      ...settings,
    };
    await hub.command('migrate');
    return hub;
  }
  command(...args) {
    return output(this.binary, args, this.env);
  }
  sql(text) {
    return this.server.sql(text, this.name);
  }
  async connectShop() {
    const file = join(this.bench.folder, 'client-secret');
    writeFileSync(file, secret, { mode: 0o600 });
    await this.command('app', 'set', 'shopify', '--client-id', 'bench', '--client-secret-file', file);
    await this.sql(`
      INSERT INTO store (id, name, currency, time_zone) VALUES (gen_random_uuid(), 'bench', 'EUR', 'Europe/Berlin');
      INSERT INTO integration (store_id, id, platform, name, status, account_external_id, account_title, base_url, currency,
                               time_zone, connected_at)
      SELECT id, gen_random_uuid(), 'shopify', 'shopify', 'connected', '${shop}', 'bench', 'https://${shop}', 'EUR',
             'Europe/Berlin', now() FROM store`);
    [this.storeId, this.integrationId] = (await this.sql('SELECT store_id, id FROM integration')).split('|');
  }
  /** Milliseconds from exec to the first /readyz that says ready. */
  async start() {
    const began = process.hrtime.bigint();
    this.child = this.bench.start('hub', this.binary, ['serve'], { env: this.env });
    await until('the hub is ready', async () => {
      if (!this.child.running) throw new Error(`the hub ended:\n${this.child.tail()}`);
      return ask(`http://127.0.0.1:${this.port}/readyz`).then((reply) => reply.status === 200, () => false);
    }, { seconds: 60, every: 1 });
    return Number(process.hrtime.bigint() - began) / 1e6;
  }
  stop() {
    return this.bench.stop(this.child);
  }
  rssMegabytes() {
    const status = readFileSync(`/proc/${this.child.process.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+)/.exec(status)[1]) / 1024;
  }
}
