// Child processes of the tour: started, watched, and ended by pid.
import { execFile, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { createWriteStream, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Listens for a moment; answers the port, or null where it is taken. */
function probe(port) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) => (error.code === 'EADDRINUSE' ? resolve(null) : reject(error)));
    server.listen(port, '127.0.0.1', () => {
      const taken = server.address().port;
      server.close(() => resolve(taken));
    });
  });
}

/** Where the kernel gives every connection its own port from. */
const firstGiven = () => Number(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').split(/\s/)[0]);

/**
 * A port nobody listens on right now, and that no connection is given while whoever listens on it is down for a moment
 * (unless the kernel leaves no port of that kind).
 */
export async function freePort() {
  const lowest = 10240;
  const room = firstGiven() - lowest;
  for (let tries = 0; room > 0 && tries < 100; tries += 1) {
    const port = await probe(lowest + randomInt(room));
    if (port) return port;
  }
  return probe(0);
}

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Asks until `check` answers something true; a sentence names what was waited for when it never does. With `progress`, a
 * figure that moves while the work goes on, `seconds` is how long it may stand still: a slow machine is no failure.
 */
export async function until(what, check, { seconds = 60, every = 100, progress } = {}) {
  let end = Date.now() + seconds * 1000;
  let last;
  for (;;) {
    const value = await check();
    if (value) return value;
    const now = await progress?.();
    if (now !== last) end = Date.now() + seconds * 1000;
    last = now;
    if (Date.now() > end) throw new Error(`${what}: ${progress ? `no progress for ${seconds} s (at ${last})` : `not within ${seconds} s`}`);
    await pause(every);
  }
}

export class Child {
  constructor(name, command, args, { env = {}, log, user = {} }) {
    this.name = name;
    this.log = log;
    this.process = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'], detached: true, ...user });
    this.ended = new Promise((resolve) => this.process.once('exit', (code, signal) => resolve({ code, signal })));
    this.process.once('error', (error) => (this.failure = error));
    this.firstLine = new Promise((resolve) => {
      let text = '';
      this.process.stdout.on('data', (bytes) => {
        text += bytes;
        const end = text.indexOf('\n');
        if (end >= 0) resolve(text.slice(0, end));
      });
    });
    const file = createWriteStream(log, { flags: 'a' });
    this.process.stderr.pipe(file);
  }
  get running() {
    return this.process.exitCode === null && this.process.signalCode === null && !this.failure;
  }
  async end(signal = 'SIGTERM', seconds = 40) {
    if (this.running) this.process.kill(signal);
    let timer;
    const late = new Promise((resolve) => (timer = setTimeout(resolve, seconds * 1000, 'late')));
    const first = await Promise.race([this.ended, late]);
    clearTimeout(timer);  // a timer that runs on would keep this process alive
    if (first === 'late') {
      this.process.kill('SIGKILL');
      throw new Error(`${this.name} did not end within ${seconds} s of ${signal}`);
    }
  }
  tail(lines = 15) {
    try {
      return readFileSync(this.log, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
    } catch {
      return '(no log)';
    }
  }
}

/** Runs a command to its end, as `user` {uid, gid} if given; what it wrote on standard output. */
export async function output(command, args, env = {}, user = {}) {
  try {
    const { stdout } = await run(command, args, { env: { ...process.env, ...env }, maxBuffer: 1 << 28, ...user });
    return stdout;
  } catch (error) {
    throw new Error(`${command.split('/').pop()} ${args.slice(0, 3).join(' ')}: ${error.stderr?.trim() || error.message}`);
  }
}
