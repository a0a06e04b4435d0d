// Signatures: of callback queries (hex) and of webhook bodies (base64).

import { createHmac } from 'node:crypto';

/** Sorted `k=v` pairs, form-encoded with a space as %20. */
export function signedQuery(parameters) {
  const sorted = Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return new URLSearchParams(sorted).toString().replace(/\+/g, '%20');
}

export function queryHmac(parameters, secret) {
  return createHmac('sha256', secret).update(signedQuery(parameters)).digest('hex');
}

export function bodyHmac(body, secret) {
  return createHmac('sha256', secret).update(body).digest('base64');
}
