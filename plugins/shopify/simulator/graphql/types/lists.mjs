// How a resolver makes a connection or a count out of a shop's records.

import { compileSearch, documentedFilters } from '../search.mjs';
import { kFilters } from '../filters.mjs';
import { page } from '../paging.mjs';

const documented = new Map();

function filtersOf(info) {
  const key = `${info.parentType.name}.${info.fieldName}`;
  if (!documented.has(key)) {
    const argument = info.parentType.getFields()[info.fieldName].args.find((each) => each.name === 'query');
    documented.set(key, documentedFilters(argument?.description));
  }
  return documented.get(key);
}

function pathOf(info) {
  const keys = [];
  for (let step = info.path; step; step = step.prev) if (typeof step.key === 'string') keys.unshift(step.key);
  return keys;
}

/** The record test of a `query` argument; what it could not use goes to `extensions.search`. */
export function searchTest(typeName, args, context, info) {
  if (!args.query) return () => true;
  const { test, warnings } = compileSearch(args.query, {
    fields: kFilters[typeName],
    documented: filtersOf(info),
    now: context.clock.seconds(),
    shownIn: info.fieldName,
  });
  if (warnings.length > 0) context.searches.push({ path: pathOf(info), query: args.query, warnings });
  return test;
}

function both(first, second) {
  return second ? (record) => first(record) && second(record) : first;
}

/** A connection over a Collection; `visible` hides records the app may not see. */
export function collectionPage(collection, typeName, args, context, info, visible = null) {
  const asked = args.sortKey ?? 'ID';
  const sortKey = asked === 'RELEVANCE' ? 'ID' : asked;
  const keyOf = collection.orders[sortKey];
  if (!keyOf) throw new Error(`simulator does not model ${info.fieldName} sorted by ${asked}`);
  const test = both(searchTest(typeName, args, context, info), visible);
  return page(collection.sorted(sortKey), { sortKey, keyOf, args, test });
}

/** A connection over a short list that belongs to one record, kept in the list's own order. */
export function listPage(list, args, { sortKey = 'PLACE', keyOf, test } = {}) {
  if (keyOf) {
    const sorted = [...list].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0));
    return page(sorted, { sortKey, keyOf, args, test });
  }
  const places = new Map(list.map((record, place) => [record, place]));
  return page(list, { sortKey, keyOf: (record) => places.get(record), args, test });
}

/** Count with its precision: more than `limit` is only "at least". */
export function countOf(collection, typeName, args, context, info, visible = null) {
  const test = both(searchTest(typeName, args, context, info), visible);
  let count = 0;
  for (const record of collection.values()) if (test(record)) count += 1;
  const { limit } = args;
  if (limit != null && count > limit) return { count: limit, precision: 'AT_LEAST' };
  return { count, precision: 'EXACT' };
}

export function exactly(count) {
  return { count, precision: 'EXACT' };
}

/** Orders older than 60 days are out of sight without read_all_orders. */
export function orderVisible(context) {
  if (context.scopes.has('read_all_orders')) return null;
  const oldest = context.clock.seconds() - 60 * 86400;
  return (order) => order.createdAt >= oldest;
}
