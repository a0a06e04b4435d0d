// POST /admin/oauth/access_token: code exchange and refresh.

function answer(status, body) {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(body),
  };
}

function refused(status, error, description) {
  return answer(status, { error, error_description: description });
}

function exchange(platform, shop, request) {
  const grant = platform.tokens.redeemCode(shop.domain, String(request.code));
  if (!grant)
    return refused(400, 'invalid_request', 'The authorization code was not found or was already used');
  const before = platform.tokens.scopesOf(shop.domain);
  const issued = platform.tokens.acquire(shop.domain, grant.scopes, String(request.expiring ?? '0') === '1');
  platform.installed(shop, before, grant.scopes);
  return answer(200, issued);
}

function refresh(platform, shop, request) {
  if (!request.refresh_token)
    return refused(400, 'invalid_request', 'Missing required parameter: refresh_token');
  const issued = platform.tokens.refreshWith(shop.domain, String(request.refresh_token));
  return issued
    ? answer(200, issued)
    : refused(401, 'invalid_grant', 'This request requires an active refresh_token');
}

/** `request` is the parsed JSON or form body. */
export function tokenEndpoint(platform, shop, request) {
  if (request.client_id !== platform.app.clientId) {
    return refused(400, 'application_cannot_be_found', 'The application with that client id was not found');
  }
  if (!platform.app.accepts(request.client_secret))
    return refused(401, 'invalid_client', 'The client secret is not valid');
  if (request.grant_type === 'refresh_token') return refresh(platform, shop, request);
  if (request.grant_type)
    return refused(400, 'unsupported_grant_type', `simulator does not model the grant ${request.grant_type}`);
  if (request.code) return exchange(platform, shop, request);
  return refused(400, 'invalid_request', 'Missing or invalid code');
}
