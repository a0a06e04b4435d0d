// Which GraphQL type a record is, where the schema only says "a node" or "a medium".

const names = new WeakMap();

export function named(record, typeName) {
  if (record) names.set(record, typeName);
  return record;
}

const mediaTypes = { IMAGE: 'MediaImage', EXTERNAL_VIDEO: 'ExternalVideo' };

export function typeNameOf(record) {
  return names.get(record) ?? mediaTypes[record.type] ?? record.typeName;
}
