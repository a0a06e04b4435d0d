// The same webhooks into a Node http + pg cluster of two that makes the same checks and the same insert.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ask } from '../../../packaging/tour/http.mjs';
import { freePort, until } from '../../../packaging/tour/process.mjs';
import { secret } from '../hub.mjs';
import { compared, startInbox, webhooksPerSecond } from './inbox.mjs';

export const what = 'the same webhooks; yardstick: a Node http + pg cluster of 2 (tests/bench/peers) making the same checks and insert';

const peers = join(dirname(fileURLToPath(import.meta.url)), '../peers');

async function startPeer(bench, hub) {
  const port = await freePort();
  const child = bench.start('peer', process.execPath, [join(peers, 'inbox.mjs')], {
    env: { PORT: String(port), PGHOST: hub.server.folder, PGUSER: 'souk', PGDATABASE: hub.name, SECRET: secret, NODE_ENV: 'production' },
  });
  await until('the peer is ready', async () => {
    if (!child.running) throw new Error(`the peer ended:\n${child.tail()}`);
    return ask(`http://127.0.0.1:${port}/`).then(() => true, () => false);
  });
  return { child, port };
}

export async function measure(bench) {
  const hub = await startInbox(bench);
  const peer = existsSync(join(peers, 'node_modules/pg')) ? await startPeer(bench, hub) : null;
  if (!peer && !bench.smoke) throw new Error('the peer needs its packages: npm ci --prefix tests/bench/peers');
  const result = await compared(bench, hub, peer && (() => webhooksPerSecond(bench, hub, peer.port, peer.child.process.pid)));
  await hub.stop();
  if (peer) await bench.stop(peer.child);
  return result;
}
