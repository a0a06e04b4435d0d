// POST /edits: random edits by merchants and buyers, the same ones for the same seed.

import { catalogEdits } from '../edits/catalog.mjs';
import { orderEdits } from '../edits/orders.mjs';
import { peopleEdits } from '../edits/people.mjs';
import { Scene } from '../edits/scene.mjs';
import { stockEdits } from '../edits/stock.mjs';
import { Random } from '../world/random.mjs';

const edits = { ...catalogEdits, ...stockEdits, ...orderEdits, ...peopleEdits };
export const kEditKinds = Object.keys(edits);

const usual = {
  product_title: 4,
  product_price: 6,
  stock_set: 10,
  order_create: 6,
  order_fulfil: 3,
  order_refund: 2,
  product_twice: 2,
  // Only when asked for.
  product_forbidden: 0,
  media_remove: 0,
  media_replace: 0,
  location_create: 0.3,
  location_update: 0.5,
};

function choices(kinds) {
  if (!kinds) return kEditKinds.map((kind) => [usual[kind] ?? 1, kind]);
  const unknown = kinds.find((kind) => !edits[kind]);
  if (unknown) throw new Error(`unknown edit kind ${unknown}: use ${kEditKinds.join(', ')}`);
  return kinds.map((kind) => [1, kind]);
}

/** Does one edit; a kind with nothing to work on gives way to another, a few dozen times. */
function editOnce(platform, shop, random, kinds, variant) {
  for (let tries = 0; tries < 50; tries += 1) {
    const kind = random.weighted(kinds);
    const scene = new Scene(platform, shop, random, variant);
    const touched = edits[kind](scene);
    if (touched)
      return { shop: shop.domain, kind, ...touched, event_id: scene.eventId, topics: scene.topics };
  }
  throw new Error(`no ${kinds.map(([, kind]) => kind).join(', ')} is possible in ${shop.domain}`);
}

/** How long nothing happens before the next edit: often they share a second, or nearly. */
function pause(random, most) {
  return random.weighted([
    [1, 0],
    [1, random.int(1, 5)],
    [1, random.int(1, most)],
  ]);
}

/**
 * {shop?, count, seed, kinds?, variant?, spread_seconds?} → {counts, done}. Between two edits the
 * servers get their turn; with a spread, the shop's clock moves by up to that much before each.
 * stock_set and order_create are of `variant` where one is named.
 */
export async function runEdits(
  platform,
  { shop: domain, count = 1, seed = 1, kinds, variant, spread_seconds: spread },
) {
  const shops = domain ? [platform.shops.get(domain)] : [...platform.shops.values()];
  if (shops[0] === undefined) throw new Error(`unknown shop ${domain}`);
  const weights = choices(kinds);
  const random = new Random(`edits ${seed}`);
  const done = [];
  const counts = {};
  for (let index = 0; index < count; index += 1) {
    const shop = random.pick(shops);
    if (spread) shop.clock.advance(1000 * pause(random, spread));
    const edit = editOnce(platform, shop, random, weights, variant);
    counts[edit.kind] = (counts[edit.kind] ?? 0) + 1;
    done.push(edit);
    await new Promise((next) => {
      setImmediate(next);
    });
  }
  return { counts, done };
}
