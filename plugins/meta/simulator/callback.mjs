// Whether an address answers as its owner promised: Meta asks before it delivers anything there.

import { randomInt } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import { GraphError } from './graph.mjs';

const kTimeoutMs = 5000;

/** The body of a GET, or null when it was not answered with 200. */
function get(url, host) {
  return new Promise((resolve) => {
    const request = (url.protocol === 'https:' ? https : http).get(url, { headers: { host }, timeout: kTimeoutMs }, (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part));
      response.on('end', () => resolve(response.statusCode === 200 ? Buffer.concat(parts).toString() : null));
      response.on('error', () => resolve(null));
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(null));
  });
}

/** Throws what Meta answers when the challenge does not come back. */
export async function proveCallback(sender, uri, verifyToken) {
  const refused = (why) => new GraphError(400, 2200, `Callback verification failed with the following errors: ${why}`);
  if (!uri?.startsWith('https://')) throw refused('the address must be https');
  const target = sender.target(uri);
  if (!target) throw refused(`no --deliver route for ${uri}`);
  const challenge = String(randomInt(1e9, 4e9));
  for (const [name, value] of [['hub.mode', 'subscribe'], ['hub.challenge', challenge], ['hub.verify_token', verifyToken]])
    target.searchParams.set(name, value);
  if ((await get(target, new URL(uri).host)) !== challenge) throw refused('the challenge did not come back');
}
