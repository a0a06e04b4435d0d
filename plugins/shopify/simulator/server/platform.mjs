// Everything of one run put together: shops, clock, app, tokens, deliveries, faults, counters.

import { createHash } from 'node:crypto';
import { Faults } from '../control/faults.mjs';
import { App } from '../oauth/app.mjs';
import { Tokens } from '../oauth/tokens.mjs';
import { Clock } from '../world/clock.mjs';
import { makeWorld } from '../world/world.mjs';
import { scopesBody, shopBody, shopRedactBody } from '../webhooks/app_body.mjs';
import { Deliveries } from '../webhooks/deliveries.mjs';
import { Agenda } from './agenda.mjs';
import { Metrics } from './metrics.mjs';

export function secretFromSeed(seed, count) {
  return `shpss_${createHash('sha256').update(`souk simulator secret ${seed} ${count}`).digest('hex').slice(0, 32)}`;
}

export class Platform {
  /** `options` as options.mjs reads them. */
  constructor(options) {
    this.options = options;
    this.clock = new Clock({ startMs: options.now, frozen: options.frozen });
    const { shops, random } = makeWorld({ ...options, clock: this.clock });
    this.shops = shops;
    this.app = new App({
      ...options,
      secret: options.clientSecret ?? secretFromSeed(options.seed, 0),
      clock: this.clock,
    });
    this.tokens = new Tokens(this.clock, random.fork('tokens'));
    this.faults = new Faults();
    this.metrics = new Metrics();
    this.agenda = new Agenda(this.clock);
    this.requestRandom = random.fork('requests');
    this.deliveries = new Deliveries({
      random: random.fork('deliveries'),
      app: this.app,
      faults: this.faults,
      routes: options.deliver,
      timeScale: options.timeScale,
    });
    this.rotations = 0;
  }

  /**
   * The app got a token in the shop: a pending erasure of its data is off, and scopes other than
   * `before` (null when it had none) are told.
   */
  installed(shop, before, scopes) {
    shop.uninstalledAt = null;
    if (before === null || [...before].sort().join() === [...scopes].sort().join()) return;
    this.deliveries.emit(shop, 'app/scopes_update', scopesBody(shop, before, scopes));
  }

  /** Tokens die, app/uninstalled goes out, subscriptions end; 48 hours later shop/redact. */
  uninstall(shop) {
    this.deliveries.emit(shop, 'app/uninstalled', shopBody(shop));
    this.tokens.forget(shop.domain);
    for (const subscription of [...shop.subscriptions.values()]) shop.subscriptions.remove(subscription.id);
    const at = this.clock.seconds();
    shop.uninstalledAt = at;
    this.agenda.at(at + 48 * 3600, () => {
      if (shop.uninstalledAt === at) this.deliveries.emitToApp(shop, 'shop/redact', shopRedactBody(shop));
    });
  }

  changeScopes(shop, scopes) {
    const previous = this.tokens.regrant(shop.domain, scopes);
    this.deliveries.emit(shop, 'app/scopes_update', scopesBody(shop, previous, scopes));
    return previous;
  }

  rotateSecret(secret = secretFromSeed(this.options.seed, this.rotations + 1)) {
    this.rotations += 1;
    this.app.addSecret(secret);
    return secret;
  }

  close() {
    this.deliveries.close();
    clearTimeout(this.agenda.timer);
  }
}
