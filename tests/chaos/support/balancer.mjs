// haproxy in front of the hosts, as an operator would set it up: whoever says at /readyz that he cannot is left out.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ask } from '../../../packaging/tour/http.mjs';
import { Child, freePort, until } from '../../../packaging/tour/process.mjs';

export class Balancer {
  static checkMillis = 200;

  static async reserve(folder) {
    const port = await freePort();
    return Object.assign(new Balancer(), { folder, port, url: `http://127.0.0.1:${port}` });
  }
  async start(hosts) {
    const file = join(this.folder, 'haproxy.cfg');
    writeFileSync(file, configuration(this.port, hosts));
    this.child = new Child('haproxy', '/usr/sbin/haproxy', ['-db', '-f', file], { log: join(this.folder, 'haproxy.log') });
    await until('haproxy answers', async () => {
      if (!this.child.running) throw new Error(`haproxy ended (packaging/prepare test installs it):\n${this.child.tail()}`);
      return ask(`${this.url}/healthz`).then(() => true, () => false);
    });
  }
}

const configuration = (port, hosts) => `
global
  log stderr format raw local0 notice
defaults
  mode http
  log global
  timeout connect 5s
  timeout client 120s
  timeout server 120s
  timeout check 10s
  option redispatch
frontend hub
  bind 127.0.0.1:${port}
  default_backend hosts
backend hosts
  balance roundrobin
  option httpchk GET /readyz
  http-check expect status 200
  default-server check inter ${Balancer.checkMillis} fall 2 rise 1
${hosts.map((host) => `  server ${host.name} ${new URL(host.url).host}`).join('\n')}
`;
