// The Graph API's frame: versions, tokens, errors as Meta writes them, and the table of edges.

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

export class GraphError extends Error {
  constructor(status, code, message, more = {}) {
    super(message);
    Object.assign(this, { status, code, more });
  }

  body(trace) {
    const { subcode, details, type = 'OAuthException', headers: _, ...rest } = this.more;
    return {
      error: {
        message: `(#${this.code}) ${this.message}`,
        type,
        code: this.code,
        ...(subcode === undefined ? {} : { error_subcode: subcode }),
        ...(details === undefined ? {} : { error_data: { messaging_product: 'whatsapp', details } }),
        ...rest,
        fbtrace_id: trace,
      },
    };
  }
}

export const badParameter = (message, details) => new GraphError(400, 100, message, { details });
export const noSuchObject = (id) =>
  new GraphError(400, 100, `Unsupported get request. Object with ID '${id}' does not exist`, { subcode: 33, type: 'GraphMethodException' });

const supported = /^v(2[1-6])\.0$/;

/** Access tokens and what they may do. */
export class Tokens {
  constructor(clock, app) {
    Object.assign(this, { clock, app, known: new Map(), requireProof: false });
  }

  issue({ kind, scopes, user = null, page = null, seconds = null }) {
    const token = `EAA${randomBytes(24).toString('base64url')}`;
    const expiresAt = seconds === null ? 0 : this.clock.seconds() + seconds;
    this.known.set(token, { token, kind, scopes: [...scopes], user, page, expiresAt, revoked: null });
    return this.known.get(token);
  }

  /** Ends every token of a kind (or one): 458 app removed, 460 password changed, 463 expired. */
  revoke(subcode, match = () => true) {
    for (const token of this.known.values()) if (match(token)) token.revoked = subcode;
  }

  find(text) {
    if (text === `${this.app.id}|${this.app.secret}`) return { token: text, kind: 'app', scopes: [], user: null, page: null, expiresAt: 0 };
    if (!text) throw new GraphError(401, 190, 'An access token is required to request this resource.');
    const token = this.known.get(text);
    if (!token) throw new GraphError(401, 190, 'Invalid OAuth access token - Cannot parse access token', { subcode: 467 });
    if (token.revoked) throw new GraphError(401, 190, 'Error validating access token: the session has been invalidated.', { subcode: token.revoked });
    if (token.expiresAt && token.expiresAt <= this.clock.seconds())
      throw new GraphError(401, 190, 'Error validating access token: Session has expired.', { subcode: 463 });
    return token;
  }

  checkProof(token, query) {
    const proof = query.get('appsecret_proof');
    if (!proof) {
      if (this.requireProof) throw new GraphError(400, 100, 'API calls from the server require an appsecret_proof argument');
      return;
    }
    const time = query.get('appsecret_time');
    if (time && Math.abs(this.clock.seconds() - Number(time)) > 300)
      throw new GraphError(400, 100, 'Invalid appsecret_proof provided in the API argument (too old)');
    const message = time ? `${token.token}|${time}` : token.token;
    const wanted = createHmac('sha256', this.app.secret).update(message).digest('hex');
    const given = Buffer.from(proof);
    if (given.length !== wanted.length || !timingSafeEqual(given, Buffer.from(wanted)))
      throw new GraphError(400, 100, 'Invalid appsecret_proof provided in the API argument');
  }
}

export function needScope(token, scope) {
  if (!token.scopes.includes(scope))
    throw new GraphError(403, 200, `Requires ${scope} permission to manage the object`);
}

/** Edges as [method, pattern, handler]; handlers get a call and answer a JSON value. */
export class Graph {
  constructor({ clock, app, faults }) {
    Object.assign(this, { clock, app, faults, tokens: new Tokens(clock, app), edges: [], calls: [] });
  }

  add(method, pattern, handler, { open = false } = {}) {
    this.edges.push({ method, pattern, handler, open });
  }

  async handle({ method, url, headers, text, fields }) {
    const trace = randomBytes(8).toString('hex');
    const [, version, ...rest] = url.pathname.split('/');
    try {
      if (!supported.test(version)) throw new GraphError(400, 2635, `You are calling a deprecated version of the Api: ${version}`);
      const fault = this.faults.take(`${method} /${rest.join('/')}`);
      if (fault) throw new GraphError(fault.status, fault.code, fault.message ?? 'An unknown error occurred', { is_transient: fault.transient, subcode: fault.subcode, headers: fault.headers });
      const told = {};  // headers an edge adds to its answer
      const body = await this.answer({ method, path: `/${rest.join('/')}`, url, headers, text, fields, told });
      return { status: 200, headers: told, body };
    } catch (error) {
      if (!(error instanceof GraphError)) throw error;
      return { status: error.status, headers: error.more.headers ?? {}, body: error.body(trace) };
    }
  }

  async answer(call) {
    for (const { method, pattern, handler, open } of this.edges) {
      const match = pattern.exec(call.path);
      if (!match || method !== call.method) continue;
      const query = call.url.searchParams;
      if (open) return handler({ ...call, query, ids: match.slice(1) });
      const bearer = /^Bearer (.+)$/.exec(call.headers.authorization ?? '')?.[1];
      const token = this.tokens.find(bearer ?? query.get('access_token'));
      this.tokens.checkProof(token, query);
      return handler({ ...call, query, token, ids: match.slice(1) });
    }
    throw new GraphError(400, 2500, `Unknown path components: ${call.path}`);
  }
}
