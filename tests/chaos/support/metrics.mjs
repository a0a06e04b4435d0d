// What a host counts about itself, read from /metrics.
import { ask } from '../../../packaging/tour/http.mjs';

/** The sum of a metric's samples that carry all of `labels`. */
export async function metric(host, name, labels = {}) {
  const { body } = await ask(`${host.url}/metrics`);
  let sum = 0;
  for (const line of body.split('\n')) {
    const found = /^(\w+)(\{.*\})? (\S+)$/.exec(line);
    if (!found || found[1] !== name) continue;
    const wanted = Object.entries(labels).every(([label, value]) => found[2]?.includes(`${label}="${value}"`));
    if (wanted) sum += Number(found[3]);
  }
  return sum;
}

/** The same of several hosts, in their order. */
export const metrics = (hosts, name, labels) => Promise.all(hosts.map((host) => metric(host, name, labels)));
