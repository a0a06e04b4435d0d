// What every scenario stands on: PostgreSQL outside the hosts, the simulated platform, hosts, connected shops.
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Hub } from '../../../packaging/tour/hub.mjs';
import { freePort } from '../../../packaging/tour/process.mjs';
import { Simulator } from '../../../packaging/tour/simulator.mjs';
import * as steps from '../../../packaging/tour/steps.mjs';
import { Cluster } from './cluster.mjs';

/** Hosts of one hub: all on one database, with one key, under one public address. */
export class World {
  constructor(stage) {
    this.stage = stage;
  }
  /** `disk`: where PostgreSQL keeps its data, a folder of the stage's by default. */
  async makeCluster({ folder = join(this.stage.folder, 'pg'), settings } = {}) {
    this.cluster = await Cluster.make({ folder, log: join(this.stage.folder, 'postgresql.log'), settings });
    this.stage.atEnd(async () => {
      this.cluster.thaw();
      if (this.cluster.child.running) await this.cluster.stop();
    });
  }
  /** `names` of the hosts; `publicUrl` is what is in front of them, the first host itself by default. */
  async makeHosts(names, { publicUrl, env = {} } = {}) {
    const { stage, cluster } = this;
    const key = randomBytes(32).toString('base64');
    this.hosts = [];
    for (const name of names) {
      const host = new Hub({ name, binary: stage.hub, plugins: stage.plugins, folder: stage.folder, port: await freePort() });
      Object.assign(host, { database: cluster.database });
      Object.assign(host.env, { SOUK_DATABASE_URL: cluster.url, SOUK_VAULT_KEY: key, SOUK_HOST_ID: name, ...env });
      this.hosts.push(host);
    }
    [this.hub] = this.hosts;
    this.publicUrl = publicUrl ?? this.hub.url;
    for (const host of this.hosts) host.env.SOUK_WEB_PUBLIC_URL = this.publicUrl;
    stage.atEnd(async () => {
      for (const host of this.hosts) if (host.child?.running) await host.child.end('SIGTERM', 120);
    });
  }
  async makePlatform({ stores, products, more }) {
    const { stage } = this;
    mkdirSync(join(stage.folder, 'simulator'), { recursive: true });
    this.simulator = await Simulator.start({ root: stage.root, folder: stage.folder, hub: this.publicUrl, stores, products, plan: 'enterprise', more });
    this.secret = readFileSync(this.simulator.secretFile, 'utf8').trim();
    stage.atEnd(() => this.simulator.child.end());
    for (const host of this.hosts) {
      host.env.SOUK_DEV_PLATFORM_HOSTS = `*.myshopify.com=127.0.0.1:${this.simulator.https_port}`;
      host.env.SOUK_DEV_PLATFORM_CA = this.simulator.ca;
    }
  }
  /** Stores added, shops connected, first runs verified complete. */
  async connect() {
    await steps.prepareStores(this);
    await steps.connectStores(this);
    await steps.followRuns(this, 600);
    return `${this.hub.stores.length} shops connected and synced`;
  }
}
