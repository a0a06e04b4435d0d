// Metafields as an app keeps them: definitions by owner type, and those of type id, whose values are unique.

const kOwners = { PRODUCT: 'products', PRODUCTVARIANT: 'variants' };

/** `$app` and what is left out stand for the namespace reserved for the app. */
export function fullNamespace(app, namespace) {
  const own = `app--${[...app.clientId].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1_000_000, 7)}`;
  if (namespace == null || namespace === '$app') return own;
  return namespace.startsWith('$app:') ? `${own}--${namespace.slice(5)}` : namespace;
}

const keyOf = (namespace, key) => `${namespace}.${key}`;

export function definitionOf(shop, ownerType, namespace, key) {
  return shop.metafieldDefinitions.get(`${ownerType} ${keyOf(namespace, key)}`) ?? null;
}

export function define(shop, definition) {
  const made = { ...definition, id: shop.ids.next('MetafieldDefinition') };
  shop.metafieldDefinitions.set(`${definition.ownerType} ${keyOf(definition.namespace, definition.key)}`, made);
  return made;
}

export function metafieldOf(owner, namespace, key) {
  return owner.metafields?.get(keyOf(namespace, key)) ?? null;
}

/** The list as it is given: what it does not name goes. */
export function setMetafields(shop, owner, fields) {
  const former = owner.metafields ?? new Map();
  owner.metafields = new Map(
    fields.map((field) => {
      const place = keyOf(field.namespace, field.key);
      return [place, { ...field, owner, id: former.get(place)?.id ?? shop.ids.next('Metafield') }];
    }),
  );
}

/** Who of the shop carries a metafield of the definition, ascending by the metafield's id. */
export function carriers(shop, { ownerType, namespace, key }) {
  return [...shop[kOwners[ownerType]].values()]
    .map((owner) => metafieldOf(owner, namespace, key))
    .filter(Boolean)
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

export function ownerBy(shop, ownerType, namespace, key, value) {
  for (const owner of shop[kOwners[ownerType]].values()) if (metafieldOf(owner, namespace, key)?.value === value) return owner;
  return null;
}
