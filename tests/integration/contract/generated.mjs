// Good and bad requests that follow from the document alone, for every operation.
import { randomUUID } from 'node:crypto';
import { idleRequest } from './usual.mjs';

const kGood = { uuid: () => randomUUID(), 'date-time': () => '2026-01-01T00:00:00Z' };

/** A value that fits the schema, as text. */
function goodValue({ type, format, enum: words }) {
  if (words) return words[0];
  if (kGood[format]) return kGood[format]();
  return { integer: '1', boolean: 'true', string: 'x' }[type];
}

/** Values that do not fit, as text; none for plain text. */
function badValues({ type, format, enum: words }) {
  if (words || format === 'uuid' || format === 'date-time' || type === 'boolean') return ['nonsense'];
  return type === 'integer' ? ['0', '251', '1.5', 'x', '-1'] : [];
}

/** Positions in a stream and cursors are the hub's own words. */
const kOpaque = ['cursor', 'after', 'ticket', 'state'];

export async function everyUsual({ walker, usual, world, document }) {
  for (const operation of document.operations) {
    const request = { ...(await usual[operation.id]()), token: operation.secured ? world.admin : undefined };
    const expect = Number(document.statuses(operation).find((status) => Number(status) < 400));
    const answer = await walker.call(operation.id, request, expect, 'as usual');
    if (document.statuses(operation).includes('304')) await unchanged(walker, operation, request, answer);
    if (operation.path.startsWith('/api/v1/') && /^list|^getOverview/.test(operation.id) && JSON.parse(answer.body).data?.length === 0)
      walker.fail(`${operation.id}: nothing in the list, so its items were not looked at`);
  }
}

async function unchanged(walker, operation, request, answer) {
  const asking = (etag) => ({ ...request, headers: { 'if-none-match': etag } });
  await walker.call(operation.id, asking(answer.headers.etag), 304, 'with its ETag');
  await walker.call(operation.id, asking('"another"'), 200, 'with another ETag');
}

export async function everyCaller({ walker, world, document }) {
  for (const operation of document.operations.filter(({ secured }) => secured)) {
    const request = idleRequest(world, operation);
    await walker.call(operation.id, { ...request, token: undefined }, 401, 'without a token');
    await walker.call(operation.id, { ...request, token: 'souk_unknown' }, 401, 'with an unknown token');
    await walker.call(operation.id, { ...request, token: undefined, headers: { authorization: 'Basic YTpi' } }, 401, 'with another scheme');
    for (const role of ['operator', 'viewer', 'agent'])
      if (operation.roles && !operation.roles.includes(role)) await walker.call(operation.id, { ...request, token: world.tokens[role] }, 403, `as ${role}`);
  }
}

export async function everyParameter({ walker, usual, world, document }) {
  for (const operation of document.operations) {
    const request = { ...idleRequest(world, operation) };
    if (operation.secured) await walker.call(operation.id, { ...request, query: { ...request.query, unheard_of: '1' } }, 400, 'with an unknown parameter');
    if (!['getHealth', 'deliverWebhook', 'challengeWebhook'].includes(operation.id))
      await walker.call(operation.id, { ...request, query: 'a=%zz' }, 400, 'with a broken escape');
    for (const { name, schema } of operation.parameters.filter((one) => one.in === 'query' && one.name !== 'store_id' && !kOpaque.includes(one.name))) {
      for (const value of badValues(schema)) await walker.call(operation.id, { ...request, query: { ...request.query, [name]: value } }, 400, `with ${name}=${value}`);
      const good = { ...(await usual[operation.id]()), token: world.admin };
      await walker.call(operation.id, { ...good, query: { ...good.query, [name]: goodValue(schema) } }, 200, `with a good ${name}`);
    }
    if (operation.parameters.some(({ name }) => name === 'cursor'))
      await walker.call(operation.id, { ...request, query: { ...request.query, cursor: 'nonsense' } }, 400, 'with a cursor of its own');
  }
}

export async function everyId({ walker, world, document }) {
  for (const operation of document.operations) {
    const [id] = operation.parameters.filter(({ in: where, schema }) => where === 'path' && schema.format === 'uuid');
    if (!id) continue;
    for (const value of [randomUUID(), '1', 'a/../b', 'x'.repeat(500)]) {
      const request = { ...idleRequest(world, operation), params: { [id.name]: value } };
      if (operation.body?.required) request.json = Object.values(operation.body.content)[0].example;
      await walker.call(operation.id, request, 404, `with the id ${value.slice(0, 20)}`);
    }
  }
}

const ofAdmin = ({ roles }) => roles && !roles.includes('operator');

export async function everyStore({ walker, world, document }) {
  // Where an integration is made, its store may stand in the body instead.
  const ofStore = document.operations.filter(({ id, parameters }) => id !== 'createIntegration' && parameters.some(({ name }) => name === 'store_id'));
  for (const operation of ofStore) {
    const request = idleRequest(world, operation);
    await walker.call(operation.id, { ...request, query: {} }, 400, 'of all stores without store_id');
    await walker.call(operation.id, { ...request, query: { store_id: 'nonsense' } }, 400, 'with a store_id that is none');
    await walker.call(operation.id, { ...request, token: world.tokens[ofAdmin(operation) ? 'admin' : 'operator'], query: { store_id: world.other.id } }, 404, 'of another store');
  }
}

export async function everyBody({ walker, world, document }) {
  const withBody = document.operations.filter(({ secured, body }) => secured && body);
  for (const operation of withBody) {
    const request = idleRequest(world, operation);
    const send = (body, type = 'application/json') => ({ ...request, body, headers: { 'content-type': type } });
    await walker.call(operation.id, send('{}', 'text/plain'), 415, 'as text');
    for (const body of ['{', '[]', 'null', '"{}"', '{"unheard_of":1}', '\u0000'])
      await walker.call(operation.id, send(body), 400, `with the body ${JSON.stringify(body)}`);
  }
}

/** Twice under one key is done once; another request under it is refused, and so is one while the first still runs. */
export async function everyKey({ walker, usual, world, document }) {
  for (const operation of document.operations.filter(({ secured, method }) => secured && method === 'POST')) {
    const headers = { 'idempotency-key': `key of ${operation.id}` };
    const request = { ...(await usual[operation.id]()), token: world.admin, headers };
    if (!operation.takesKey) {
      await walker.call(operation.id, request, 400, 'under a key');
      continue;
    }
    const expect = Number(document.statuses(operation)[0]);
    const first = await walker.call(operation.id, request, expect, 'under a key');
    const again = await walker.call(operation.id, request, expect, 'again under its key');
    if (again.headers['idempotency-replayed'] !== 'true' || again.body !== first.body) walker.fail(`${operation.id}: a repetition was not the kept answer`);
    await walker.call(operation.id, { ...request, json: { ...request.json, other: 1 } }, 422, 'with another body under its key');
    await world.sql(`INSERT INTO idempotency_key (scope, key, request_hash, state, created_at) VALUES ('${world.adminId}', 'busy ${operation.id}', '', 'running', now())`);
    await walker.call(operation.id, { ...request, headers: { 'idempotency-key': `busy ${operation.id}` } }, 409, 'under the key of one that still runs');
  }
}

/** What the front refuses before any operation is reached. */
export async function everyFrontRefusal({ walker, world, document }) {
  const host = `Host: ${walker.url.host}`;
  for (const operation of document.operations) {
    const request = idleRequest(world, operation);
    const raw = (lines, expect, why) => walker.raw(operation.id, request, lines, expect, why);
    const length = operation.method === 'POST' ? ['Content-Length: 0'] : [];
    await raw((method, target) => [`${method} ${target} HTTP/1.1`, 'Connection: close', ...length], 400, 'without Host');
    await raw((method, target) => [`${method} ${target} HTTP/1.1`, host, 'Content-Length: 99000000'], 413, 'with 99 MB');
    await raw((method, target) => [`${method} ${target}?${'a'.repeat(9000)} HTTP/1.1`, host, ...length], 414, 'with too long a query');
    await raw((method, target) => [`${method} ${target} HTTP/1.1`, host, ...length, ...Array.from({ length: 101 }, (_, i) => `X-${i}: 1`)], 431, 'with too many headers');
    await raw((method, target) => [`${method} ${target} HTTP/1.1`, host, 'Content-Length: 1', 'Expect: wonders'], 417, 'with another expectation');
    await raw((method, target) => [`${method} ${target} HTTP/2.0`, host, ...length], 505, 'with another HTTP');
    await raw((_, target) => [`PATCH ${target} HTTP/1.1`, host, 'Connection: close', 'Content-Length: 0'], 405, 'by another method');
    if (operation.method === 'POST') await raw((method, target) => [`${method} ${target} HTTP/1.1`, host], 411, 'without a length');
  }
}

/** With more body bytes in hand than the hub may hold (web.buffered_bytes). */
export async function everyOverload({ walker, world, document }) {
  for (const operation of document.operations)
    await walker.call(operation.id, { ...idleRequest(world, operation), body: ' '.repeat(4000), headers: { 'content-type': 'application/json' } }, 503, 'while the hub holds too much');
}
