// The control endpoint: plain HTTP with JSON on loopback. The simulators' READMEs list the calls.

import { callListener, Wrong } from '../../shopify/simulator/server/calls.mjs';
import { orderOf } from './whatsapp.mjs';

function found(map, id, what) {
  const one = map.get(id);
  if (!one) throw new Wrong(404, `unknown ${what} ${id}`);
  return one;
}

function pageOf(pages, id) {
  const page = pages.find((each) => each.id === id);
  if (!page) throw new Wrong(404, `unknown page ${id}`);
  return page;
}

function state(world) {
  return {
    now: new Date(world.clock.nowMs()).toISOString(),
    pending_deliveries: world.deliveries.pendingCount(),
    deliveries: world.deliveries.log.length,
    calls: world.calls.length,
    client_secret: world.app.secret,
    batches: [...world.catalogues.values()].reduce((sum, { batches }) => sum + batches.size, 0),
    sent: [...world.accounts.values()].reduce((sum, { sent }) => sum + sent.length, 0),
    subscribed: [
      ...[...world.accounts.values()].filter(({ subscription }) => subscription),
      ...[...world.pages, ...world.catalogues.values()].filter(({ subscribed }) => subscribed.has(world.app.id)),
    ].map(({ id }) => id),
  };
}

function setClock({ clock }, { advance_seconds: seconds, now, frozen }) {
  if (frozen !== undefined) clock.freeze(Boolean(frozen));
  if (now !== undefined) clock.set(Date.parse(now));
  if (seconds !== undefined) clock.advance(seconds * 1000);
  return { now: new Date(clock.nowMs()).toISOString() };
}

/** Budgets as tests want them: batches a minute, calls an hour, of every catalogue and account. */
function setLimits({ catalogues, accounts }, { batches_per_minute: batches, calls_per_hour: calls }) {
  for (const catalogue of catalogues.values()) {
    if (batches !== undefined) catalogue.batchBudget.most = batches;
    if (calls !== undefined) catalogue.callBudget.most = calls;
  }
  for (const account of accounts.values()) if (calls !== undefined) account.callBudget.most = calls;
  return { batches_per_minute: batches ?? null, calls_per_hour: calls ?? null };
}

const routes = [
  ['GET', /^\/state$/, (world) => state(world)],
  ['GET', /^\/deliveries$/, (world) => world.deliveries.log],
  ['GET', /^\/calls$/, (world) => world.calls],
  ['POST', /^\/deliveries\/flush$/, async (world) => {
    await world.deliveries.flush();
    return { pending: world.deliveries.pendingCount() };
  }],
  ['POST', /^\/clock$/, (world, _, body) => setClock(world, body)],
  ['POST', /^\/faults$/, (world, _, body) => {
    world.faults.set(body);
    return { edges: world.faults.edges, webhooks: world.faults.webhooks };
  }],
  ['POST', /^\/tokens$/, ({ graph }, _, { kind = 'system', scopes, seconds = null, user = null }) => graph.tokens.issue({ kind, scopes, seconds, user })],
  ['POST', /^\/tokens\/revoke$/, ({ graph }, _, { subcode = 458 }) => {
    graph.tokens.revoke(subcode);
    return { revoked: graph.tokens.known.size };
  }],
  ['POST', /^\/signup-codes$/, ({ login }, _, { scopes }) => ({ code: login.signupCode(scopes) })],
  ['POST', /^\/declined$/, ({ login }, _, { permissions }) => {
    login.declined = permissions;
    return { permissions };
  }],
  ['POST', /^\/proof$/, ({ graph }, _, { required }) => {
    graph.tokens.requireProof = Boolean(required);
    return { required: graph.tokens.requireProof };
  }],
  ['POST', /^\/limits$/, (world, _, limits) => setLimits(world, limits)],
  ['POST', /^\/wishes$/, ({ deliveries }, _, { uri, user_id: user }) => deliveries.wish(uri, user)],
  ['POST', /^\/pages\/(\d+)\/say$/, ({ pages }, [id], { person, message, echo }) => {
    return pageOf(pages, id).say(person, message, { echo });
  }],
  ['POST', /^\/catalogues\/(\d+)\/edit$/, ({ catalogues }, [id], { item, data }) => {
    found(catalogues, id, 'catalogue').edit(item, data);
    return { item };
  }],
  ['POST', /^\/accounts\/(\d+)\/templates$/, ({ accounts }, [id], { templates }) => {
    found(accounts, id, 'account').templates = templates;
    return { templates };
  }],
  ['POST', /^\/accounts\/(\d+)\/order$/, ({ accounts }, [id], { number, user_id: user, items, text }) => {
    const account = found(accounts, id, 'account');
    return account.say(number, user, orderOf(account.catalogue, items, text));
  }],
  ['POST', /^\/accounts\/(\d+)\/buyers$/, ({ accounts }, [id], body) => {
    const { userId, waId, name } = found(accounts, id, 'account').addBuyer({ waId: body.wa_id, name: body.name, username: body.username, scoped: Boolean(body.scoped), fails: body.fails ?? null });
    return { user_id: userId, wa_id: waId, name };
  }],
  ['POST', /^\/accounts\/(\d+)\/say$/, ({ accounts }, [id], { number, user_id: user, message }) => found(accounts, id, 'account').say(number, user, message)],
  ['POST', /^\/accounts\/(\d+)\/numbers$/, ({ accounts }, [id], { number, user_id: user, wa_id: waId }) => found(accounts, id, 'account').changeNumber(number, user, waId)],
  ['POST', /^\/accounts\/(\d+)\/tell$/, ({ accounts }, [id], { field, value }) => {
    found(accounts, id, 'account').tell(null, field, value, { withTime: true });
    return { told: field };
  }],
];

const truths = [
  [/^\/truth\/catalogues\/(\d+)$/, ({ catalogues }, id) => found(catalogues, id, 'catalogue').truth()],
  [/^\/truth\/catalogues\/(\d+)\/stock$/, ({ catalogues }, id) => found(catalogues, id, 'catalogue').stock],
  [/^\/truth\/accounts\/(\d+)\/(buyers|written|sent)$/, ({ accounts }, id, kind) => found(accounts, id, 'account').truth()[kind]],
  [/^\/truth\/pages\/(\d+)$/, ({ pages }, id) => pageOf(pages, id).log],
];

function truth(world, path) {
  for (const [pattern, items] of truths) {
    const match = pattern.exec(path);
    if (match) return items(world, ...match.slice(1)).map((item) => JSON.stringify(item));
  }
  return null;
}

export function controlListener(world) {
  return callListener(world, routes, truth);
}
