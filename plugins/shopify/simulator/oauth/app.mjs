// The app as the platform knows it: its id, its secrets (several while they rotate), where it may
// be called back, and its plan's bucket in every shop.

import { Bucket } from '../graphql/bucket.mjs';

export class App {
  constructor({ clientId, secret, redirectUris, complianceUri, plan, webhookVersion, clock }) {
    Object.assign(this, { clientId, redirectUris, complianceUri, plan, webhookVersion, clock });
    this.secrets = [secret];
    this.buckets = new Map();
  }

  /** The oldest secret not yet revoked: it signs. */
  signingSecret() {
    return this.secrets[0];
  }

  accepts(secret) {
    return this.secrets.includes(secret);
  }

  addSecret(secret) {
    this.secrets.push(secret);
  }

  revokeOldest() {
    if (this.secrets.length < 2) throw new Error('the only secret cannot be revoked: rotate first');
    this.secrets.shift();
  }

  bucketOf(shop) {
    if (!this.buckets.has(shop.domain)) this.buckets.set(shop.domain, new Bucket(this.plan, this.clock));
    return this.buckets.get(shop.domain);
  }
}
