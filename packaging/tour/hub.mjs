// The hub under test: its process, its command line, its API.
import { join } from 'node:path';
import { ask, json } from './http.mjs';
import { Child, output, until } from './process.mjs';
import { select } from '../../tests/support/compare/hub.mjs';

export class Hub {
  constructor({ name = 'hub', binary, plugins, folder, port }) {
    this.name = name;
    this.binary = binary;
    this.folder = folder;
    this.url = `http://127.0.0.1:${port}`;
    this.database = { host: join(folder, 'db', 'run'), user: 'souk', name: 'souk' };
    this.env = {
      SOUK_DATABASE_URL: 'embedded',
      SOUK_DATABASE_EMBEDDED_FOLDER: join(folder, 'db'),
      SOUK_PLUGINS_FOLDER: plugins,
      SOUK_WEB_ADDRESS: `127.0.0.1:${port}`,
      SOUK_WEB_PUBLIC_URL: this.url,
      SOUK_WEBHOOKS_PUBLIC_URL: 'https://souk.test',
      // A killed host's work is taken over when its leases end: soon, so that the tour is short.
      SOUK_JOBS_LEASE: '12s',
      SOUK_WEBHOOKS_LEASE: '6s',
    };
  }
  /** Milliseconds from exec to ready. */
  async start() {
    const began = Date.now();
    this.child = new Child(this.name, this.binary, ['serve'], { env: this.env, log: join(this.folder, `${this.name}.log`) });
    await until(`${this.name} is ready`, async () => {
      if (!this.child.running) throw new Error(`${this.name} ended:\n${this.child.tail()}`);
      return ask(`${this.url}/readyz`).then((reply) => reply.status === 200, () => false);
    }, { seconds: 300, every: 10 });
    return Date.now() - began;
  }
  command(...args) {
    return output(this.binary, args, this.env);
  }
  async commandJson(...args) {
    return JSON.parse(await this.command(...args, '--json'));
  }
  api(path, options = {}) {
    return json(`${this.url}/api/v1/${path}`, { ...options, headers: { authorization: `Bearer ${this.token}` } });
  }
  async number(sql, variables = {}) {
    return Number((await select(this.database, sql, variables))[0].n);
  }
  /** Nothing of what was received waits any more: no event, no follow-up job, no run. */
  settled(seconds) {
    const waiting = `SELECT (SELECT count(*) FROM webhook WHERE state = 'waiting')
      + (SELECT count(*) FROM job WHERE state <> 'dead' AND kind IN ('refetch', 'sync', 'account', 'subscribe')) AS n`;
    let left;
    const none = async () => (left = await this.number(waiting)) === 0;
    return until('the hub has applied everything', none, { seconds, every: 200, progress: () => left });
  }
  parked() {
    return this.number(`SELECT (SELECT count(*) FROM webhook WHERE state = 'dead') + (SELECT count(*) FROM job WHERE state = 'dead') AS n`);
  }
}
