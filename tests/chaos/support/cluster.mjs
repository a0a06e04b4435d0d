// A PostgreSQL server outside the hosts, run by an unprivileged user, that can be stopped, crashed and frozen.
import { chownSync, existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Child, output, until } from '../../../packaging/tour/process.mjs';
import { select } from '../../support/compare/hub.mjs';

const versions = '/usr/lib/postgresql';
const oldest = 15;

function binaries() {
  const found = readdirSync(versions).map(Number).filter((version) => version >= oldest && existsSync(join(versions, String(version), 'bin/postgres')));
  if (found.length === 0) throw new Error(`PostgreSQL ${oldest} or newer is not installed: packaging/prepare test`);
  return join(versions, String(Math.max(...found)), 'bin');
}

/** PostgreSQL refuses to run as root; nobody else can become another user. */
async function serviceUser() {
  if (process.getuid() !== 0) return undefined;
  const id = async (flag) => Number(await output('id', [flag, 'postgres']));
  return { uid: await id('-u'), gid: await id('-g') };
}

const gone = (pid) => !existsSync(`/proc/${pid}`) || readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1][0] === 'Z';

function childrenOf(pid) {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
}

export class Cluster {
  /** `folder` is short: a unix socket lies in it. `log` lies elsewhere, as the folder may be full. */
  static async make({ folder, log, settings = {} }) {
    const cluster = Object.assign(new Cluster(), { binaries: binaries(), user: await serviceUser(), data: join(folder, 'data'), run: join(folder, 'run'), log, settings });
    for (const path of [folder, cluster.run]) {
      mkdirSync(path, { recursive: true });
      if (cluster.user) chownSync(path, cluster.user.uid, cluster.user.gid);
    }
    await output(join(cluster.binaries, 'initdb'), ['--pgdata', cluster.data, '--username=souk', '--auth=trust', '--encoding=UTF8', '--locale=C.UTF-8', '--lc-collate=C', '--no-sync'], {}, cluster.user);
    cluster.database = { host: cluster.run, user: 'souk', name: 'souk' };
    cluster.url = `postgresql://souk@/souk?host=${encodeURIComponent(cluster.run)}`;
    await cluster.start();
    await output('createdb', ['-h', cluster.run, '-U', 'souk', 'souk']);
    return cluster;
  }
  async start() {
    const settings = Object.entries({ listen_addresses: '', unix_socket_directories: this.run, ...this.settings }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    this.child = new Child('PostgreSQL', join(this.binaries, 'postgres'), ['-D', this.data, ...settings], { log: this.log, user: this.user });
    await until('PostgreSQL answers', async () => {
      if (!this.child.running) throw new Error(`PostgreSQL ended:\n${this.child.tail()}`);
      return this.answers();
    }, { seconds: 120 });
  }
  answers() {
    return output('pg_isready', ['-q', '-h', this.run]).then(() => true, () => false);
  }
  get processes() {
    return [this.child.process.pid, ...childrenOf(this.child.process.pid)];
  }
  /** fast: running statements are cancelled. */
  stop() {
    return this.child.end('SIGINT', 120);
  }
  /** Stopped in immediate mode: every process of it is gone, nothing was written to say goodbye. */
  async crash() {
    const processes = this.processes;
    await this.child.end('SIGQUIT', 120);
    await until('the crashed PostgreSQL is gone', () => processes.every(gone));
  }
  /** The postmaster first, so that no new process comes while the others are frozen. */
  freeze() {
    const { pid } = this.child.process;
    process.kill(pid, 'SIGSTOP');
    this.frozen = [pid, ...childrenOf(pid)];
    for (const one of this.frozen.slice(1)) process.kill(one, 'SIGSTOP');
  }
  thaw() {
    for (const pid of this.frozen?.splice(0).reverse() ?? []) process.kill(pid, 'SIGCONT');
  }
  select(sql, variables) {
    return select(this.database, sql, variables);
  }
  /** A statement that writes. */
  command(sql) {
    return output('psql', ['-h', this.run, '-U', 'souk', '-d', 'souk', '-qX', '-v', 'ON_ERROR_STOP=1', '-c', sql]);
  }
  async number(sql, variables) {
    return Number((await this.select(sql, variables))[0].n);
  }
}
