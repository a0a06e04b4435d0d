// What the catalogues should show by what the shop holds, and what they do show.
import { differences } from '../../tests/support/compare/compare.mjs';
import { select } from '../../tests/support/compare/hub.mjs';
import { minorUnits } from '../../tests/support/compare/money.mjs';
import { until } from './process.mjs';

async function rowsOf(simulator, domain, entity) {
  return (await simulator.truth(domain, entity)).split('\n').filter(Boolean).map((line) => JSON.parse(line));
}

/** Units over all locations, null where they are not counted. */
function unitsOf(levels) {
  if (levels.length === 0 || levels.some(({ tracked }) => !tracked)) return null;
  return levels.reduce((sum, { available }) => sum + Math.max(available, 0), 0);
}

/** Shopify's variants by the hub's own ids, under which they are published. */
export async function idsOf(hub, { integration }) {
  const rows = await select(hub.database, `SELECT external_id AS id, variant_id AS ours FROM variant_listing
    WHERE integration_id = :'integration'::uuid AND deleted_at IS NULL`, { integration });
  return new Map(rows.map(({ id, ours }) => [id, ours]));
}

/** By the hub's id of each variant: what a buyer should see of it, if the shop alone is asked. */
export async function wantedOffers({ hub, simulator }, store) {
  const [products, variants, levels, ids] = await Promise.all([
    ...['products', 'variants', 'levels'].map((entity) => rowsOf(simulator, store.domain, entity)),
    idsOf(hub, store),
  ]);
  const places = new Map();
  for (const level of levels.filter(({ active }) => active)) places.set(level.inventory_item_id, [...(places.get(level.inventory_item_id) ?? []), level]);
  const shown = new Set(products.filter(({ status, media }) => status === 'active' && media.some(({ type, url }) => type === 'image' && url?.startsWith('https://'))).map(({ id }) => id));
  const offers = new Map();
  for (const variant of variants.filter(({ product_id: product }) => shown.has(product))) {
    const units = unitsOf(places.get(variant.inventory_item_id) ?? []);
    const buyable = units === null || units > 0 || variant.inventory_policy === 'continue';
    offers.set(ids.get(variant.id) ?? `variant ${variant.id}, which the hub does not have`, {
      price: minorUnits(variant.price.amount, variant.price.currency),
      currency: variant.price.currency,
      availability: buyable ? 'in stock' : 'out of stock',
      available: units > 0 ? units : null,
    });
  }
  return offers;
}

/** What a catalogue shows, in the same shape. A number of units is only shown of what there is some of. */
function shownIn(items, wanted) {
  return new Map(items.map(({ id, price, currency, availability, available }) => [
    id, { price, currency, availability, available: wanted.get(id)?.available === null ? null : available },
  ]));
}

/** {offers, found}: how many there should be in each catalogue, and sentences on what is otherwise. */
export async function compareShelves(tour) {
  const { store, shelves } = tour.selling;
  const wanted = await wantedOffers(tour, store);
  const found = [];
  for (const { name, catalogue } of shelves)
    found.push(...differences(name, wanted, shownIn(await tour.meta.catalogue(catalogue), wanted), ['the shop', 'the catalogue']));
  return { offers: wanted.size, found };
}

/** Waits until both catalogues show what the shop holds, and every offer is decided; answers how many each shows. */
export async function followShelves(tour, seconds) {
  const { hub, selling } = tour;
  let left;
  const quiet = async () => {
    const standings = await Promise.all(selling.shelves.map(({ integration }) => hub.api(`integrations/${integration}/publishing`)));
    left = JSON.stringify(standings.map(({ offers, unread, waiting, in_hand: hand }) => [offers, unread, waiting, hand]));
    return standings.every(({ offers, unread, waiting, in_hand: hand }) =>
      unread === 0 && waiting === 0 && hand === 0 && !offers.pending && !offers.in_review);
  };
  let last;
  const equal = async () => {
    if (!(await quiet())) return false;
    last = await compareShelves(tour);
    return last.found.length === 0;
  };
  const figure = () => `${left}, ${last?.found.length ?? 'not yet compared'}`;
  await until('the catalogues show what the shop holds', equal, { seconds, every: 500, progress: figure }).catch((error) => {
    throw new Error([error.message, ...(last?.found ?? []).slice(0, 8)].join('\n  '));
  });
  return last.offers;
}
