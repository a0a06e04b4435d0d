// Codes, access tokens and refresh tokens, with the lifetimes and the grace rule of the platform.

import { compress } from './scopes.mjs';

const kCodeSeconds = 600;
const kAccessSeconds = 3600;
const kRefreshSeconds = 90 * 86400;
const kGraceSeconds = 30 * 86400;

export class Tokens {
  constructor(clock, random) {
    this.clock = clock;
    this.random = random;
    this.codes = new Map();
    this.access = new Map();
    this.refresh = new Map();
  }

  issueCode(domain, scopes) {
    const code = this.random.hex(32);
    this.codes.set(code, { domain, scopes, until: this.clock.seconds() + kCodeSeconds });
    return code;
  }

  /** The code's grant, once and within ten minutes and in the right shop; else null. */
  redeemCode(domain, code) {
    const grant = this.codes.get(code);
    if (!grant || grant.domain !== domain) return null;
    this.codes.delete(code);
    return grant.until > this.clock.seconds() ? grant : null;
  }

  /** Acquiring a token ends the refresh tokens the shop's app held before. */
  acquire(domain, scopes, expiring) {
    for (const held of this.refresh.values()) if (held.domain === domain) held.dead = true;
    return this.issue(domain, scopes, expiring, null);
  }

  issue(domain, scopes, expiring, parent) {
    const now = this.clock.seconds();
    const accessToken = `shpat_${this.random.hex(32)}`;
    this.access.set(accessToken, { domain, scopes, until: expiring ? now + kAccessSeconds : null });
    const answer = { access_token: accessToken, scope: compress(scopes).join(',') };
    if (!expiring) return answer;
    const refreshToken = `shprt_${this.random.hex(32)}`;
    this.refresh.set(refreshToken, {
      domain,
      scopes,
      until: now + kRefreshSeconds,
      parent,
      firstUsed: null,
      dead: false,
    });
    return {
      ...answer,
      expires_in: kAccessSeconds,
      refresh_token: refreshToken,
      refresh_token_expires_in: kRefreshSeconds,
    };
  }

  /** A new pair, or null when the token is unknown, ended, or from another shop. */
  refreshWith(domain, refreshToken) {
    const held = this.refresh.get(refreshToken);
    const now = this.clock.seconds();
    if (!held || held.domain !== domain || held.dead || held.until <= now) return null;
    if (held.firstUsed !== null && held.firstUsed + kGraceSeconds <= now) return null;
    held.firstUsed ??= now;
    for (let older = held.parent; older; older = older.parent) older.dead = true;
    return this.issue(domain, held.scopes, true, held);
  }

  /** The grant behind an access token that is good in this shop now; else null. */
  check(domain, accessToken) {
    const grant = this.access.get(accessToken);
    if (!grant || grant.domain !== domain) return null;
    return grant.until === null || grant.until > this.clock.seconds() ? grant : null;
  }

  installed(domain) {
    return this.scopesOf(domain) !== null;
  }

  /** Scopes of the latest grant, or null when the shop has none. */
  scopesOf(domain) {
    const grants = [...this.access.values()].filter((grant) => grant.domain === domain);
    return grants.length > 0 ? grants[grants.length - 1].scopes : null;
  }

  /** Scopes of every live grant of the shop are replaced; returns what they were. */
  regrant(domain, scopes) {
    let previous = [];
    for (const held of [...this.access.values(), ...this.refresh.values()]) {
      if (held.domain !== domain) continue;
      previous = held.scopes;
      held.scopes = scopes;
    }
    return previous;
  }

  forget(domain) {
    for (const list of [this.codes, this.access, this.refresh]) {
      for (const [token, held] of list) if (held.domain === domain) list.delete(token);
    }
  }
}
