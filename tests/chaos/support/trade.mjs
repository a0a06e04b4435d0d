// One store that sells on three platforms at once, each played by its simulator: set up, brought to rest, compared.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ask } from '../../../packaging/tour/http.mjs';
import { output, until } from '../../../packaging/tour/process.mjs';
import * as steps from '../../../packaging/tour/steps.mjs';
import { marketDifferences, listings, sales } from '../../support/compare/market.mjs';
import { marketRows } from '../../support/compare/market_hub.mjs';
import { marketTruth } from '../../support/compare/market_truth.mjs';
import { Market } from '../../support/market.mjs';
import { World } from './world.mjs';

const patience = 240;
const lines = (items) => items.map((item) => JSON.stringify(item)).join('\n');

export class Trade {
  constructor(stage) {
    Object.assign(this, { stage, world: new World(stage), accepted: [], refused: 0, unheard: 0, templates: new Map() });
  }
  get hub() {
    return this.world.hub;
  }
  get shops() {
    return this.world.simulator;
  }
  get account() {
    return this.market.account;
  }
  get number() {
    return this.market.number;
  }
  get faults() {
    return this.market.world.faults;
  }
  async begin({ products = 20, env = {} } = {}) {
    const { world, stage } = this;
    await world.makeCluster({ settings: { fsync: 'off' } });
    await world.makeHosts(['host'], { env: { SOUK_JOBS_LEASE: '4s', SOUK_WEBHOOKS_LEASE: '4s', SOUK_PUBLISH_ANSWER: '5s', SOUK_LOG_LEVEL: 'warning', ...env } });
    await world.makePlatform({ stores: 1, products, more: ['--no-giants', '--customers', '20', '--orders', '20'] });
    this.market = await Market.start({ folder: stage.folder, url: this.hub.url, seed: String(stage.seed) });
    stage.atEnd(() => this.market.close());
    // In the short form the catalogues have room enough that the hub never has to wait a minute for them.
    if (!stage.full) for (const { batchBudget } of this.market.world.catalogues.values()) batchBudget.most = 100;
    this.market.join(this.hub.env, this.shops);
    return `ready in ${await this.hub.start()} ms`;
  }
  async connect() {
    await this.world.connect();
    [this.store] = this.hub.stores;
    await this.market.setApp(this.hub);
    this.chat = (await this.market.connectAccount(this.hub, this.store)).id;
    this.page = (await this.market.connectPage(this.hub, this.store)).id;
    for (const integration of [this.chat, this.page]) await this.market.publish(this.hub, integration);
    await this.settle();
    return this.compare();
  }

  /** A call of the hub's API; what it refuses or never answers is counted, not thrown. */
  async post(path, send) {
    const body = JSON.stringify(send);
    const headers = { authorization: `Bearer ${this.hub.token}`, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const reply = await ask(`${this.hub.url}/api/v1/${path}`, { method: 'POST', headers, body }).catch((error) => ({ lost: error.message }));
    if (reply.lost) {
      this.unheard += 1;
      return `no answer: ${reply.lost}`;
    }
    if (reply.status >= 300) {
      this.refused += 1;
      if (reply.status >= 500 && reply.status !== 503) throw new Error(`POST ${path}: ${reply.status} ${reply.body}`);
      return `refused: ${reply.status} ${reply.body.slice(0, 200)}`;
    }
    return JSON.parse(reply.body);
  }
  async send(conversation, draft) {
    const answer = await this.post(`conversations/${conversation}/messages?store_id=${this.store.id}`, draft);
    if (!answer.id) return answer;
    this.accepted.push(answer.id);
    return `${draft.kind} ${answer.id}`;
  }
  async conversationOf(person) {
    const [row] = await this.world.cluster.select(
      `SELECT conversation_id AS id FROM conversation_person WHERE integration_id = :'integration'::uuid AND person_id = :'person'`,
      { integration: this.chat, person });
    return row?.id;
  }

  /** No fault is left to come; what was broken on purpose is mended. */
  async calm() {
    this.faults.set({ edges: [], lost_answers: 0, lost_batches: 0, batch_status: null, empty_pages: 0, webhooks: { duplicate: 0, reorder: 0, drop: 0, batch: 1 } });
    await this.shops.call('faults', { graphql: { rate: 0 } });
    await this.mend?.();
  }
  async atRest() {
    let left;
    const open = `SELECT (SELECT count(*) FROM webhook WHERE state = 'waiting') + (SELECT count(*) FROM job WHERE state <> 'dead') AS n`;
    await until('the hub has nothing left to do', async () => {
      await this.shops.delivered(patience);
      await this.market.delivered(patience);
      left = await this.hub.number(open);
      return left === 0;
    }, { seconds: patience, every: 100, progress: () => left });
  }
  /** Everything delivered, applied, sent, published and decided. */
  async settle() {
    await this.calm();
    for (let quiet = 0; quiet < 2; quiet += 1) {
      await this.atRest();
      for (const integration of [this.chat, this.page]) await this.market.published(this.hub, integration, patience);
      const before = this.market.world.calls.length;
      await this.atRest();
      if (this.market.world.calls.length !== before) quiet = -1;
    }
    if (this.edited) await this.reconcile();
    const parked = await this.hub.parked();
    if (parked > 0) throw new Error(`${parked} events or jobs were parked: ${JSON.stringify(await this.world.cluster.select(`SELECT kind, reason FROM job WHERE state = 'dead'`))}`);
  }
  /** What publishing waits for, on both catalogues. */
  standing() {
    return Promise.all([this.chat, this.page].map((integration) => this.hub.api(`integrations/${integration}/publishing`)));
  }
  /** Whatever people changed in the catalogues by hand is found and put right. */
  async reconcile() {
    this.edited = false;
    for (const integration of [this.chat, this.page]) {
      const before = (await this.hub.api(`integrations/${integration}/publishing`)).compared_at;
      await this.hub.api(`integrations/${integration}/publishing/compare`, { method: 'POST', send: {} });
      await until('the catalogue is compared', async () => (await this.hub.api(`integrations/${integration}/publishing`)).compared_at !== before, { seconds: patience });
    }
    return this.settle();
  }

  truthOf(catalogue) {
    const { buyers, written, sent } = this.account.truth();
    return { buyers: lines(buyers), written: lines(written), sent: lines(sent), page: lines(this.market.page.log), items: catalogue ? lines(catalogue.truth()) : '' };
  }
  /** Differences, each told as a sentence, and how many rows were compared. */
  async differences() {
    const found = [];
    let rows = 0;
    const about = async (entity, integration, truth, where = '') => {
      const wanted = marketTruth(entity, truth);
      rows += wanted.size;
      found.push(...marketDifferences(entity, wanted, await marketRows(this.hub.database, integration, entity)).map((line) => `${where}${line}`));
    };
    const truth = this.truthOf();
    for (const entity of ['conversations', 'messages', 'orders']) await about(entity, this.chat, truth);
    for (const entity of ['pageConversations', 'pageMessages']) await about(entity, this.page, truth);
    for (const [integration, catalogue] of [[this.chat, this.market.chatCatalogue], [this.page, this.market.pageCatalogue]]) {
      for (const entity of ['catalogue', 'offers']) await about(entity, integration, this.truthOf(catalogue), `${catalogue.name}: `);
      found.push(...listings(await marketRows(this.hub.database, integration, 'listings')).map((line) => `${catalogue.name}: ${line}`));
    }
    const { domain, integration: keeper } = this.store;
    await about('adjustments', keeper, { adjustments: await this.shops.truth(domain, 'adjustments') });
    found.push(...sales(await marketRows(this.hub.database, this.chat, 'sales')), ...(await this.lost()), ...(await this.unknownTemplates()));
    return { found, rows };
  }
  /** What the hub accepted and does not have, and what stands still on its way. */
  async lost() {
    const rows = await this.world.cluster.select(`SELECT id, status FROM message WHERE direction = 'outgoing' AND integration_id = :'integration'::uuid`, { integration: this.chat });
    const kept = new Map(rows.map(({ id, status }) => [id, status]));
    return this.accepted.filter((id) => !kept.has(id)).map((id) => `messages ${id}: accepted, and lost`)
      .concat(rows.filter(({ status }) => ['queued', 'sending'].includes(status)).map(({ id, status }) => `messages ${id}: still ${status}`));
  }
  async unknownTemplates() {
    const [{ facts }] = await this.world.cluster.select(`SELECT facts FROM integration WHERE id = :'integration'::uuid`, { integration: this.chat });
    return [...this.templates].filter(([name, status]) => facts.templates?.[`${name}/en`]?.status !== status)
      .map(([name, status]) => `template ${name}: the platform has ${status}, the hub ${JSON.stringify(facts.templates?.[`${name}/en`])}`);
  }
  /** Beside the logs, for whoever looks what went wrong. */
  async keepTables() {
    const { host, user, name } = this.hub.database;
    writeFileSync(join(this.stage.folder, 'tables.sql'), await output('pg_dump', ['-h', host, '-U', user, '--data-only', '--column-inserts', name]));
    const { written, sent } = this.truthOf();
    const items = [this.market.chatCatalogue, this.market.pageCatalogue].map((one) => lines(one.truth()));
    writeFileSync(join(this.stage.folder, 'truth.jsonl'), [written, sent, ...items].join('\n'));
  }
  async compare() {
    const equal = await steps.compareTables(this.world);
    const { found, rows } = await this.differences();
    if (found.length > 0) await this.keepTables();
    if (found.length > 0) throw new Error(`${found.length} differences in ${rows} rows:\n  ${found.slice(0, 12).join('\n  ')}`);
    return `${equal}; ${rows} rows of messages, orders and offers, too`;
  }
}
