// How long a change of stock in the shop takes to both catalogues, while everything else goes on.
import { createHash } from 'node:crypto';
import { pause } from './process.mjs';
import { followShelves, idsOf, wantedOffers } from './shelves.mjs';

const stillFor = 180;
/** Milliseconds between two changes. */
const kEvery = 250;

/** The value that a share of the sorted values does not exceed. */
export function percentile(sorted, share) {
  return sorted[Math.min(sorted.length, Math.max(1, Math.ceil(share * sorted.length))) - 1];
}

/** Shopify's and our ids of what there is some of on offer, [{theirs, ours}], in an order that is the same for a seed. */
async function onOffer(tour, seed) {
  const { hub, selling } = tour;
  const [ids, offers] = await Promise.all([idsOf(hub, selling.store), wantedOffers(tour, selling.store)]);
  const placeOf = (id) => createHash('sha256').update(`${seed} ${id}`).digest('hex');
  const found = [...ids].filter(([, ours]) => offers.get(ours)?.available).map(([theirs, ours]) => ({ theirs, ours, place: placeOf(theirs) }));
  return found.sort((a, b) => (a.place < b.place ? -1 : 1));
}

/** One change of stock in the shop: {at, id, units}. */
async function change({ simulator, selling }, { theirs, ours }, seed) {
  const at = Date.now();
  const { done: [edit] } = await simulator.call('edits', { shop: selling.store.domain, count: 1, seed, kinds: ['stock_set'], variant: theirs });
  return { at, id: ours, units: edit.units };
}

/** Changes, each of another offer, beside `edits` of every kind in all shops. */
async function makeChanges(tour, { changes, edits, seed }) {
  const offers = await onOffer(tour, seed);
  const began = Date.now();
  const made = [];
  for (let i = 0; i < changes; i += 1) {
    const share = Math.floor((edits * (i + 1)) / changes) - Math.floor((edits * i) / changes);
    if (share > 0) await tour.simulator.edit(share, seed * 1000 + i);
    made.push(await change(tour, offers[i % offers.length], seed * 2000 + i));
    await pause(Math.max(0, began + (i + 1) * kEvery - Date.now()));
  }
  return { made, seconds: (Date.now() - began) / 1000 };
}

/** Every writing of each item by its id: [{at, available}]. */
async function writings(meta, catalogue) {
  const byId = new Map();
  for (const { id, ...writing } of await meta.lines(`catalogues/${catalogue}/stock`)) byId.set(id, [...(byId.get(id) ?? []), writing]);
  return byId;
}

/** Milliseconds until a change was shown; none where it never was: another edit overtook it, or it changed nothing. */
function timeTo(written = [], { at, units }) {
  const shown = written.find((one) => one.at >= at && one.available === (units > 0 ? units : null));
  return shown && shown.at - at;
}

/**
 * `changes` of stock beside `edits`; answers {p50, p95, max, measured, edits, seconds}, times in ms from the change in the
 * shop to the later of both catalogues. What an edit overtook before it was shown is not measured.
 */
export async function measureStock(tour, { changes, edits, seed = 71 }) {
  const { made, seconds } = await makeChanges(tour, { changes, edits, seed });
  await followShelves(tour, stillFor);
  const both = await Promise.all(tour.selling.shelves.map(({ catalogue }) => writings(tour.meta, catalogue)));
  const times = made.map((one) => both.map((written) => timeTo(written.get(one.id), one))).filter((each) => !each.includes(undefined)).map((each) => Math.max(...each));
  times.sort((a, b) => a - b);
  if (times.length < changes / 2) throw new Error(`only ${times.length} of ${changes} changes were shown as they were made`);
  return { p50: percentile(times, 0.5), p95: percentile(times, 0.95), max: times.at(-1), measured: times.length, edits, seconds };
}

/** `most` ms for p95, if it is to be judged: where not even the changes could be made at their pace, nothing is proved. */
export async function stockEverywhere(tour, { most, ...load }) {
  const { p50, p95, max, measured, edits, seconds } = await measureStock(tour, load);
  const told = `p50 ${p50} ms, p95 ${p95} ms, max ${max} ms over ${measured} changes beside ${edits} edits in ${seconds.toFixed(1)} s`;
  const planned = (load.changes * kEvery) / 1000;
  if (seconds > planned * 1.2) return `${told}, for which ${planned.toFixed(1)} s were planned: this machine is too busy to tell`;
  if (most !== undefined && p95 > most) throw new Error(`${told}; p95 is to stay below ${most} ms`);
  return told;
}
