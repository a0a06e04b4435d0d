// Starts a simulated part of Meta on loopback: graph.facebook.com and www.facebook.com over TLS,
// and a control endpoint over plain HTTP.

import http from 'node:http';
import https from 'node:https';
import { bodyFields, readBody, reply } from '../../shopify/simulator/server/http.mjs';
import { makeCertificates } from '../../shopify/simulator/server/tls.mjs';
import { Clock } from '../../shopify/simulator/world/clock.mjs';
import { Random } from '../../shopify/simulator/world/random.mjs';
import { Catalogue, addCatalogueEdges } from './catalogue.mjs';
import { controlListener } from './control.mjs';
import { Deliveries } from './deliveries.mjs';
import { Faults } from './faults.mjs';
import { Graph } from './graph.mjs';
import { Login, addAppEdges, addAssetEdges, addLoginEdges } from './oauth.mjs';
import { Page } from './page.mjs';
import { Account, addWhatsAppEdges } from './whatsapp.mjs';

const kWorkEveryMs = 100;
const kMostBytes = 32 * 1024 * 1024;  // the Graph API itself refuses above 28 MB

function listen(server, port) {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server.address().port));
  });
}

function platformListener(world) {
  return async (request, response) => {
    const url = new URL(request.url, `https://${request.headers.host}`);
    const text = await readBody(request, kMostBytes).catch(() => null);
    if (text === null) return request.socket.destroy();  // as a front does with what is far too long
    if (url.hostname === 'www.facebook.com') {
      const answer = url.pathname.endsWith('/dialog/oauth') ? world.login.dialog(url.searchParams) : { status: 404, body: '' };
      return reply(response, answer);
    }
    const fields = text === '' ? {} : bodyFields(request.headers['content-type'], text);
    const { status, headers, body } = await world.graph.handle({ method: request.method, url, headers: request.headers, text, fields });
    world.calls.push({ at: world.clock.nowMs(), method: request.method, path: url.pathname, status });
    world.onDone(request.method, url.pathname, status);
    if (world.faults.losesAnswer(request.method, url.pathname)) return request.socket.destroy();  // done, but nobody hears of it
    return reply(response, { status, headers, body: JSON.stringify(body) });
  };
}

/** The world by options: {seed, app, redirectUris, deliver, catalogues, pages, accounts}. */
function makeWorld(options) {
  const clock = new Clock({ startMs: options.nowMs });
  const random = new Random(options.seed);
  const faults = new Faults(random.fork('faults'));
  const app = { id: options.clientId, secret: options.clientSecret };
  const graph = new Graph({ clock, app, faults });
  const deliveries = new Deliveries({ clock, random: random.fork('deliveries'), faults, app, routes: options.deliver });
  const world = { clock, random, faults, app, graph, deliveries, calls: [], pages: [], catalogues: new Map(), accounts: new Map(), appSubscriptions: new Map(), onDone: () => {} };
  if (options.appUri)
    for (const object of ['catalog', 'page', 'whatsapp_business_account']) world.appSubscriptions.set(object, { uri: options.appUri, fields: [] });
  const appUri = (object) => world.appSubscriptions.get(object)?.uri ?? null;
  world.login = new Login({ clock, app, tokens: graph.tokens, redirectUris: options.redirectUris });
  options.catalogues.forEach((name, index) => {
    const id = `88000${index + 1}`;
    const catalogue = new Catalogue({ id, name, clock, random: random.fork(`catalogue ${id}`), faults, ...options.pace });
    catalogue.onFinished = ({ id: of }, { handle }) => {
      const uri = appUri('catalog');
      if (!catalogue.subscribed.has(app.id) || !uri) return;  // silence, without an error
      deliveries.emit({ uri, object: 'catalog', entry: { id: of, time: clock.seconds(), changes: [{ field: 'items_batch', value: { catalog_id: of, handle, status: 'Finished' } }] } });
    };
    world.catalogues.set(id, catalogue);
  });
  options.pages.forEach((name, index) => world.pages.push(new Page({ id: `99000${index + 1}`, name, clock, app, deliveries, uri: () => appUri('page'), random: random.fork(`page ${index}`) })));
  options.accounts.forEach(({ name, currency, number }, index) => {
    const id = `10229012934${index}`;
    const account = new Account({ id, name, currency, clock, random: random.fork(`account ${id}`), app, deliveries, faults, catalogue: [...world.catalogues.values()][index] });
    account.addNumber(`10654035224${index}`, number);
    account.appUri = () => appUri('whatsapp_business_account');
    world.accounts.set(id, account);
  });
  addLoginEdges(graph, { login: world.login, world });
  addAppEdges(graph, { world });
  addAssetEdges(graph, { world });
  addCatalogueEdges(graph, world.catalogues);
  addWhatsAppEdges(graph, world.accounts);
  return world;
}

/** {world, ready, close}: `ready` is the line main.mjs prints. */
export async function start(options) {
  const certificates = makeCertificates(options.folder, ['graph.facebook.com', 'www.facebook.com']);
  const world = makeWorld(options);
  const platform = https.createServer({ key: certificates.key, cert: certificates.cert }, platformListener(world));
  const control = http.createServer(controlListener(world));
  const port = await listen(platform, options.port ?? 0);
  const controlPort = await listen(control, options.controlPort ?? 0);
  const timer = setInterval(() => world.catalogues.forEach((catalogue) => catalogue.work()), kWorkEveryMs);
  timer.unref();
  const ready = {
    https_port: port,
    control: `http://127.0.0.1:${controlPort}`,
    ca: certificates.caPath,
    client_id: world.app.id,
    pages: world.pages.map(({ id, name }) => ({ id, name })),
    catalogues: [...world.catalogues.values()].map(({ id, name }) => ({ id, name })),
    accounts: [...world.accounts.values()].map(({ id, numbers, catalogue }) => ({ waba_id: id, phone_number_id: [...numbers.keys()][0], catalogue_id: catalogue?.id ?? null })),
  };
  const close = async () => {
    clearInterval(timer);
    world.deliveries.close();
    await Promise.all([platform, control].map((server) => new Promise((done) => {
      server.close(done);
      server.closeAllConnections?.();
    })));
  };
  return { world, ready, close };
}
