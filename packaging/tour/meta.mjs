// Simulated Meta in one process, Facebook and WhatsApp: started, steered, asked for the truth.
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ask, askPlatform, json } from './http.mjs';
import { Child, until } from './process.mjs';

export class Meta {
  /**
   * `folder` gets certificates, the app's secret and a log; `hubUrl` is where https://souk.test leads. `visits` is the
   * catalogues' traffic, which decides how many batches a minute they take; `more` are further options of main.mjs.
   * {child, https_port, control, ca, caText, client_id, secretFile, pages, catalogues, accounts}, all ready to be used.
   */
  static async start({ root, folder, hubUrl, seed = 7, visits = 20000, processSeconds = 1, reviewSeconds = 1, more = [] }) {
    mkdirSync(join(folder, 'graph'), { recursive: true });
    const secretFile = join(folder, 'meta-secret');
    const child = new Child('meta', process.execPath, [
      join(root, 'plugins/meta/simulator/main.mjs'), '--seed', String(seed), '--visits', String(visits),
      '--client-id', 'souk-tour', '--client-secret-file', secretFile, '--redirect-uri', `${hubUrl}/api/auth/facebook/callback`,
      '--deliver', `https://souk.test=${hubUrl}`, '--process-seconds', String(processSeconds), '--review-seconds', String(reviewSeconds),
      '--folder', join(folder, 'graph'), ...more,
    ], { log: join(folder, 'meta.log') });
    const line = await Promise.race([child.firstLine, child.ended.then(() => Promise.reject(new Error(`the simulator of Meta ended:\n${child.tail()}`)))]);
    const ready = JSON.parse(line);
    return Object.assign(new Meta(), { child, secretFile, ...ready, caText: readFileSync(ready.ca, 'utf8') });
  }
  /** Where the hub is to look for Meta: what dev.platform_hosts says of it. */
  get hosts() {
    return ['graph', 'www'].map((name) => `${name}.facebook.com=127.0.0.1:${this.https_port}`).join(',');
  }
  /** One call of the control endpoint: GET, or POST of what is to be sent. */
  call(path, send) {
    return json(`${this.control}/${path}`, send === undefined ? {} : { method: 'POST', send });
  }
  state() {
    return this.call('state');
  }
  faults(faults) {
    return this.call('faults', faults);
  }
  async lines(path) {
    return (await ask(`${this.control}/truth/${path}`)).body.split('\n').filter(Boolean).map((line) => JSON.parse(line));
  }
  /** What buyers see in a catalogue: {id, title, price, currency, availability, available, group, review}. */
  catalogue(id) {
    return this.lines(`catalogues/${id}`);
  }
  /** What a WhatsApp account has sent: {id, type, to, correlation, body}. */
  sent(waba = this.accounts[0].waba_id) {
    return this.lines(`accounts/${waba}/sent`);
  }
  /** A token of a system user, as a person copies it from Business Suite. */
  async systemToken() {
    const scopes = ['whatsapp_business_management', 'whatsapp_business_messaging', 'catalog_management', 'business_management'];
    return (await this.call('tokens', { kind: 'system', scopes })).token;
  }
  /** A person with WhatsApp who can write to the first account: {user_id, wa_id, name}. */
  buyer(wa_id, name) {
    return this.call(`accounts/${this.accounts[0].waba_id}/buyers`, { wa_id, name });
  }
  /** They write; `message` is {type, [type]: …}. Answers {id}, the platform's id of it. */
  say(user_id, message) {
    const { waba_id, phone_number_id: number } = this.accounts[0];
    return this.call(`accounts/${waba_id}/say`, { number, user_id, message });
  }
  /** They send a cart: `items` are [{id, quantity}] of the account's catalogue, at its prices. Answers {id}. */
  order(user_id, items, text = '') {
    const { waba_id, phone_number_id: number } = this.accounts[0];
    return this.call(`accounts/${waba_id}/order`, { number, user_id, items, text });
  }
  /** Drives every delivery, retries included, until none is pending. */
  delivered(seconds) {
    let left;
    const none = async () => {
      await this.call('deliveries/flush', {});
      left = (await this.state()).pending_deliveries;
      return left === 0;
    };
    return until('everything of Meta delivered', none, { seconds, every: 250, progress: () => left });
  }
  /** As a browser would reach www.facebook.com. */
  browse(url) {
    return askPlatform(url, { port: this.https_port, ca: this.caText });
  }
  close() {
    return this.child.end('SIGTERM', 60);
  }
  /** The process is gone at once; what it held in memory is lost. */
  kill() {
    return this.child.end('SIGKILL');
  }
}
