// Nothing acknowledged is lost: signed webhooks at full speed while the host is killed, PostgreSQL crashes and
// freezes, and its disk is full. In the end every event has its effect exactly once.
import { join } from 'node:path';
import { pause, until } from '../../packaging/tour/process.mjs';
import { SmallDisk } from './support/disk.mjs';
import { Load } from './support/load.mjs';
import { OrderEvents, damages, orderTemplate } from './support/orders.mjs';
import { Random } from './support/random.mjs';
import { World } from './support/world.mjs';

const freezeSeconds = 10;
const shortForm = { kills: 5, crashes: 2, between: [100, 400], megabytes: 1024 };
const fullForm = { kills: 50, crashes: 10, between: [500, 3000], megabytes: 6144 };

/** Each fault answers its sentence. All but the kill leave every connection whole. */
const faults = {
  async kill({ hub, load }) {
    await hub.child.end('SIGKILL');
    const ready = await hub.start();
    return { text: `host killed, ready again in ${ready} ms`, mayBreak: true };
  },
  async crash({ cluster, load, random }) {
    const refused = load.count(503);
    await cluster.crash();
    await until('the host says 503', () => load.count(503) > refused);
    await pause(random.between(0, 1500));
    await cluster.start();
    return { text: 'PostgreSQL crashed and came back' };
  },
  async freeze({ cluster }) {
    cluster.freeze();
    await pause(freezeSeconds * 1000);
    cluster.thaw();
    return { text: `database frozen for ${freezeSeconds} s` };
  },
  async full({ cluster, disk, load }) {
    const refused = load.count(503);
    await disk.fill();
    await until('the host says 503', () => load.count(503) > refused, { seconds: 120 });
    await pause(3000);
    await disk.relieve();
    // Without room for its log PostgreSQL ends, and whoever minds it starts it again.
    await pause(500);
    const ended = !cluster.child.running || !(await cluster.answers());
    if (ended) {
      await until('PostgreSQL has ended or recovered', async () => !cluster.child.running || cluster.answers(), { seconds: 120 });
      if (!cluster.child.running) await cluster.start();
    }
    return { text: `disk full${ended ? ', PostgreSQL ended for it' : ''}` };
  },
};

function planOf({ kills, crashes }, disk, random) {
  return random.shuffled([...Array(kills).fill('kill'), ...Array(crashes).fill('crash'), 'freeze', ...(disk ? ['full'] : [])]);
}

/** Only 200 and 503 were answered; connections broke only where a host was killed. */
function checkAnswers(load, before, mayBreak) {
  for (const [answer, count] of load.answers) {
    const fresh = count - (before.get(answer) ?? 0);
    if (fresh === 0 || answer === 200 || answer === 503) continue;
    if (!mayBreak || typeof answer === 'number') throw new Error(`${fresh} deliveries were answered ${answer}`);
  }
}

async function play(stage, world, disk, load, form) {
  const { random } = stage;
  const tools = { hub: world.hub, cluster: world.cluster, disk, load, random };
  for (const [index, name] of planOf(form, disk, random).entries())
    await stage.step(`fault ${index + 1}`, async () => {
      const enough = load.taken + random.between(...form.between);
      await until('the load goes on', () => load.taken >= enough, { seconds: 300, every: 20 });
      if (!world.hub.child.running) throw new Error(`the host ended by itself:\n${world.hub.child.tail()}`);
      const before = new Map(load.answers);
      const { text, mayBreak } = await faults[name](tools);
      const began = Date.now();
      const taken = load.taken;
      await until('events are taken again', () => load.taken > taken, { seconds: 120, every: 5 });
      const answering = Date.now() - began;
      checkAnswers(load, before, mayBreak);
      return `${text}, taking events again ${answering} ms later; ${load.count(503) - (before.get(503) ?? 0)} told 503`;
    });
}

export default async function ingest(stage) {
  const form = stage.full ? fullForm : shortForm;
  const world = new World(stage);
  const disk = await SmallDisk.mount(join(stage.folder, 'disk'), form.megabytes);
  if (disk) stage.atEnd(() => disk.unmount());
  else stage.skip('full disk', 'this process may not mount a small one; run as root or where user namespaces are allowed');

  await stage.step('PostgreSQL, platform, host', async () => {
    await world.makeCluster({ folder: join(stage.folder, 'disk', 'pg'), settings: { max_wal_size: '256MB' } });
    await world.makeHosts(['host'], { env: { SOUK_WEBHOOKS_LEASE: '6s', SOUK_JOBS_LEASE: '12s', SOUK_LOG_LEVEL: 'warning' } });
    await world.makePlatform({ stores: 3, products: 20 });
    return `ready in ${await world.hub.start()} ms`;
  });
  await stage.step('shops', () => world.connect());

  const orders = [];
  for (const { domain, integration } of world.hub.stores)
    orders.push(new OrderEvents({ domain, integration, template: await orderTemplate(world.simulator, domain) }));
  let turn = 0;
  const load = new Load({
    url: world.hub.url, secret: world.secret, clients: 32, duplicates: 0.05, random: new Random(stage.seed + 1),
    events: () => orders[(turn += 1) % orders.length].next(),
  });
  const began = Date.now();
  load.start();
  try {
    await play(stage, world, disk, load, form);
  } finally {
    await load.stop();
  }
  const seconds = (Date.now() - began) / 1000;
  await stage.step('answers', () =>
    `${load.taken} events taken in ${seconds.toFixed(0)} s, ${load.repeated} of them sent again; ` +
    `${load.told}; slowest ${load.slowest} ms`);
  await stage.step('effects', async () => {
    await world.hub.settled(1800);
    const found = (await Promise.all(orders.map((one) => one.faults(world.cluster)))).flat();
    if (found.length > 0) throw new Error(found.join('; '));
    if ((await world.hub.parked()) > 0) throw new Error('events or jobs were parked; souk webhook list --state dead names them');
    return `${load.taken} events, each stored once, applied once, logged once`;
  });
  await stage.step('counter-proof', async () => {
    const [one] = orders;
    for (const [damage, told] of damages(`chaos-${one.domain}-`)) {
      await world.cluster.command(damage);
      const found = await one.faults(world.cluster);
      if (!found.some((line) => line.endsWith(told))) throw new Error(`"${told}" was not found after ${damage}; found: ${found.join('; ')}`);
    }
    return 'rows taken away, doubled and changed are found';
  });
}
