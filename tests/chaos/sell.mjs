// Selling while the host dies: products are published, stock and prices change, buyers write and order, agents send
// messages of every kind, while the host is killed in the worst moments, answers are lost, deliveries repeat and
// overtake each other. Nothing is sent twice, nothing is lost, and the tables equal what the platforms know.
import { pause, until } from '../../packaging/tour/process.mjs';
import { counterProof } from './scenario.mjs';
import { Random } from './support/random.mjs';
import { accountLines, catalogueLines, faultLines, shopLines, slowLines } from './support/shop.mjs';
import { agentLines, buyerLines } from './support/talk.mjs';
import { Trade } from './support/trade.mjs';

const shortForm = { kills: 5, rest: 5 };
const fullForm = { kills: 50, rest: 10 };

const all = { ...shopLines, ...buyerLines, ...agentLines, ...catalogueLines, ...faultLines, ...accountLines };
const lines = Object.fromEntries(Object.entries(all).filter(([name]) => !slowLines.includes(name)));

/** Does lines, one after the other, until it is stopped; what the dead host did not answer is only counted. */
class Life {
  constructor(trade, seed) {
    Object.assign(this, { trade, random: new Random(seed), done: 0, ends: false });
  }
  start() {
    this.running = this.run();
    this.running.catch(() => {}); // told by stop
  }
  async run() {
    const names = Object.keys(lines);
    const sum = names.reduce((total, name) => total + lines[name][0], 0);
    while (!this.ends) {
      let left = this.random.next() * sum;
      const name = names.find((one) => (left -= lines[one][0]) < 0) ?? names.at(-1);
      const said = await lines[name][1](this.trade, new Random(this.random.between(1, 2 ** 31 - 1)));
      this.trade.stage.note(`${name}: ${typeof said === 'string' ? said : Boolean(said)}`);
      this.done += said ? 1 : 0;
      await pause(this.random.between(0, 25));
    }
  }
  stop() {
    this.ends = true;
    return this.running;
  }
}

/** Something there is to publish, and catalogues that take it. */
async function offer(trade, random) {
  const { faults } = trade;
  faults.set({ edges: faults.edges.filter(({ path }) => path === '/messages'), batch_status: null });
  await shopLines['shop: product_price'][1](trade, random);
}

/** The moments to kill in: right after a platform did what was asked and before the host hears of it, or any. */
const moments = {
  'a message went out': (trade) => done(trade, (method, path) => method === 'POST' && path.endsWith('/messages'), agentLines['agent sends text'][1]),
  'a batch was taken': (trade) => done(trade, (method, path) => method === 'POST' && path.endsWith('/items_batch'), offer),
  'a batch was asked for': (trade) => done(trade, (_, path) => path.endsWith('/check_batch_request_status'), offer),
  'an order came': async (trade, random) => {
    const before = trade.account.written.filter(({ message }) => message.type === 'order').length;
    const came = () => trade.account.written.filter(({ message }) => message.type === 'order').length > before;
    await until('a buyer orders', came, { seconds: 60, every: 1 });
    await pause(random.between(0, 150));
    trade.hub.child.process.kill('SIGKILL');
  },
  'some time went by': async (trade, random) => {
    await pause(random.between(50, 2500));
    trade.hub.child.process.kill('SIGKILL');
  },
};
const usual = { 'a message went out': 3, 'a batch was taken': 2, 'a batch was asked for': 1, 'an order came': 3, 'some time went by': 2 };

/** Killed in the very call that matches, before its answer is written. What leads to it is done until it comes. */
async function done(trade, matches, leadTo) {
  const { world } = trade.market;
  const random = new Random(trade.stage.seed);
  let killed = false;
  world.onDone = (method, path, status) => {
    if (killed || status !== 200 || !matches(method, path)) return;
    killed = true;
    trade.hub.child.process.kill('SIGKILL');
  };
  const came = async () => killed || ((await leadTo(trade, random)), killed);
  await until('the moment to kill in', came, { seconds: 240, every: 500 }).catch(async (error) => {
    throw new Error(`${error.message}; publishing stands at ${JSON.stringify(await trade.standing())}`);
  });
}

/** Each moment at least once where there are enough kills. */
function plan(random, kills) {
  const names = Object.keys(moments);
  const more = names.flatMap((name) => Array(usual[name]).fill(name));
  return random.shuffled([...names.slice(0, kills), ...Array.from({ length: Math.max(0, kills - names.length) }, () => random.pick(more))]);
}

async function kill(trade, moment, random) {
  await moments[moment](trade, random);
  await trade.hub.child.ended;
  // The platforms go on meanwhile.
  await pause(random.between(0, 800));
  const ready = await trade.hub.start();
  return `killed when ${moment}, ready again in ${ready} ms`;
}

export default async function sell(stage) {
  const form = stage.full ? fullForm : shortForm;
  const trade = new Trade(stage);
  await stage.step('PostgreSQL, platforms, host', () => trade.begin());
  await stage.step('a store on three platforms', () => trade.connect());
  for (const [index, moment] of plan(stage.random, form.kills).entries()) {
    if (index % form.rest === 0) trade.life = new Life(trade, stage.seed + index);
    if (index % form.rest === 0) trade.life.start();
    await stage.step(`kill ${index + 1}`, () => Promise.race([kill(trade, moment, stage.random), trade.life.running.then(() => Promise.reject(new Error('nothing happens any more')))]));
    if ((index + 1) % form.rest !== 0 && index + 1 < form.kills) continue;
    await trade.life.stop();
    await stage.step(`truth after ${index + 1} kills`, async () => {
      await trade.settle();
      return `${trade.life.done} lines; ${await trade.compare()}`;
    });
  }
  await stage.step('messages', async () => {
    const { sent } = trade.account;
    const unknown = await trade.hub.number(`SELECT count(*) AS n FROM message WHERE status = 'unknown'`);
    return `${sent.length} sent once each of ${trade.accepted.length} accepted; ${unknown} never went out, as they say; ${trade.unheard} requests were never answered`;
  });
  await counterProof(stage, trade);
}
