// A shop's records of one kind: by id, and in any order a list can be asked for. Orders are
// sorted when first asked for after a change; pages are found by key, never by offset, so a
// cursor stays good while records come and go.

export function compareKeys(left, right) {
  if (left === right) return 0;
  if (left === null || left === undefined) return -1;
  if (right === null || right === undefined) return 1;
  return left < right ? -1 : 1;
}

export class Collection {
  /** `orders` maps a sort key to a function record → number | string | null. */
  constructor(orders = {}) {
    this.byId = new Map();
    this.orders = { ID: (record) => record.id, ...orders };
    this.views = new Map();
  }

  get size() {
    return this.byId.size;
  }

  get(id) {
    return this.byId.get(id);
  }

  values() {
    return this.byId.values();
  }

  add(record) {
    this.byId.set(record.id, record);
    this.changed();
    this.views.delete('ID');
    return record;
  }

  remove(id) {
    this.byId.delete(id);
    this.changed();
    this.views.delete('ID');
  }

  /** Call after editing a record in place: views sorted by anything but the id are made anew. */
  changed() {
    const byId = this.views.get('ID');
    this.views.clear();
    if (byId) this.views.set('ID', byId);
  }

  /** All records ascending by the sort key, equal keys by id. */
  sorted(sortKey) {
    const known = this.views.get(sortKey);
    if (known) return known;
    const keyOf = this.orders[sortKey];
    const view = [...this.byId.values()].sort(
      (a, b) => compareKeys(keyOf(a), keyOf(b)) || compareKeys(a.id, b.id),
    );
    this.views.set(sortKey, view);
    return view;
  }
}
