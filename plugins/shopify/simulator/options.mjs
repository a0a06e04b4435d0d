// The command line.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { restoreRateOf } from './graphql/bucket.mjs';
import { secretFromSeed } from './server/platform.mjs';

export const kHelp = `usage: main.mjs [options]
  --seed N                 data seed (1)
  --stores N               shops souk-demo-1 … N (3)
  --products N             products per shop, giants included (200)
  --customers N            customers per shop (half the products)
  --orders N               orders per shop, giants included (half the products)
  --no-giants              none of the records that make a page too small
  --port N                 https port, 0 = any free (0)
  --control-port N         control port, 0 = any free (0)
  --client-id ID           the app's client id (souk-simulator)
  --client-secret-file F   file with the app's secret; written when it does not exist
  --redirect-uri URL       registered redirect address, repeatable
  --deliver FROM=TO        webhooks to FROM… are posted to TO…, repeatable
  --compliance-uri URL     address of the three privacy topics
  --webhook-version V      webhook payload version shown in headers (2026-10)
  --plan P                 standard | advanced | plus | enterprise (standard)
  --folder DIR             where CA and certificate are written (a new temporary folder)
  --time-scale X           webhook retries come X times sooner (1)
  --now TIME               start the clock at this RFC 3339 time
  --frozen                 the clock stands still until it is moved
`;

const specification = {
  seed: { type: 'string', default: '1' },
  stores: { type: 'string', default: '3' },
  products: { type: 'string', default: '200' },
  customers: { type: 'string' },
  orders: { type: 'string' },
  'no-giants': { type: 'boolean', default: false },
  port: { type: 'string', default: '0' },
  'control-port': { type: 'string', default: '0' },
  'client-id': { type: 'string', default: 'souk-simulator' },
  'client-secret-file': { type: 'string' },
  'redirect-uri': { type: 'string', multiple: true, default: [] },
  deliver: { type: 'string', multiple: true, default: [] },
  'compliance-uri': { type: 'string' },
  'webhook-version': { type: 'string', default: '2026-10' },
  plan: { type: 'string', default: 'standard' },
  folder: { type: 'string' },
  'time-scale': { type: 'string', default: '1' },
  now: { type: 'string' },
  frozen: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
};

function whole(name, text) {
  if (!/^\d+$/.test(text)) throw new Error(`--${name} must be a whole number, not ${text}`);
  return Number(text);
}

function route(text) {
  const cut = text.indexOf('=');
  const [from, to] = [text.slice(0, cut), text.slice(cut + 1)];
  if (cut < 0 || !from.startsWith('https://') || !/^https?:\/\//.test(to))
    throw new Error(`--deliver must be https://public=http://target, not ${text}`);
  return { from: from.replace(/\/$/, ''), to: to.replace(/\/$/, '') };
}

function secretFrom(path, seed) {
  if (!path) return secretFromSeed(seed, 0);
  if (!existsSync(path)) writeFileSync(path, `${secretFromSeed(seed, 0)}\n`, { mode: 0o600 });
  const secret = readFileSync(path, 'utf8').trim();
  if (secret === '') throw new Error(`--client-secret-file ${path} is empty`);
  return secret;
}

function startTime(text) {
  if (text === undefined) return undefined;
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw new Error(`--now must be an RFC 3339 time, not ${text}`);
  return ms;
}

/** Options of a run, or {help: true}. Throws with a sentence that names the option. */
export function readOptions(words) {
  const { values } = parseArgs({ args: words, options: specification });
  if (values.help) return { help: true };
  if (!restoreRateOf(values.plan))
    throw new Error(`--plan must be standard, advanced, plus or enterprise, not ${values.plan}`);
  const products = whole('products', values.products);
  const scale = Number(values['time-scale']);
  if (!(scale > 0)) throw new Error(`--time-scale must be a positive number, not ${values['time-scale']}`);
  return {
    seed: values.seed,
    stores: whole('stores', values.stores),
    products,
    customers:
      values.customers === undefined ? Math.ceil(products / 2) : whole('customers', values.customers),
    orders: values.orders === undefined ? Math.ceil(products / 2) : whole('orders', values.orders),
    giants: !values['no-giants'],
    port: whole('port', values.port),
    controlPort: whole('control-port', values['control-port']),
    clientId: values['client-id'],
    clientSecret: secretFrom(values['client-secret-file'], values.seed),
    redirectUris: values['redirect-uri'],
    deliver: values.deliver.map(route),
    complianceUri: values['compliance-uri'] ?? null,
    webhookVersion: values['webhook-version'],
    plan: values.plan,
    folder: values.folder,
    timeScale: scale,
    now: startTime(values.now),
    frozen: values.frozen,
  };
}
