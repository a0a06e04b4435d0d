// Starts a whole hub with rows in every table and calls every operation of openapi.json, good and bad; every answer is
// held against the document, and every status the document names must have been met.
//   --hub FILE --plugins FOLDER
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Document } from './document.mjs';
import * as generated from './generated.mjs';
import * as story from './story.mjs';
import { usualRequests } from './usual.mjs';
import { Walker } from './walker.mjs';
import { World } from './world.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');
const { values: options } = parseArgs({ options: { hub: { type: 'string' }, plugins: { type: 'string' } } });

const document = new Document(join(root, 'host/web/openapi.json'));
const world = await World.make({ root, binary: resolve(options.hub), plugins: resolve(options.plugins) });
const walker = new Walker(document, world.hub.url);
const walk = { walker, world, document, usual: usualRequests(world) };

async function part(name, act) {
  const began = Date.now();
  const before = { failures: walker.failures.length, requests: walker.requests };
  await act();
  const good = walker.failures.length === before.failures;
  console.log(`${good ? 'ok     ' : 'FAILED '} ${name}: ${walker.requests - before.requests} requests [${((Date.now() - began) / 1000).toFixed(1)} s]`);
}

async function walkAll() {
  for (const { id } of document.operations) if (!walk.usual[id]) throw new Error(`usual.mjs has no request for ${id}; add one`);
  await part('a hub with rows in every table', () => world.seed());
  const parts = [
    ['as usual', generated.everyUsual],
    ['callers', generated.everyCaller],
    ['parameters', generated.everyParameter],
    ['ids', generated.everyId],
    ['stores', generated.everyStore],
    ['bodies', generated.everyBody],
    ['idempotency keys', generated.everyKey],
    ['no sound HTTP', generated.everyFrontRefusal],
    ['making', story.making],
    ['connecting', story.connecting],
    ['publishing', story.publishing],
    ['conversations', story.talking],
    ['privacy', story.privacy],
    ['deliveries', story.delivering],
    ['streams', story.streaming],
    ['troubles of platforms', story.platformTroubles],
  ];
  for (const [name, act] of parts) await part(name, () => act(walk).then(() => world.calm()));
  await part('too many bodies in hand', async () => {
    await world.restart({ SOUK_WEB_BUFFERED_BYTES: '2KB' });
    await generated.everyOverload(walk);
    delete world.hub.env.SOUK_WEB_BUFFERED_BYTES;
    await world.restart({});
  });
  await part('troubles of the database', () => story.databaseTroubles(walk));
}

// Interrupted, it still ends what it started.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => world.end({ keep: false }).then(() => process.exit(1)));
try {
  for (const fault of document.exampleFaults()) throw new Error(`example of ${fault}`);
  await walkAll();
  for (const one of walker.unmet()) walker.fail(`described, but never met: ${one}`);
  for (const failure of walker.failures) console.log(`  ${failure}`);
  const statuses = [...walker.met.values()].reduce((sum, met) => sum + met.size, 0);
  console.log(`${document.operations.length} operations, ${statuses} of their answers met in ${walker.requests} requests, ${walker.failures.length} faults`);
  process.exitCode = walker.failures.length === 0 ? 0 : 1;
} catch (error) {
  console.log(error.stack);
  if (world.hub.child) console.log(`--- the hub's log ends\n${world.hub.child.tail()}\n---`);
  process.exitCode = 1;
} finally {
  await world.end({ keep: process.exitCode !== 0 });
}
