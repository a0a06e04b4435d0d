// The consent page. A person clicks; a script posts the same form, or adds approve=1 to the query.

import { queryHmac, signedQuery } from './signing.mjs';
import { parseScopes, unknownScope } from './scopes.mjs';

function escape(text) {
  return String(text).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

function problem(app, query) {
  if (query.get('client_id') !== app.clientId)
    return 'application_cannot_be_found: The application with that client id was not found';
  if (!app.redirectUris.includes(query.get('redirect_uri')))
    return 'invalid_request: The redirect_uri is not whitelisted';
  const scopes = parseScopes(query.get('scope'));
  const unknown = unknownScope(scopes);
  if (unknown) return `invalid_scope: The scope ${unknown} is not known`;
  if (query.getAll('grant_options[]').includes('per-user'))
    return 'invalid_request: simulator does not model online tokens';
  return null;
}

function page(shop, query) {
  const items = parseScopes(query.get('scope'))
    .map((scope) => `<li><code>${escape(scope)}</code></li>`)
    .join('');
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Install app</title>
<body><h1>Install this app in ${escape(shop.name)}?</h1><p>It asks for:</p><ul>${items}</ul>
<form method="post" action="/admin/oauth/authorize?${escape(query.toString())}"><input type="hidden" name="approve" value="1">
<button id="approve">Install app</button></form></body></html>`;
}

/** Where the merchant's browser goes after consent: the callback with its signed query. */
function callback({ app, tokens, clock }, shop, query) {
  const granted = query.has('grant') ? parseScopes(query.get('grant')) : parseScopes(query.get('scope'));
  const parameters = {
    code: tokens.issueCode(shop.domain, granted),
    host: Buffer.from(`admin.shopify.com/store/${shop.domain.split('.')[0]}`)
      .toString('base64')
      .replace(/=+$/, ''),
    shop: shop.domain,
    timestamp: String(clock.seconds()),
  };
  if (query.has('state')) parameters.state = query.get('state');
  const hmac = queryHmac(parameters, app.signingSecret());
  const target = query.get('redirect_uri');
  return `${target}${target.includes('?') ? '&' : '?'}${signedQuery({ ...parameters, hmac })}`;
}

/** Answers GET and POST /admin/oauth/authorize: {status, headers, body}. */
export function authorize(platform, shop, method, query, form) {
  const wrong = problem(platform.app, query);
  const html = { 'content-type': 'text/html; charset=utf-8' };
  if (wrong)
    return {
      status: 400,
      headers: html,
      body: `<!doctype html><title>Oauth error</title><p>Oauth error ${escape(wrong)}</p>`,
    };
  const approved = method === 'POST' ? form.get('approve') === '1' : query.get('approve') === '1';
  if (!approved) return { status: 200, headers: html, body: page(shop, query) };
  return { status: 302, headers: { location: callback(platform, shop, query) }, body: '' };
}
