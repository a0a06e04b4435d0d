// The programs, as the quickstart and people run them.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const main = (name) => fileURLToPath(new URL(`../../../../plugins/${name}/simulator/main.mjs`, import.meta.url));

/** The ready line, what `ask` gets from the control endpoint, and how it ended on SIGTERM. */
async function run(name) {
  const folder = mkdtempSync(join(tmpdir(), 'souk-meta-main-'));
  const child = spawn(process.execPath, [main(name), '--seed', '3', '--folder', folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [line] = await new Promise((resolve, reject) => {
      createInterface(child.stdout).once('line', (...told) => resolve(told));
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`ended with ${code}`)));
    });
    const ready = JSON.parse(line);
    const state = await (await fetch(`${ready.control}/state`)).json();
    const missing = await fetch(`${ready.control}/nothing`);
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    return { ready, state, missing: missing.status, code: await ended };
  } finally {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

test('the WhatsApp simulator has a number and its catalogue', async () => {
  const { ready, state, missing, code } = await run('whatsapp');
  assert.deepEqual(ready.accounts, [{ waba_id: '102290129340', phone_number_id: '106540352240', catalogue_id: '880001' }]);
  assert.deepEqual([state.batches, missing, code], [0, 404, 0]);
});

test('the Facebook simulator has pages and catalogues to choose from', async () => {
  const { ready, code } = await run('facebook');
  assert.deepEqual([ready.pages.length, ready.catalogues.length, ready.accounts.length, code], [2, 2, 0, 0]);
});

test('all of Meta is one process', async () => {
  const { ready, code } = await run('meta');
  assert.deepEqual([ready.pages.length, ready.catalogues.length, ready.accounts.length, code], [2, 2, 1, 0]);
  assert.equal(ready.accounts[0].catalogue_id, ready.catalogues[0].id);
});

test('wrong options are told', () => {
  const { status, stderr } = spawnSync(process.execPath, [main('facebook'), '--nonsense'], { encoding: 'utf8' });
  assert.equal(status, 2);
  assert.match(stderr, /facebook simulator: .*nonsense/);
  assert.match(spawnSync(process.execPath, [main('whatsapp'), '--help'], { encoding: 'utf8' }).stdout, /--seed N/);
});
