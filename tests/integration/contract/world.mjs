// A hub with two stores of a simulated shop platform, two played platforms, tokens of every role, and rows in every table.
import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ask } from '../../../packaging/tour/http.mjs';
import { Hub } from '../../../packaging/tour/hub.mjs';
import { freePort, until } from '../../../packaging/tour/process.mjs';
import { Simulator } from '../../../packaging/tour/simulator.mjs';
import * as steps from '../../../packaging/tour/steps.mjs';

const run = promisify(execFile);

export class World {
  static async make({ root, binary, plugins }) {
    const world = new World();
    world.folder = mkdtempSync(join(tmpdir(), 'souk-'));
    chmodSync(world.folder, 0o755);
    mkdirSync(join(world.folder, 'simulator'));
    world.hub = new Hub({ binary, plugins, folder: world.folder, port: await freePort() });
    world.simulator = await Simulator.start({ root, folder: world.folder, hub: world.hub.url, stores: 2, products: 12, plan: 'enterprise' });
    world.hub.env.SOUK_DEV_PLATFORM_HOSTS = `*.myshopify.com=127.0.0.1:${world.simulator.https_port}`;
    world.hub.env.SOUK_DEV_PLATFORM_CA = world.simulator.ca;
    return world;
  }

  async seed() {
    await this.hub.start();
    await steps.prepareStores(this);
    await steps.connectStores(this);
    await steps.followRuns(this);
    await this.simulator.edit(12, 5);
    await this.simulator.delivered(180);
    await this.hub.settled(180);
    [this.store, this.other] = this.hub.stores;
    this.admin = this.hub.token;
    this.tokens = {};
    for (const role of ['admin', 'operator', 'viewer', 'agent']) this.tokens[role] = (await this.token({ role, store_id: this.store.id })).token;
    this.adminId = (await this.hub.api('tokens')).data.find((token) => token.name === 'tour').id;
    this.first = {};
    for (const list of ['products', 'orders', 'customers', 'webhooks', 'sync']) this.first[list] = (await this.hub.api(`${list}?store_id=${this.store.id}&limit=1`)).data[0].id;
    // One that is not published: what goes on in the background leaves it, and its ETag, alone.
    this.first.products = (await this.hub.api(`products?store_id=${this.store.id}&limit=250`)).data.find(({ status }) => status !== 'active').id;
    this.oauth = await this.integration('contract_oauth', 'lamps');
    this.form = await this.integration('contract_form', 'lamps');
    this.spare = await this.integration('contract_form', 'spare');
    await this.post(`integrations/${this.form}/form`, { fields: { account: 'lamps' } });
    await this.post(`integrations/${this.form}/publishing`, { enabled: true });
    this.first.conversations = (await this.post(`conversations?store_id=${this.store.id}`, { integration_id: this.form, to: '+4930' })).id;
    await this.post(`conversations/${this.first.conversations}/messages?store_id=${this.store.id}`, { kind: 'template' });
    const ask = { integration_id: this.form, what: 'export', customer_external_id: '4930' };
    this.first.privacy = (await this.post(`privacy-requests?store_id=${this.store.id}`, ask)).id;
    const done = async () => (await this.hub.api(`privacy-requests/${this.first.privacy}?store_id=${this.store.id}`)).state === 'done';
    await until('the first export is ready', done, { seconds: 60 });
  }

  post(path, send) {
    return this.hub.api(path, { method: 'POST', send });
  }
  token(wanted) {
    return this.post('tokens', wanted);
  }
  async integration(platform, account) {
    return (await this.post('integrations', { store_id: this.store.id, platform, config: { account } })).id;
  }
  /** An integration of the form platform, connected. */
  async connected(account) {
    const id = await this.integration('contract_form', account);
    await this.post(`integrations/${id}/form`, { fields: { account } });
    return id;
  }
  /** An integration of the form platform that waits for its person to choose. */
  choosing() {
    this.chosen = (this.chosen ?? 0) + 1;
    return this.connected(`choose${[...String(this.chosen)].map((digit) => 'abcdefghij'[digit]).join('')}`);
  }
  /** The code of the page that somebody is sent to who asked for erasure. */
  async erasure() {
    const answer = await ask(`${this.hub.url}/api/webhooks/contract_form`, { method: 'POST', body: '{"erase":true}', headers: { 'content-type': 'application/json', 'content-length': 14 } });
    return JSON.parse(answer.body).confirmation_code;
  }
  /** The ticket of a new attempt to connect `account`. */
  async ticket(account) {
    const id = account === 'lamps' ? this.oauth : await this.integration('contract_oauth', account);
    const { connect_url: url } = await this.post(`integrations/${id}/connect`, {});
    return new URL(url).searchParams.get('ticket');
  }
  /** A browser's attempt after it was sent to the platform: state and cookie. */
  async attempt(account) {
    const opened = await ask(`${this.hub.url}/api/auth/contract_oauth/start?ticket=${await this.ticket(account)}`);
    const cookie = opened.headers['set-cookie'][0].split(';')[0];
    return { state: new URL(opened.headers.location).searchParams.get('state'), cookie };
  }
  /** A run of the other store that cannot end, because its platform is down. */
  async stuckRun() {
    await this.faults({ rate: 1, kind: 'http503' });
    const ended = async () => (await this.hub.api(`sync?store_id=${this.other.id}`)).data.every(({ status }) => !['queued', 'running', 'waiting'].includes(status));
    await until('the runs before have ended', ended, { seconds: 120 });
    return (await this.post('sync', { integration_id: this.other.integration, mode: 'full' })).id;
  }
  calm() {
    return this.faults({ rate: 0 });
  }
  faults(graphql) {
    return ask(`${this.simulator.control}/faults`, { method: 'POST', body: JSON.stringify({ graphql }), headers: { 'content-type': 'application/json' } });
  }

  /** As the cluster's owner; `database` other than the hub's own while that is closed. */
  sql(statement, database = this.hub.database.name) {
    return run('psql', ['-h', this.hub.database.host, '-U', this.hub.database.user, '-d', database, '-qX', '-v', 'ON_ERROR_STOP=1', '-c', statement]);
  }
  async restart(env) {
    await this.hub.child.end();
    Object.assign(this.hub.env, env);
    await this.hub.start();
  }
  async end({ keep }) {
    for (const child of [this.hub?.child, this.simulator?.child].filter(Boolean)) await child.end();
    if (keep) console.log(`logs are kept in ${this.folder}`);
    else rmSync(this.folder, { recursive: true, force: true });
  }
}
