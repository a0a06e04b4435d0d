// Runs a validated operation over a shop. Every field is looked up in the tables of ./types; one
// that is not there fails by name, so that nothing is answered with a made-up null.

import { execute, getNamedType, getNullableType, GraphQLError, isCompositeType, isListType } from 'graphql';
import { tables } from './types/tables.mjs';
import { isConnection } from './schema.mjs';
import { typeNameOf } from './types/names.mjs';

export class NotModelled extends Error {}

function denied(info, rule) {
  return new GraphQLError(`Access denied for ${info.fieldName} field. Required access: ${rule.text}`, {
    extensions: {
      code: 'ACCESS_DENIED',
      documentation: 'https://shopify.dev/api/usage/access-scopes',
      requiredAccess: rule.text,
    },
  });
}

function connectionField(source, name) {
  if (name === 'nodes') return source.nodes;
  if (name === 'edges') return source.nodes.map((node) => ({ node, cursor: source.cursorOf(node) }));
  if (name === 'pageInfo') {
    const { nodes, cursorOf, hasNextPage, hasPreviousPage } = source;
    return {
      hasNextPage,
      hasPreviousPage,
      startCursor: nodes.length ? cursorOf(nodes[0]) : null,
      endCursor: nodes.length ? cursorOf(nodes[nodes.length - 1]) : null,
    };
  }
  return undefined;
}

function measure(meter, info, value) {
  if (value === null || value === undefined) return;
  const named = getNamedType(info.returnType);
  if (!isCompositeType(named) || named.name === 'PageInfo' || named.name.endsWith('Edge')) return;
  if (isConnection(named)) meter.connection();
  else if (isListType(getNullableType(info.returnType)))
    for (let count = value.length; count > 0; count -= 1) meter.object();
  else meter.object();
}

function resolveField(accessOf) {
  return (source, args, context, info) => {
    const parent = info.parentType.name;
    const rule = accessOf(parent, info.parentType.getFields()[info.fieldName]);
    if (rule && !rule.scopes.some((scope) => context.scopes.has(scope))) throw denied(info, rule);
    if (parent === 'PageInfo' || (parent.endsWith('Edge') && source.node)) return source[info.fieldName];
    const value = isConnection(info.parentType)
      ? connectionField(source, info.fieldName)
      : tables[parent]?.[info.fieldName]?.(source, args, context, info);
    if (value === undefined) throw new NotModelled(`simulator does not model ${parent}.${info.fieldName}`);
    if (parent === 'Mutation') context.meter.mutation();
    else if (!context.isMutation) measure(context.meter, info, value);
    return value;
  };
}

const resolvers = new WeakMap();

/** {data, errors}; the context is {shop, app, scopes, clock, meter, searches, isMutation, world}. */
export function run({ schema, accessOf }, document, operationName, variables, context) {
  if (!resolvers.has(accessOf)) resolvers.set(accessOf, resolveField(accessOf));
  return execute({
    schema,
    document,
    operationName,
    variableValues: variables,
    contextValue: context,
    rootValue: {},
    fieldResolver: resolvers.get(accessOf),
    typeResolver: typeNameOf,
  });
}
