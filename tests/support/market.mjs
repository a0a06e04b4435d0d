// Simulated Meta in this process, beside a hub and its shops: one account of messages, pages, catalogues; connected as
// people would, by form and in a browser.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ask, askPlatform } from '../../packaging/tour/http.mjs';
import { until } from '../../packaging/tour/process.mjs';
import { start } from '../../plugins/meta/simulator/start.mjs';

const clientId = 'souk-simulator';
const secret = 'a-secret-of-the-simulated-app';
const patience = { seconds: 120, every: 100 };
const scopes = ['whatsapp_business_management', 'whatsapp_business_messaging', 'catalog_management', 'business_management'];

export class Market {
  /** Delivers to the hub at `url`; makes its folder in `folder`. */
  static async start({ folder, url, seed = '7' }) {
    mkdirSync(join(folder, 'graph'));
    const meta = await start({
      seed, clientId, clientSecret: secret, redirectUris: [`${url}/api/auth/facebook/callback`], folder: join(folder, 'graph'),
      deliver: [{ from: 'https://souk.test', to: url }], pace: { processSeconds: 1, reviewSeconds: 1 },
      catalogues: ['Chat catalogue', 'Page catalogue'], pages: ['Souk page', 'Other page'],
      accounts: [{ name: 'Souk Demo', currency: 'USD', number: '15550783881' }],
    });
    const market = Object.assign(new Market(), { folder, ...meta });
    const addressOf = (platform) => ({ uri: `https://souk.test/api/webhooks/${platform}`, fields: ['messages', 'items_batch'] });
    meta.world.appSubscriptions.set('whatsapp_business_account', addressOf('whatsapp'));
    for (const object of ['catalog', 'page']) meta.world.appSubscriptions.set(object, addressOf('facebook'));
    return market;
  }
  /** What a hub must be told to reach these platforms and the shops'. */
  join(env, shops) {
    const authorities = join(this.folder, 'ca.pem');
    writeFileSync(authorities, readFileSync(shops.ca) + readFileSync(this.ready.ca));
    env.SOUK_DEV_PLATFORM_CA = authorities;
    env.SOUK_DEV_PLATFORM_HOSTS = [`*.myshopify.com=127.0.0.1:${shops.https_port}`,
      ...['graph', 'www'].map((name) => `${name}.facebook.com=127.0.0.1:${this.ready.https_port}`)].join(',');
  }
  get account() {
    return [...this.world.accounts.values()][0];
  }
  get number() {
    return [...this.account.numbers.keys()][0];
  }
  get page() {
    return this.world.pages[0];
  }
  catalogue(name) {
    return [...this.world.catalogues.values()].find((one) => one.name === name);
  }
  get chatCatalogue() {
    return this.catalogue('Chat catalogue');
  }
  get pageCatalogue() {
    return this.catalogue('Page catalogue');
  }
  /** The app both platforms belong to, told to the hub. */
  async setApp(hub) {
    const file = join(this.folder, 'app-secret');
    writeFileSync(file, secret, { mode: 0o600 });
    await hub.command('app', 'set', 'facebook', '--client-id', clientId, '--client-secret-file', file);
  }
  /** Connects the account by its form; again, when `integration` is given. Answers the integration's id and its answer. */
  async connectAccount(hub, store, integration) {
    const own = { waba_id: this.account.id, phone_number_id: this.number };
    const id = integration ?? (await hub.api('integrations', { method: 'POST', send: { store_id: store.id, platform: 'whatsapp', config: own } })).id;
    const { token } = this.world.graph.tokens.issue({ kind: 'system', scopes, seconds: null, user: null });
    const connected = await hub.api(`integrations/${id}/form`, { method: 'POST', send: { fields: { ...own, token, app_secret: secret, verify_token: 'ours' } } });
    if (connected.status !== 'connected') throw new Error(`the account of messages is ${connected.status}`);
    await until('its deliveries are subscribed', () => this.account.subscription, patience);
    return { id, connected };
  }
  /** Connects page and catalogue in a browser and picks both; again, when `integration` is given. */
  async connectPage(hub, store, integration) {
    const id = integration ?? (await hub.api('integrations', { method: 'POST', send: { store_id: store.id, platform: 'facebook' } })).id;
    const { connect_url: address } = await hub.api(`integrations/${id}/connect`, { method: 'POST', send: {} });
    const opened = await ask(address);
    const cookie = opened.headers['set-cookie'][0].split(';')[0];
    const consent = await askPlatform(opened.headers.location, { port: this.ready.https_port, ca: readFileSync(this.ready.ca) });
    const finished = await ask(consent.headers.location.replace(/#.*/, ''), { headers: { cookie } });
    if (finished.status !== 200) throw new Error(`the page was not connected: ${finished.status} ${finished.body}`);
    const waiting = await hub.api(`integrations/${id}`);
    const connected = waiting.status === 'connected' ? waiting : await this.choose(hub, waiting);
    const { app } = this.world;
    await until('both are subscribed', () => this.page.subscribed.has(app.id) && this.pageCatalogue.subscribed.has(app.id), patience);
    return { id, finished, waiting, connected };
  }
  /** Picks page and catalogue where there was more than one of each. */
  async choose(hub, waiting) {
    const pick = (field, name) => waiting.choices.find((choice) => choice.field === field).options.find(({ label }) => label === name).value;
    const fields = { page: pick('page', 'Souk page'), catalogue: pick('catalogue', 'Page catalogue') };
    const connected = await hub.api(`integrations/${waiting.id}/choose`, { method: 'POST', send: { fields } });
    if (connected.status !== 'connected') throw new Error(`the page is ${connected.status}`);
    return connected;
  }
  publish(hub, integration, enabled = true) {
    return hub.api(`integrations/${integration}/publishing`, { method: 'POST', send: { enabled, link: 'https://shop.example/products/{handle}' } });
  }
  /** Drives every delivery until none is pending. */
  delivered(seconds) {
    const { deliveries } = this.world;
    return until('every delivery was made', async () => {
      await deliveries.flush();
      return deliveries.pendingCount() === 0;
    }, { seconds, every: 50, progress: () => deliveries.log.length });
  }
  /** Every offer the hub wants to make is made and decided, and nothing else is under way. */
  published(hub, integration, seconds = 120) {
    let standing;
    return until('everything offered is decided', async () => {
      standing = await hub.api(`integrations/${integration}/publishing`);
      const { offers, unread, waiting, in_hand: hand } = standing;
      return unread === 0 && waiting === 0 && hand === 0 && !offers.pending && !offers.in_review && standing;
    }, { seconds, every: 200, progress: () => JSON.stringify([standing?.offers, standing?.unread, standing?.waiting, standing?.in_hand, standing?.error]) });
  }
}
