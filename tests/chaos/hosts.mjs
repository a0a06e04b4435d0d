// Several hosts on one database: they share the work, renew each other's tokens once, keep one schedule, take over
// from the dead, refuse the late writes of the paused, and are restarted one by one without a request dropped.
import { ask, json } from '../../packaging/tour/http.mjs';
import { pause, until } from '../../packaging/tour/process.mjs';
import * as steps from '../../packaging/tour/steps.mjs';
import { Balancer } from './support/balancer.mjs';
import { Load, Readers } from './support/load.mjs';
import { metric, metrics } from './support/metrics.mjs';
import { OrderEvents, orderTemplate } from './support/orders.mjs';
import { World } from './support/world.mjs';

const limit = 300;
// Rounds of a kill and a pause, each with so many hosts.
const shortForm = { names: ['alpha', 'beta', 'gamma'], products: 60, edits: 60, rounds: [3] };
const fullForm = { ...shortForm, products: 400, edits: 400, rounds: [3, 3, 3, 2, 2, 2] };

const lameDuckMillis = 10 * Balancer.checkMillis;
const env = {
  SOUK_WEBHOOKS_LEASE: '6s', SOUK_JOBS_LEASE: '6s', SOUK_DATABASE_STATEMENT_TIMEOUT: '8s',
  SOUK_SHUTDOWN_LAME_DUCK: `${lameDuckMillis}ms`, SOUK_LOG_LEVEL: 'warning',
};

const ownerName = (owner) => owner.split('-')[0];

class Hosts {
  constructor(stage, form) {
    Object.assign(this, { stage, form, world: new World(stage), seeds: stage.seed });
  }
  get cluster() {
    return this.world.cluster;
  }
  get hosts() {
    return this.world.hosts;
  }
  async begin() {
    const { stage, form, world } = this;
    this.balancer = await Balancer.reserve(stage.folder);
    await world.makeCluster();
    await world.makeHosts(form.names, { publicUrl: this.balancer.url, env });
    await world.makePlatform({ stores: 3, products: form.products });
    const ready = await Promise.all(this.hosts.map((host) => host.start()));
    await this.balancer.start(this.hosts);
    stage.atEnd(() => this.balancer.child.end());
    return `${form.names.length} hosts began together on an empty database, ready in ${ready.join(', ')} ms`;
  }
  edit(count, kinds) {
    return json(`${this.world.simulator.control}/edits`, { method: 'POST', send: { count, kinds, seed: (this.seeds += 1) } });
  }
  async fullRuns() {
    for (const store of this.world.hub.stores) await this.world.hub.api('sync', { method: 'POST', send: { integration_id: store.integration, mode: 'full' } });
  }
  /** No run goes on, and none failed. One may say that records were still being fetched at its end. */
  async runsEnded() {
    const count = (condition) => this.cluster.number(`SELECT count(*) AS n FROM sync_run WHERE ${condition}`);
    await until('every run has ended', async () => (await count(`status IN ('queued', 'running', 'waiting')`)) === 0, { seconds: limit });
    if ((await count(`status IN ('failed', 'cancelled')`)) > 0) throw new Error('a run failed; souk sync list names it');
  }
  async settledAndEqual() {
    await this.world.simulator.delivered(limit);
    await this.runsEnded();
    await this.world.hub.settled(limit);
    const parked = await this.world.hub.parked();
    if (parked > 0) throw new Error(`${parked} events or jobs were parked; souk webhook list --state dead names them`);
    return steps.compareTables(this.world);
  }

  /** Work comes until every host has had of all kinds. */
  async shared() {
    const before = await Promise.all([metrics(this.hosts, 'souk_webhooks_applied_total'), metrics(this.hosts, 'souk_jobs_total')]);
    const done = async () => {
      const [events, jobs] = await Promise.all([metrics(this.hosts, 'souk_webhooks_applied_total'), metrics(this.hosts, 'souk_jobs_total')]);
      return [events.map((n, i) => n - before[0][i]), jobs.map((n, i) => n - before[1][i])];
    };
    let rounds = 0;
    const [events, jobs] = await until('every host has had its share', async () => {
      rounds += 1;
      await this.edit(this.form.edits, ['product_title', 'item_update', 'order_edit', 'stock_set']);
      await this.world.simulator.delivered(limit);
      const shares = await done();
      return shares.flat().every((n) => n > 0) && shares;
    }, { seconds: limit });
    const equal = await this.settledAndEqual();
    return `events ${events.join(' + ')}, jobs ${jobs.join(' + ')} after ${rounds} rounds of edits; ${equal}`;
  }

  /** All hosts see at once that all shops are due. */
  async scheduled() {
    const started = () => this.cluster.select(`SELECT integration_id AS id, count(*) AS n FROM sync_run WHERE trigger = 'schedule' GROUP BY 1`);
    const before = new Map((await started()).map(({ id, n }) => [id, n]));
    await this.cluster.command(`UPDATE integration SET next_sync_at = now() - interval '1 second'`);
    const shops = this.world.hub.stores.length;
    const fresh = async () => (await started()).map(({ id, n }) => n - (before.get(id) ?? 0)).filter((n) => n > 0);
    await until('every due run is started', async () => (await fresh()).length === shops, { seconds: 60 });
    await this.runsEnded();
    // Every host has looked once more meanwhile: it does every ten seconds.
    await pause(11_000);
    const runs = await fresh();
    if (runs.some((n) => n !== 1)) throw new Error(`scheduled runs of the shops: ${runs.join(', ')} instead of one each`);
    return `one run for each of ${shops} shops`;
  }

  /** The platform's clock goes on by more than a token's life: all hosts are refused in the same moment. */
  async refreshed() {
    const { simulator } = this.world;
    const asked = async () => (await json(`${simulator.control}/metrics`)).http['/admin/oauth/access_token 200'] ?? 0;
    const before = await asked();
    const renewed = await metrics(this.hosts, 'souk_connect_refreshes_total');
    await json(`${simulator.control}/clock`, { method: 'POST', send: { advance_seconds: 3700 } });
    await this.edit(this.form.edits, ['item_update', 'order_edit']);
    const equal = await this.settledAndEqual();
    const shops = this.world.hub.stores.length;
    const times = (await asked()) - before;
    if (times !== shops) throw new Error(`the platform renewed ${times} tokens for ${shops} shops`);
    const by = (await metrics(this.hosts, 'souk_connect_refreshes_total')).map((n, i) => n - renewed[i]);
    return `${times} tokens renewed for ${shops} shops, by the hosts ${by.join(' + ')}; ${equal}`;
  }

  /** A host that holds a run's job right now, with that job. */
  holder() {
    return until('a host holds a run', async () => {
      const [job] = await this.cluster.select(`SELECT id, fence, lease_owner FROM job WHERE kind = 'sync' AND state = 'leased' ORDER BY random() LIMIT 1`);
      return job && { job, host: this.hosts.find(({ name }) => name === ownerName(job.lease_owner)) };
    }, { seconds: limit, every: 5 });
  }
  takenOver(job) {
    return until('another host takes the run over', async () => {
      const [now] = await this.cluster.select(`SELECT fence, lease_owner FROM job WHERE id = :'id'::uuid`, { id: job.id });
      return !now || now.fence > job.fence;
    }, { seconds: 120, every: 50 });
  }

  async killed() {
    await this.fullRuns();
    const burst = this.edit(this.form.edits);
    const { job, host } = await this.holder();
    await host.child.end('SIGKILL');
    const began = Date.now();
    await this.takenOver(job);
    const took = Date.now() - began;
    await burst;
    const equal = await this.settledAndEqual();
    await host.start();
    return `${host.name} was killed in a run; taken over ${took} ms later; ${equal}`;
  }

  async paused() {
    await this.fullRuns();
    const burst = this.edit(this.form.edits);
    const { job, host } = await this.holder();
    const lost = await metric(host, 'souk_jobs_total', { result: 'lost' });
    const { pid } = host.child.process;
    process.kill(pid, 'SIGSTOP');
    try {
      const [held] = await this.cluster.select(`SELECT fence FROM job WHERE id = :'id'::uuid`, { id: job.id });
      if (held?.fence !== job.fence) return null; // it ended in the very moment
      await this.takenOver(job);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await burst;
    const refused = await until('the fence refuses the paused host', async () => (await metric(host, 'souk_jobs_total', { result: 'lost' })) - lost, { seconds: 120 });
    const equal = await this.settledAndEqual();
    return `${host.name} stood still past its lease; ${refused} late ends refused; ${equal}`;
  }
  /** Again when the run ended just before its host was stopped. */
  async pausedInTime() {
    for (let tries = 0; tries < 10; tries += 1) {
      const told = await this.paused();
      if (told) return told;
      await this.settledAndEqual();
    }
    throw new Error('no run was long enough to stop a host in it');
  }

  /** So many hosts run, the others have been ended. */
  async keep(count) {
    for (const [index, host] of this.hosts.entries())
      if (index >= count && host.child.running) await this.ended(host);
      else if (index < count && !host.child.running) await host.start();
  }
  async ended(host) {
    await host.child.end('SIGTERM', 120);
    const { code } = await host.child.ended;
    if (code !== 0) throw new Error(`${host.name} ended with ${code}:\n${host.child.tail()}`);
  }
  async rolled() {
    const { world, balancer } = this;
    const [{ id, domain, integration }] = world.hub.stores;
    const orders = new OrderEvents({ domain, integration, template: await orderTemplate(world.simulator, domain) });
    const load = new Load({ url: balancer.url, secret: world.secret, events: () => orders.next(), clients: 8 });
    const readers = new Readers({ url: balancer.url, path: `/api/v1/overview?store_id=${id}`, token: world.hub.token, clients: 4 });
    load.start();
    readers.start();
    try {
      for (const host of this.hosts) {
        const [taken, read] = [load.count(200), readers.count(200)];
        await until('the load goes on', () => load.count(200) > taken + 100 && readers.count(200) > read + 20, { seconds: limit });
        await this.ended(host);
        await host.start();
        await until('the balancer sends to it again', async () => (await metric(host, 'souk_inbox_events_total')) > 0, { seconds: limit });
      }
    } finally {
      await Promise.all([load.stop(), readers.stop()]);
    }
    for (const clients of [load, readers])
      if (clients.answers.size !== 1 || clients.count(200) === 0) throw new Error(`requests were dropped: ${clients.told}`);
    await world.hub.settled(limit);
    const faults = await orders.faults(this.cluster);
    if (faults.length > 0) throw new Error(faults.join('; '));
    return `${this.hosts.length} hosts restarted under ${load.count(200)} webhooks and ${readers.count(200)} reads, none dropped; slowest ${Math.max(load.slowest, readers.slowest)} ms`;
  }
  /** A host about to stop says so at /readyz, serves on and closes connections; a second signal hurries it. */
  async hurried() {
    const [host] = this.hosts;
    await this.ended(host);
    host.env.SOUK_SHUTDOWN_LAME_DUCK = '1h';
    await host.start();
    host.child.process.kill('SIGTERM');
    await until('the host says that it stops', async () => (await ask(`${host.url}/readyz`)).status === 503);
    const { status, headers } = await ask(`${host.url}/healthz`, { headers: { connection: 'keep-alive' } });
    if (status !== 200 || headers.connection !== 'close') throw new Error(`a stopping host answered ${status}, connection ${headers.connection}`);
    await this.ended(host);
    return 'serves on while balancers turn away; a second signal cuts that short';
  }
}

export default async function hosts(stage) {
  const form = stage.full ? fullForm : shortForm;
  const hub = new Hosts(stage, form);
  await stage.step('hosts', () => hub.begin());
  await stage.step('shops', () => hub.world.connect());
  await stage.step('work is shared', () => hub.shared());
  await stage.step('schedules', () => hub.scheduled());
  await stage.step('refreshes', () => hub.refreshed());
  for (const count of form.rounds) {
    await hub.keep(count);
    await stage.step(`killed, of ${count}`, () => hub.killed());
    await stage.step(`paused, of ${count}`, () => hub.pausedInTime());
  }
  await hub.keep(form.names.length);
  await stage.step('rolling restart', () => hub.rolled());
  await stage.step('hurried stop', () => hub.hurried());
}
