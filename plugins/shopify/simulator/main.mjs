#!/usr/bin/env node
// Runs the simulator until SIGTERM or SIGINT; prints one line of JSON when it is ready.

import { kHelp, readOptions } from './options.mjs';
import { start } from './server/start.mjs';

async function main() {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(kHelp);
    return;
  }
  const { ready, close } = await start(options);
  const end = async () => {
    await close();
    process.exit(0);
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  process.stdout.write(`${JSON.stringify(ready)}\n`);
}

main().catch((error) => {
  process.stderr.write(`shopify simulator: ${error.message}\n`);
  process.exit(2);
});
