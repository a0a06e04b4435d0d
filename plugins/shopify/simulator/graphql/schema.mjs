// Shopify's published Admin API schemas, one per version, and the access rule of every field.
// They come with the npm package @shopify/dev-mcp; nothing is fetched at run time.

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { buildClientSchema, getNamedType } from 'graphql';

const folder = fileURLToPath(new URL('../node_modules/@shopify/dev-mcp/dist/data/', import.meta.url));

/** The version the simulator's own tests and `validate.mjs` speak. */
const kVersion = '2026-10';

/** Stable versions oldest first, for example ['2025-10', …, '2026-10']. */
export function supportedVersions() {
  return readdirSync(folder)
    .map((name) => /^admin_(\d{4}-\d{2})\.json\.gz$/.exec(name)?.[1])
    .filter(Boolean)
    .sort();
}

const loaded = new Map();

/** {schema, accessOf, accessOfType} of a version; loading one takes about a third of a second, once. */
export function loadSchema(version = kVersion) {
  if (!loaded.has(version)) {
    const published = JSON.parse(gunzipSync(readFileSync(`${folder}admin_${version}.json.gz`)));
    const schema = buildClientSchema(published.data, { assumeValid: true });
    loaded.set(version, { schema, ...accessRules(published.offline_scopes.items) });
  }
  return loaded.get(version);
}

export function isConnection(type) {
  return (
    type.name.endsWith('Connection') && typeof type.getFields === 'function' && 'pageInfo' in type.getFields()
  );
}

/** The node type of a connection. */
export function nodeTypeOf(connection) {
  const fields = connection.getFields();
  return getNamedType(
    fields.nodes ? fields.nodes.type : getNamedType(fields.edges.type).getFields().node.type,
  );
}

/** accessOf(parent type name, field) → {scopes, text} | null: any one of the scopes opens the field. */
function accessRules(items) {
  const byField = new Map();
  const byType = new Map();
  for (const item of items) {
    if (!item.offlineScopes?.length) continue;
    const rule = { scopes: item.offlineScopes, text: item.requiredAccess };
    if (item.type === 'type') byType.set(item.typeName, rule);
    else byField.set(`${item.typeName}.${item.fieldName}`, rule);
  }
  const known = new Map();
  const accessOf = (typeName, field) => {
    const key = `${typeName}.${field.name}`;
    if (!known.has(key)) {
      const returned = getNamedType(field.type);
      const subject = isConnection(returned) ? nodeTypeOf(returned).name : returned.name;
      known.set(key, byField.get(key) ?? byType.get(subject) ?? null);
    }
    return known.get(key);
  };
  return { accessOf, accessOfType: (typeName) => byType.get(typeName)?.scopes ?? null };
}
