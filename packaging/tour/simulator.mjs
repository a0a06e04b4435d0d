// The simulated platform: started, steered, asked for the truth.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ask, askPlatform, json } from './http.mjs';
import { Child, until } from './process.mjs';

export class Simulator {
  static async start({ root, folder, hub, stores, products, plan, more = [] }) {
    const child = new Child('simulator', process.execPath, [
      join(root, 'plugins/shopify/simulator/main.mjs'),
      '--seed', '1', '--stores', String(stores), '--products', String(products), '--plan', plan,
      '--client-id', 'souk-tour', '--client-secret-file', join(folder, 'client-secret'),
      '--deliver', `https://souk.test=${hub}`, '--redirect-uri', `${hub}/api/auth/shopify/callback`,
      '--compliance-uri', 'https://souk.test/api/webhooks/shopify', '--time-scale', '100', '--folder', join(folder, 'simulator'), ...more,
    ], { log: join(folder, 'simulator.log') });
    const line = await Promise.race([child.firstLine, child.ended.then(() => Promise.reject(new Error(`the simulator ended:\n${child.tail()}`)))]);
    const ready = JSON.parse(line);
    return Object.assign(new Simulator(), { child, ...ready, secretFile: join(folder, 'client-secret'), caText: readFileSync(ready.ca) });
  }
  /** One call of the control endpoint. */
  call(path, send) {
    return json(`${this.control}/${path}`, send === undefined ? {} : { method: 'POST', send });
  }
  state() {
    return json(`${this.control}/state`);
  }
  edit(count, seed) {
    return json(`${this.control}/edits`, { method: 'POST', send: { count, seed } });
  }
  faults(webhooks) {
    return json(`${this.control}/faults`, { method: 'POST', send: { webhooks } });
  }
  flush() {
    return json(`${this.control}/deliveries/flush`, { method: 'POST', send: {} });
  }
  /** Drives every delivery, retries included, until none is pending. */
  delivered(seconds) {
    let left;
    const none = async () => {
      await this.flush();
      left = (await this.state()).pending_deliveries;
      return left === 0;
    };
    return until('every webhook delivered', none, { seconds, every: 250, progress: () => left });
  }
  async truth(domain, entity) {
    return (await ask(`${this.control}/truth/${domain}/${entity}`)).body;
  }
  browse(url) {
    return askPlatform(url, { port: this.https_port, ca: this.caText });
  }
}
