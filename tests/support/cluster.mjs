// PostgreSQL's programs on this machine, and clusters for tests that are not about what a crash of the machine leaves.
import { execFileSync } from 'node:child_process';
import { appendFileSync, chownSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const versions = '/usr/lib/postgresql';

/** Who the server runs as when we are root: PostgreSQL does not. */
export const clusterUser = 'postgres';

export function account() {
  if (process.getuid() !== 0) return {};
  const id = (flag) => Number(execFileSync('id', [flag, clusterUser]));
  return { uid: id('-u'), gid: id('-g') };
}

/** The folder of the newest version's programs. */
export function binaries() {
  const [newest] = readdirSync(versions).map(Number).filter(Number.isFinite).sort((a, b) => b - a);
  return join(versions, String(newest), 'bin');
}

/** Makes a folder the server's user owns. */
export function ownFolder(folder) {
  const user = account();
  mkdirSync(folder, { mode: 0o700 });
  if (user.uid !== undefined) chownSync(folder, user.uid, user.gid);
}

/** Makes a cluster's files in `data`, set up as the hub's embedded one is. */
export function makeCluster(data, ...options) {
  const words = ['-D', data, '-U', 'souk', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--lc-collate=C', '--data-checksums', ...options];
  execFileSync(join(binaries(), 'initdb'), words, { ...account(), stdio: 'ignore' });
}

/**
 * An embedded database for a hub's folder that waits for no disk: its processes may be killed, the machine may not. On a
 * disk whose fsync takes 40 ms a hub with an ordinary one spends most of a test waiting for commits.
 */
export function makeQuickDatabase(folder) {
  ownFolder(folder);
  makeCluster(join(folder, 'data'), '--no-sync');
  appendFileSync(join(folder, 'data', 'postgresql.conf'), 'fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n');
}
