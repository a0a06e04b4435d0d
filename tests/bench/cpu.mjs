// Processor time, which tells on a busy machine what the clock cannot.
import { readFileSync, readdirSync } from 'node:fs';

const ticksPerSecond = 100;

/** Fields of /proc/PID/stat after the command: parent, and ticks used by itself and by its reaped children. */
function stat(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ').map(Number);
    return { parent: fields[1], own: fields[11] + fields[12], children: fields[13] + fields[14] };
  } catch {
    return null;
  }
}

/** Seconds used so far by a process, by its living children, and by those it has reaped. */
export function cpuSeconds(pid) {
  let ticks = 0;
  for (const entry of readdirSync('/proc')) {
    const one = /^\d+$/.test(entry) ? stat(entry) : null;
    if (one && (Number(entry) === pid || one.parent === pid)) ticks += one.own + (Number(entry) === pid ? one.children : 0);
  }
  return ticks / ticksPerSecond;
}

/** Seconds used by commands this process has run and seen the end of. */
export function cpuSecondsOfCommands() {
  return stat(process.pid).children / ticksPerSecond;
}
