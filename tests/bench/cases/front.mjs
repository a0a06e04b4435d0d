// Small GETs over many keep-alive connections, beside nginx answering the same bytes.
import { mkdirSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { ask } from '../../../packaging/tour/http.mjs';
import { freePort, until } from '../../../packaging/tour/process.mjs';
import { Hub } from '../hub.mjs';

export const what = 'GET /healthz per second over 1,000 keep-alive connections; yardstick: nginx with 2 workers answering a static 200 of the same body';

const path = '/healthz';

function nginxThere() {
  try {
    execFileSync('nginx', ['-v'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

async function startNginx(bench, body) {
  const folder = join(bench.folder, 'nginx');
  mkdirSync(folder);
  const port = await freePort();
  const file = join(folder, 'nginx.conf');
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((one) => `${one}_temp_path ${folder}/${one};`).join(' ');
  writeFileSync(file, `
daemon off; worker_processes 2; pid ${folder}/pid; error_log ${folder}/error.log;
worker_rlimit_nofile 8192;
events { worker_connections 4096; }
http {
  access_log off; keepalive_requests 1000000000; ${temporary}
  server { listen 127.0.0.1:${port} backlog=4096; location = ${path} { default_type application/json; return 200 '${body}'; } }
}`);
  const child = bench.start('nginx', 'nginx', ['-c', file, '-e', `${folder}/error.log`]);
  await until('nginx is ready', () => ask(`http://127.0.0.1:${port}${path}`).then(() => true, () => false));
  return { child, port };
}

export async function measure(bench) {
  const hub = await Hub.prepare(bench, 'front');
  await hub.start();
  const { body } = await ask(`http://127.0.0.1:${hub.port}${path}`);
  const nginx = nginxThere() ? await startNginx(bench, body) : null;
  if (!nginx && !bench.smoke) throw new Error('nginx is not installed; packaging/prepare bench installs it');
  const get = (port) => bench.client('get', '--port', port, '--path', path, '--connections', bench.size(1000, 20), '--ms', bench.size(3000, 100), '--warm-up', bench.size(500, 50));
  const result = await bench.inTurn({
    rounds: 5,
    unit: 'requests/s',
    figure: async () => {
      const said = await get(hub.port);
      return { figure: said.per_second, p50_ms: said.p50_ms, p99_ms: said.p99_ms, rss_mb: hub.rssMegabytes() };
    },
    yardstick: nginx && (async () => (await get(nginx.port)).per_second),
  });
  await hub.stop();
  if (nginx) await bench.stop(nginx.child);
  return result;
}
