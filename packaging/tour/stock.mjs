// How long a change of stock in the shop takes to both catalogues, while everything else goes on.
import { pause, until } from './process.mjs';
import { idsOf, wantedOffers } from './shelves.mjs';

const stillFor = 180;

/** The value below which a share of the sorted values lies. */
export function percentile(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)];
}

/** Every writing of each item since the beginning, by its id: [{at, available}]. */
async function writings(meta, catalogue) {
  const byId = new Map();
  for (const { at, id, available } of await meta.lines(`catalogues/${catalogue}/stock`)) {
    if (!byId.has(id)) byId.set(id, []);
    byId.get(id).push({ at, available });
  }
  return byId;
}

/**
 * When a change was shown, if it was: {at}. Another edit may have overtaken it, then the later one tells. Nothing is
 * written of what was shown already: null.
 */
function shownAt(written = [], { at, units }) {
  const available = units > 0 ? units : null;
  const since = written.filter((one) => one.at >= at);
  const found = since.find((one) => one.available === available) ?? since.at(-1);
  if (found) return found;
  return written.at(-1)?.available === available ? null : undefined;
}

/** Shopify's and our ids of what there is some of on offer: [{theirs, ours}], the same order for the same data. */
async function onOffer(tour) {
  const { hub, selling } = tour;
  const [ids, offers] = await Promise.all([idsOf(hub, selling.store), wantedOffers(tour, selling.store)]);
  return [...ids].map(([theirs, ours]) => ({ theirs, ours })).filter(({ ours }) => offers.get(ours)?.available).sort((a, b) => (a.theirs < b.theirs ? -1 : 1));
}

/** One change of stock in the shop: {at, id, units}. */
async function change({ simulator, selling }, { theirs, ours }, seed) {
  const at = Date.now();
  const { done: [edit] } = await simulator.call('edits', { shop: selling.store.domain, count: 1, seed, kinds: ['stock_set'], variant: theirs });
  return { at, id: ours, units: edit.units };
}

/**
 * `changes` of stock, one in every `every` ms, beside `edits` of every kind in all shops; answers
 * {p50, p95, max, measured, edits, seconds}, times in ms from the change to the later of both catalogues.
 */
export async function measureStock(tour, { changes, edits, every = 250, seed = 71 }) {
  const { meta, simulator, selling } = tour;
  const offers = await onOffer(tour);
  const began = Date.now();
  const made = [];
  for (let i = 0; i < changes; i += 1) {
    const share = Math.floor((edits * (i + 1)) / changes) - Math.floor((edits * i) / changes);
    if (share > 0) await simulator.edit(share, seed * 1000 + i);
    // A prime step: neighbours, which are of one product, do not follow each other.
    made.push(await change(tour, offers[(i * 97) % offers.length], seed * 2000 + i));
    await pause(Math.max(0, began + (i + 1) * every - Date.now()));
  }
  const seconds = (Date.now() - began) / 1000;
  let arrived;
  const left = () => arrived?.filter((one) => one.includes(undefined)).length;
  await until('every change of stock is on both catalogues', async () => {
    const both = await Promise.all(selling.shelves.map(({ catalogue }) => writings(meta, catalogue)));
    arrived = made.map((one) => both.map((written) => shownAt(written.get(one.id), one)).map((shown) => shown && shown.at - one.at));
    return left() === 0;
  }, { seconds: stillFor, every: 500, progress: left });
  const times = arrived.filter((both) => !both.includes(null)).map((both) => Math.max(...both)).sort((a, b) => a - b);
  if (times.length < changes / 2) throw new Error(`only ${times.length} of ${changes} changes had to be shown`);
  return { p50: percentile(times, 0.5), p95: percentile(times, 0.95), max: times.at(-1), measured: times.length, edits, seconds };
}

/** `most` ms for p95, if it is to be judged. */
export async function stockEverywhere(tour, { most, ...load }) {
  const { p50, p95, max, measured, edits, seconds } = await measureStock(tour, load);
  const told = `p50 ${p50} ms, p95 ${p95} ms, max ${max} ms over ${measured} changes beside ${edits} edits in ${seconds.toFixed(1)} s`;
  if (most !== undefined && p95 > most) throw new Error(`${told}; p95 is to stay below ${most} ms`);
  return told;
}
