// Finds every difference between what platforms of messages and catalogues say and what the hub's tables say.
import { differences } from './compare.mjs';

/** As Meta takes titles: at most 100 bytes, cut between two characters. */
function cutTitle(title) {
  const bytes = Buffer.from(title);
  if (bytes.length <= 100) return title;
  let end = 100;
  while ((bytes[end] & 0xc0) === 0x80) end -= 1;
  return bytes.subarray(0, end).toString();
}

/** A message the platform knows nothing of may only stand as one that failed, or of which nobody knows, with the reason. */
const excused = (row) => row.direction === 'outgoing' && ['failed', 'unknown'].includes(row.status) && row.detail;

function messages(truth, hub) {
  const wanted = new Map();
  const found = new Map();
  const out = [];
  for (const [id, row] of hub) {
    const known = truth.get(id);
    if (!known && excused(row)) continue;
    if (!known && row.direction === 'outgoing') {
      out.push(`messages ${id}: it is ${row.status} in the hub${row.detail ? '' : ' without a reason'}, and the platform never got it`);
      continue;
    }
    const { detail, ...rest } = row;
    if (known?.code === null) delete rest.code;
    if (known && !('at' in known)) delete rest.at;
    if (known && !('external_id' in known)) delete rest.external_id;
    if (known && !('content' in known)) delete rest.content;
    found.set(id, known?.status.includes(row.status) ? { ...rest, status: known.status } : rest);
  }
  for (const [id, { code, ...row }] of truth) wanted.set(id, code === null ? row : { ...row, code });
  return [...out, ...differences('messages', wanted, found)];
}

/** Of one the hub began, and of which nothing went out, the platform knows nothing. */
function conversations(truth, hub) {
  const known = new Map();
  for (const [id, { only_refused: refused, ...row }] of hub)
    if (truth.has(id) || !refused) known.set(id, truth.get(id)?.unread === 'read' ? { ...row, unread: 'read' } : row);
  return differences('conversations', truth, known);
}

/** Units are compared where somebody counts them: no platform takes a number back once it was told. */
function catalogue(truth, hub) {
  const known = [...hub].map(([id, row]) => {
    const counted = row.availability === 'in stock' && row.available !== null;
    const there = row.availability === 'in stock' ? (truth.get(id)?.available ?? null) : null;
    return [id, { ...row, title: cutTitle(row.title), available: counted ? row.available : there }];
  });
  return differences('catalogue', truth, new Map(known));
}

function offers(truth, hub) {
  const out = [];
  for (const [id, { state, reason, in_hand: hand }] of hub) {
    const there = truth.get(id)?.state;
    if (hand) out.push(`offers ${id}: still to be told or in hand`);
    if (there && there !== state) out.push(`offers ${id}: the platform says ${there}, the hub ${state}`);
    if (!there && state !== 'absent' && !(state === 'rejected' && reason)) out.push(`offers ${id}: ${state} in the hub, not there on the platform`);
  }
  for (const id of truth.keys()) if (!hub.has(id)) out.push(`offers ${id}: missing in the hub`);
  return out;
}

/** A listing stands where the worst of its offers does. */
export function listings(hub) {
  const worst = ['rejected', 'pending', 'in_review', 'live', 'absent'];
  const out = [];
  for (const [id, { state, gone, sync, offers: states }] of hub) {
    const wanted = worst.find((one) => states?.includes(one));
    if (state !== wanted) out.push(`listings ${id}: ${state}, its offers are ${states}`);
    if (gone !== (state === 'absent')) out.push(`listings ${id}: ${state}, and ${gone ? 'gone' : 'still there'}`);
    if (sync?.state !== state || sync?.synced !== !['absent', 'rejected'].includes(state)) out.push(`listings ${id}: ${state}, the product says ${JSON.stringify(sync)}`);
  }
  return out;
}

function adjustments(truth, hub) {
  const out = [];
  const done = new Map();
  for (const [key, { states, ...row }] of hub) {
    if (states.join() === 'done') done.set(key, row);
    else if (states.join() !== 'refused') out.push(`adjustments ${key}: ${states} in the hub`);
  }
  return [...out, ...differences('adjustments', truth, done)];
}

/** Each sale took stock once, of what somebody counts, or was refused with a reason. */
export function sales(hub) {
  const out = [];
  for (const [id, { sold, taken, refused, counted }] of hub) {
    if (taken === sold || (taken === 0 && (refused || !counted))) continue;
    out.push(`sales ${id}: ${sold} sold, ${taken} taken off the stock`);
  }
  return out;
}

const rules = { messages, pageMessages: messages, conversations, pageConversations: conversations, catalogue, offers, adjustments };

/** Sentences, one a difference, of maps as marketTruth and marketRows make them. */
export const marketDifferences = (entity, truth, hub) => (rules[entity] ?? ((a, b) => differences(entity, a, b)))(truth, hub);
