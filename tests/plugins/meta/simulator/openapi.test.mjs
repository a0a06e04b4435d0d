// The simulator's answers against Meta's published OpenAPI document, where that is at hand.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { meta, receiver } from './support.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const samples = process.env.SOUK_CORPUS ?? join(here, '../../../../../shared/reference/data/samples');
const spec = join(samples, '../schema/meta-whatsapp-business-messaging-api_v23.0.yaml');
const number = '106540352240';
const business = '102290129340';

let hub;
let hook;
before(async () => {
  hook = await receiver();
  hub = await meta({ accounts: [{ name: 'Demo', currency: 'USD', number: '15550783881' }], deliver: [{ from: 'https://souk.test', to: hook.url }] });
});
after(async () => {
  await hub.close();
  await hook.close();
});

function check(answers) {
  const { status, stdout, stderr } = spawnSync('python3', [join(here, 'openapi_check.py'), spec], { input: JSON.stringify(answers), encoding: 'utf8' });
  if (status === 3) return null;
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}

test('answers are what the published document says', async (t) => {
  if (!existsSync(spec)) return t.skip(`no OpenAPI document at ${spec} (set SOUK_CORPUS)`);
  const token = hub.token();
  const account = hub.world.accounts.get(business);
  const buyer = account.addBuyer({ waId: '16505551234', name: 'Zoe' });
  const { id: written } = account.say(number, buyer.userId, { type: 'text', text: { body: 'hi' } });
  const answers = [];
  const ask = async (method, path, template, body, as = token) => {
    const { status, body: told } = await hub.ask(method, `/v25.0${path}`, { token: as, body });
    answers.push({ method, path: template, status, body: told });
  };
  const send = (body) => ask('POST', `/${number}/messages`, '/{Version}/{Phone-Number-ID}/messages', { messaging_product: 'whatsapp', to: '16505551234', ...body });
  await send({ type: 'text', text: { body: 'hi' } });
  await send({ type: 'template', template: { name: 'hello', language: { code: 'en' } } });
  await send({ status: 'read', message_id: written });
  await ask('GET', `/${number}`, '/{Version}/{Phone-Number-ID}');
  await ask('GET', `/${number}`, '/{Version}/{Phone-Number-ID}', undefined, 'nonsense');
  await ask('GET', `/${business}`, '/{Version}/{WABA-ID}');
  await ask('GET', `/${business}/phone_numbers`, '/{Version}/{WABA-ID}/phone_numbers');
  await ask('GET', `/${business}/message_templates`, '/{Version}/{WABA-ID}/message_templates');
  await ask('POST', `/${business}/subscribed_apps`, '/{Version}/{WABA-ID}/subscribed_apps', { override_callback_uri: 'https://souk.test/w', verify_token: 'v' });
  await ask('GET', `/${business}/subscribed_apps`, '/{Version}/{WABA-ID}/subscribed_apps');
  const told = check(answers);
  if (told === null) return t.skip('python3 has no yaml or jsonschema');
  t.diagnostic(`${told.checked} answers checked`);
  assert.deepEqual(told.problems, []);
});
