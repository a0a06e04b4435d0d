// A store on three platforms at once lives through a list of lines made from the seed: products, prices, stock, orders
// and customers change in the shop, buyers write and order, agents answer, offers are edited by hand, tokens die, answers
// are lost, deliveries repeat and overtake each other. In the end the hub's tables equal the simulators' truth.
import { Random } from './support/random.mjs';
import { accountLines, catalogueLines, connectionLines, faultLines, mend, quietLines, shopLines, slowLines } from './support/shop.mjs';
import { agentLines, buyerLines } from './support/talk.mjs';
import { Trade } from './support/trade.mjs';

const shortForm = { lines: 200, chapter: 200, without: slowLines };
const fullForm = { lines: 2500, chapter: 125, without: [] };

const all = { ...shopLines, ...buyerLines, ...agentLines, ...catalogueLines, ...faultLines, ...connectionLines, ...accountLines, ...quietLines };

/** The lines of a seed: [name, seed of its own]. Each kind at least once where there are enough lines. */
export function script(seed, count, without) {
  const random = new Random(seed);
  const names = Object.keys(all).filter((name) => !without.includes(name));
  const sum = names.reduce((total, name) => total + all[name][0], 0);
  const once = count < names.length ? [] : names;
  const more = Array.from({ length: count - once.length }, () => {
    let left = random.next() * sum;
    return names.find((one) => (left -= all[one][0]) < 0) ?? names.at(-1);
  });
  return random.shuffled([...once, ...more]).map((name) => [name, random.between(1, 2 ** 31 - 1)]);
}

export default async function scenario(stage) {
  const form = stage.full || stage.lines ? fullForm : shortForm;
  const count = stage.lines ?? form.lines;
  const trade = new Trade(stage);
  trade.mend = () => mend(trade);
  await stage.step('PostgreSQL, platforms, host', () => trade.begin());
  await stage.step('a store on three platforms', () => trade.connect());
  const lines = script(stage.seed, count, form.without);
  const happened = new Map();
  let line = 0;
  while (line < lines.length) {
    const from = line + 1;
    const last = Math.min(line + form.chapter, lines.length);
    await stage.step(`lines ${from} to ${last}`, async () => {
      for (; line < last; line += 1) {
        const [name, seed] = lines[line];
        const said = await Promise.resolve(all[name][1](trade, new Random(seed))).catch((error) => {
          throw new Error(`line ${line + 1}, ${name}: ${error.message}`);
        });
        if (said) happened.set(name, (happened.get(name) ?? 0) + 1);
        stage.note(`line ${line + 1} ${name}: ${typeof said === 'string' ? said : said ? 'done' : 'nothing to do'}`);
      }
      await trade.settle();
      return trade.compare();
    });
  }
  await stage.step('lines', () => {
    const missing = Object.keys(all).filter((name) => !happened.has(name));
    if (stage.full && missing.length > 0) throw new Error(`never happened, so nothing was shown about it: ${missing.join(', ')}`);
    const { sent, written } = trade.account;
    return `${count} lines of ${happened.size} kinds; ${written.length} messages of buyers, ${sent.length} sent of ${trade.accepted.length} accepted, ${trade.refused} refused by the hub`;
  });
  await counterProof(stage, trade);
}

/** Rows taken away, doubled and changed: the proof that the comparison can fail. */
export async function counterProof(stage, trade) {
  const damages = [
    [`DELETE FROM message WHERE ctid = (SELECT ctid FROM message WHERE direction = 'incoming' LIMIT 1)`, /messages .*missing in the hub/],
    [`UPDATE message SET status = 'queued', external_id = NULL WHERE ctid = (SELECT m.ctid FROM message m JOIN integration i ON i.id = m.integration_id WHERE i.platform = 'whatsapp' AND m.direction = 'outgoing' LIMIT 1)`, /still queued/],
    [`UPDATE offer SET state = 'in_review' WHERE ctid = (SELECT ctid FROM offer WHERE state = 'live' LIMIT 1)`, /offers .*the hub in_review/],
    [`UPDATE product_variant SET price_minor = price_minor + 1 WHERE ctid = (SELECT v.ctid FROM product_variant v JOIN offer o ON o.variant_id = v.id WHERE o.state = 'live' LIMIT 1)`, /catalogue .*price/],
    [`UPDATE conversation SET name = name || '!' WHERE ctid = (SELECT ctid FROM conversation WHERE name IS NOT NULL LIMIT 1)`, /conversations .*name/],
  ];
  await stage.step('counter-proof', async () => {
    for (const [damage, told] of damages) {
      await trade.world.cluster.command(damage);
      const { found } = await trade.differences();
      if (!found.some((line) => told.test(line))) throw new Error(`${told} was not found after ${damage}; found: ${found.slice(0, 3).join('; ')}`);
    }
    return 'rows taken away and changed are found';
  });
}
