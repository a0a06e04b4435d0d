// Facebook Login, tokens of people, pages and system users, what they are connected with.

import { randomBytes } from 'node:crypto';
import { proveCallback } from './callback.mjs';
import { GraphError, badParameter, needScope, noSuchObject } from './graph.mjs';

const kBriefSeconds = 3600;
const kLongSeconds = 60 * 24 * 3600;
const kCodeSeconds = 600;
const kSignupCodeSeconds = 30;

export class Login {
  constructor({ clock, app, tokens, redirectUris }) {
    Object.assign(this, { clock, app, tokens, redirectUris, codes: new Map(), declined: [] });
  }

  /** The dialog, approved or refused: where the browser is sent. */
  dialog(query) {
    const redirect = query.get('redirect_uri') ?? '';
    if (query.get('client_id') !== this.app.id) return { status: 400, body: 'Invalid App ID' };
    if (!this.redirectUris.includes(redirect)) return { status: 400, body: "URL blocked: this redirect failed because the redirect URI is not white-listed" };
    const back = new URL(redirect);
    if (query.get('approve') === '0')
      for (const [name, value] of [['error', 'access_denied'], ['error_reason', 'user_denied'], ['error_description', 'The user denied your request.']]) back.searchParams.set(name, value);
    else {
      const scopes = (query.get('scope') ?? '').split(',').filter((scope) => scope && !this.declined.includes(scope));
      back.searchParams.set('code', this.code({ redirect, scopes }, kCodeSeconds));
    }
    back.searchParams.set('state', query.get('state') ?? '');
    return { status: 302, headers: { location: `${back}#_=_` }, body: '' };
  }

  code(grant, seconds) {
    const code = `AQ${randomBytes(20).toString('base64url')}`;
    this.codes.set(code, { ...grant, used: false, endsAt: this.clock.seconds() + seconds });
    return code;
  }

  /** What Embedded Signup hands to the browser; lives 30 seconds, has no redirect address. */
  signupCode(scopes) {
    return this.code({ redirect: null, scopes, system: true }, kSignupCodeSeconds);
  }

  exchange(query) {
    if (query.get('client_id') !== this.app.id) throw new GraphError(400, 101, 'Error validating application. Invalid application ID.');
    if (query.get('client_secret') !== this.app.secret) throw new GraphError(400, 1, 'Error validating client secret.');
    if (query.get('grant_type') === 'fb_exchange_token') {
      const brief = this.tokens.find(query.get('fb_exchange_token'));
      return this.answer(this.tokens.issue({ ...brief, kind: 'user', seconds: kLongSeconds }), kLongSeconds);
    }
    const code = this.codes.get(query.get('code') ?? '');
    if (!code) throw new GraphError(400, 100, 'Invalid verification code format.', { subcode: 36007 });
    if (code.used) throw new GraphError(400, 100, 'This authorization code has been used.', { subcode: 36009, headers: { 'www-authenticate': 'OAuth "Facebook Platform" "invalid_code" "This authorization code has been used."' } });
    if (code.endsAt <= this.clock.seconds()) throw new GraphError(400, 100, 'This authorization code has expired.', { subcode: 36007 });
    if (code.redirect !== null && code.redirect !== query.get('redirect_uri'))
      throw new GraphError(400, 100, 'Error validating verification code. Please make sure your redirect_uri is identical to the one you used in the OAuth dialog request', { subcode: 36008 });
    code.used = true;
    if (code.system) return this.answer(this.tokens.issue({ kind: 'system', scopes: code.scopes }), null);
    return this.answer(this.tokens.issue({ kind: 'user', scopes: code.scopes, user: '218471', seconds: kBriefSeconds }), kBriefSeconds);
  }

  answer({ token }, seconds) {
    return { access_token: token, token_type: 'bearer', ...(seconds === null ? {} : { expires_in: seconds }) };
  }
}

export function addLoginEdges(graph, { login, world }) {
  const { tokens, app } = graph;
  graph.add('GET', /^\/oauth\/access_token$/, ({ query }) => login.exchange(query), { open: true });
  graph.add('GET', /^\/debug_token$/, ({ query }) => {
    const token = tokens.known.get(query.get('input_token') ?? '');
    if (!token) throw badParameter('The parameter input_token is required');
    const valid = !token.revoked && (!token.expiresAt || token.expiresAt > graph.clock.seconds());
    return { data: { app_id: app.id, type: token.kind === 'system' ? 'SYSTEM_USER' : 'USER', application: 'Souk', is_valid: valid, expires_at: token.expiresAt, data_access_expires_at: 0, scopes: token.scopes } };
  });
  graph.add('GET', /^\/me$/, ({ token }) => ({ id: token.user ?? '6660001' }));
  graph.add('GET', /^\/me\/permissions$/, ({ token }) => ({
    data: [...token.scopes.map((permission) => ({ permission, status: 'granted' })), ...login.declined.map((permission) => ({ permission, status: 'declined' }))],
  }));
  graph.add('DELETE', /^\/me\/permissions$/, ({ token }) => {
    tokens.revoke(458, (each) => each.user === token.user && each.kind !== 'system');
    return { success: true };
  });
  graph.add('GET', /^\/me\/accounts$/, ({ token }) => {
    needScope(token, 'pages_show_list');
    return { data: world.pages.map(({ id, name }) => ({ id, name, category: 'Shop', tasks: ['MANAGE'] })) };
  });
  graph.add('GET', /^\/me\/businesses$/, ({ token }) => {
    needScope(token, 'business_management');
    return { data: [{ id: '7700001', name: 'Souk demo business', owned_product_catalogs: { data: [...world.catalogues.values()].map(({ id, name }) => ({ id, name })) } }] };
  });
}

/** The app's own subscriptions: one for each kind of object, set with the app's own token. */
export function addAppEdges(graph, { world }) {
  const edge = /^\/([\w-]+)\/subscriptions$/;
  const appOnly = ({ ids: [id], token }) => {
    if (id !== graph.app.id) throw noSuchObject(id);
    if (token.kind !== 'app') throw new GraphError(400, 15, 'This method must be called with an app access_token.');
  };
  graph.add('GET', edge, (call) => {
    appOnly(call);
    return { data: [...world.appSubscriptions].map(([object, { uri, fields }]) => ({ object, callback_url: uri, active: true, fields: fields.map((name) => ({ name, version: 'v25.0' })) })) };
  });
  graph.add('POST', edge, async (call) => {
    appOnly(call);
    const { object, callback_url: uri, fields = '', verify_token: token } = call.fields ?? {};
    if (!object || !uri) throw badParameter('The parameters object and callback_url are required');
    await proveCallback(world.deliveries.sender, uri, token);
    world.appSubscriptions.set(object, { uri, fields: fields.split(',') });
    return { success: true };
  });
  graph.add('DELETE', edge, (call) => {
    appOnly(call);
    world.appSubscriptions.delete(call.query.get('object'));
    return { success: true };
  });
}

/** Pages and catalogues as nodes, and which apps they are subscribed to. */
export function addAssetEdges(graph, { world }) {
  const asset = (id) => world.pages.find((page) => page.id === id) ?? world.catalogues.get(id);
  const pageTokenOnly = (token, one) => {
    if (world.pages.includes(one) && token.page !== one.id) throw new GraphError(403, 210, 'A page access token is required to request this resource.');
    needScope(token, world.catalogues.has(one.id) ? 'catalog_management' : 'pages_manage_metadata');
  };
  graph.add('GET', /^\/(\d+)\/subscribed_apps$/, ({ ids: [id], token, told }, one = asset(id)) => {
    if (!one) return graph.later('GET', `/${id}/subscribed_apps`, token, null, told);
    pageTokenOnly(token, one);
    return { data: one.subscribed.has(graph.app.id) ? [{ name: 'Souk', id: graph.app.id }] : [] };
  });
  for (const method of ['POST', 'DELETE'])
    graph.add(method, /^\/(\d+)\/subscribed_apps$/, ({ ids: [id], token, fields, told }, one = asset(id)) => {
      if (!one) return graph.later(method, `/${id}/subscribed_apps`, token, fields, told);
      pageTokenOnly(token, one);
      if (method === 'POST') one.subscribed.add(graph.app.id);
      else one.subscribed.delete(graph.app.id);
      return { success: true };
    });
  graph.add('GET', /^\/(\d+)$/, ({ ids: [id], token, query, told }, one = asset(id)) => {
    if (!one) return graph.later('GET', `/${id}`, token, null, told);
    const fields = (query.get('fields') ?? 'id,name').split(',');
    if (world.catalogues.has(id)) {
      needScope(token, 'catalog_management');
      return { id, name: one.name, ...(fields.includes('vertical') ? { vertical: 'commerce' } : {}), ...(fields.includes('product_count') ? { product_count: one.items.size } : {}) };
    }
    const answer = { id, name: one.name };
    if (fields.includes('access_token')) {
      needScope(token, 'pages_show_list');
      answer.access_token = graph.tokens.issue({ kind: 'page', scopes: token.scopes, user: token.user, page: id }).token;
    }
    return answer;
  });
  graph.later ??= (method, path) => {
    throw noSuchObject(path.split('/')[1]);
  };
}
