// Connections by key: a cursor names the last record's sort value and id, so pages neither skip
// nor repeat while records are added, changed or deleted around them.

import { GraphQLError } from 'graphql';
import { compareKeys } from '../world/collection.mjs';

const kMaxPage = 250;

function writeCursor(sortKey, value, id) {
  return Buffer.from(JSON.stringify([sortKey, value ?? null, id])).toString('base64');
}

function readCursor(text, sortKey) {
  try {
    const [key, value, id] = JSON.parse(Buffer.from(text, 'base64').toString('utf8'));
    if (key === sortKey && typeof id === 'string') return { value, id };
  } catch {
    // Not of our making: reported below like any other foreign cursor.
  }
  throw new GraphQLError(`Invalid cursor for current pagination sort. (${text})`, {
    extensions: { code: 'INVALID_CURSOR' },
  });
}

function checkedSize(args) {
  const { first, last } = args;
  if (first == null && last == null) {
    throw new GraphQLError('you must provide one of first or last', { extensions: { code: 'BAD_REQUEST' } });
  }
  if (first != null && last != null) {
    throw new GraphQLError('providing both first and last is not supported', {
      extensions: { code: 'BAD_REQUEST' },
    });
  }
  const size = first ?? last;
  if (size < 0)
    throw new GraphQLError('first and last must not be negative', { extensions: { code: 'BAD_REQUEST' } });
  if (size > kMaxPage) {
    throw new GraphQLError(`The value ${size} exceeds the maximum page size of ${kMaxPage}`, {
      extensions: { code: 'MAX_PAGE_SIZE_EXCEEDED' },
    });
  }
  return size;
}

/** First index whose record stands behind (or at, with `orEqual`) the cursor, ascending. */
function search(records, keyOf, cursor, orEqual) {
  let low = 0;
  let high = records.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const order =
      compareKeys(keyOf(records[middle]), cursor.value) || compareKeys(records[middle].id, cursor.id);
    if (orEqual ? order >= 0 : order > 0) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The half-open index range between the `after` and `before` cursors, in ascending order. */
function bounds(records, keyOf, sortKey, { after, before, reverse }) {
  let low = 0;
  let high = records.length;
  const behind = reverse ? before : after;
  const ahead = reverse ? after : before;
  if (behind != null) low = search(records, keyOf, readCursor(behind, sortKey), false);
  if (ahead != null) high = search(records, keyOf, readCursor(ahead, sortKey), true);
  return { low, high: Math.max(low, high) };
}

function scan(records, from, to, step, test, wanted) {
  const found = [];
  for (let index = from; index !== to && found.length < wanted; index += step) {
    if (test(records[index])) found.push(records[index]);
  }
  return found;
}

/**
 * One page of `records` (ascending by keyOf, then id): {nodes, cursorOf, hasNextPage,
 * hasPreviousPage}.
 */
export function page(records, { sortKey, keyOf, args, test = () => true }) {
  const size = checkedSize(args);
  const { low, high } = bounds(records, keyOf, sortKey, args);
  const forward = args.first != null;
  const ascending = forward !== Boolean(args.reverse);
  const found =
    low === high
      ? []
      : scan(
          records,
          ascending ? low : high - 1,
          ascending ? high : low - 1,
          ascending ? 1 : -1,
          test,
          size + 1,
        );
  const more = found.length > size;
  const nodes = found.slice(0, size);
  const behind = ascending
    ? scan(records, low - 1, -1, -1, test, 1)
    : scan(records, high, records.length, 1, test, 1);
  if (!forward) nodes.reverse();
  return {
    nodes,
    cursorOf: (record) => writeCursor(sortKey, keyOf(record), record.id),
    hasNextPage: forward ? more : behind.length > 0,
    hasPreviousPage: forward ? behind.length > 0 : more,
  };
}
