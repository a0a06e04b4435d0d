// Runs one of Meta's simulators until SIGTERM or SIGINT; prints one line of JSON when it is ready.

import { kHelp, readOptions } from './options.mjs';
import { start } from './start.mjs';

export async function run(name, world) {
  try {
    const options = readOptions(process.argv.slice(2));
    if (options.help) return void process.stdout.write(`${name} simulator; ${kHelp}`);
    const { ready, close } = await start({ ...options, ...world });
    const end = async () => {
      await close();
      process.exit(0);
    };
    process.once('SIGTERM', end);
    process.once('SIGINT', end);
    process.stdout.write(`${JSON.stringify(ready)}\n`);
  } catch (error) {
    process.stderr.write(`${name} simulator: ${error.message}\n`);
    process.exit(2);
  }
}
