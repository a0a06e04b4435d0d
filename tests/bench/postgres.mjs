// A PostgreSQL of the benchmark's own: default durability (fsync, synchronous_commit and full_page_writes on),
// set up as the hub's embedded one is.
import { join } from 'node:path';
import { Child, output, until } from '../../packaging/tour/process.mjs';
import { account, binaries, makeCluster, ownFolder } from '../support/cluster.mjs';

export class Postgres {
  static async start(folder) {
    const server = new Postgres();
    server.binaries = binaries();
    server.folder = folder;
    ownFolder(folder);
    const data = join(folder, 'data');
    makeCluster(data);
    const settings = ['listen_addresses=', `unix_socket_directories=${folder}`, 'wal_compression=lz4', 'timezone=UTC', 'log_min_messages=error'];
    server.child = new Child('postgres', join(server.binaries, 'postgres'), ['-D', data, ...settings.flatMap((one) => ['-c', one])], { log: `${folder}.log`, user: account() });
    await until('PostgreSQL is ready', async () => server.sql('SELECT 1', 'postgres').then(() => true, () => false));
    return server;
  }
  url(database) {
    return `postgresql://souk@/${database}?host=${encodeURIComponent(this.folder)}`;
  }
  /** What a statement answers, as text. */
  async sql(text, database = 'souk') {
    return (await output(join(this.binaries, 'psql'), ['-XAtq', '-v', 'ON_ERROR_STOP=1', '-h', this.folder, '-U', 'souk', '-d', database, '-c', text])).trim();
  }
  /** A new database, made from `template` where one is named. */
  async create(name, template = 'template1') {
    await this.sql(`DROP DATABASE IF EXISTS ${name}`, 'postgres');
    await this.sql(`CREATE DATABASE ${name} TEMPLATE ${template}`, 'postgres');
  }
  stop() {
    return this.child.end('SIGINT');
  }
}
