// Query cost. The platform prints its rates but not its formula; this is the simulator's rule:
// scalars and enums 0, an object 1, a connection 2 + size × node, a list with `first` size ×
// element, a mutation 10 on top of nothing, interface and union the dearest selection.

import { getNamedType, isAbstractType, isCompositeType, isObjectType, valueFromAST } from 'graphql';
import { isConnection, nodeTypeOf } from './schema.mjs';

const kMutationCost = 10;
export const kMaxCost = 1000;

class Walk {
  constructor(schema, document, variables) {
    this.schema = schema;
    this.variables = variables;
    this.fragments = new Map();
    for (const definition of document.definitions) {
      if (definition.kind === 'FragmentDefinition') this.fragments.set(definition.name.value, definition);
    }
  }

  included(node) {
    for (const directive of node.directives ?? []) {
      const argument = directive.arguments.find((each) => each.name.value === 'if');
      if (!argument) continue;
      const value =
        argument.value.kind === 'Variable' ? this.variables[argument.value.name.value] : argument.value.value;
      if (directive.name.value === 'skip' && value === true) return false;
      if (directive.name.value === 'include' && value === false) return false;
    }
    return true;
  }

  /** Fields of the selection by response key and the type condition they stand under. */
  collect(selectionSet, type, into = new Map()) {
    for (const node of selectionSet.selections) {
      if (!this.included(node)) continue;
      if (node.kind === 'Field') {
        const key = `${type.name}:${(node.alias ?? node.name).value}`;
        if (!into.has(key)) into.set(key, { type, name: node.name.value, nodes: [] });
        into.get(key).nodes.push(node);
      } else {
        const fragment = node.kind === 'InlineFragment' ? node : this.fragments.get(node.name.value);
        const condition = fragment.typeCondition
          ? this.schema.getType(fragment.typeCondition.name.value)
          : type;
        this.collect(fragment.selectionSet, condition, into);
      }
    }
    return into;
  }

  size(definition, node, whenOpen) {
    for (const name of ['first', 'last']) {
      const argument = node.arguments.find((each) => each.name.value === name);
      const declared = definition.args.find((each) => each.name === name);
      if (!argument || !declared) continue;
      const value = valueFromAST(argument.value, declared.type, this.variables);
      if (typeof value === 'number') return value;
      if (value === undefined && argument.value.kind === 'Variable') return this.openSize ?? whenOpen;
    }
    return whenOpen;
  }

  /** Cost of what is selected in an object of the type, without the object's own point. */
  selection(selectionSets, type) {
    const fields = new Map();
    for (const selectionSet of selectionSets) this.collect(selectionSet, type, fields);
    const perType = new Map();
    for (const field of fields.values()) {
      const cost = this.field(field);
      perType.set(field.type, (perType.get(field.type) ?? 0) + cost);
    }
    if (!isAbstractType(type)) return [...perType.values()].reduce((sum, cost) => sum + cost, 0);
    const shared = perType.get(type) ?? 0;
    const concrete = [...perType].filter(([each]) => each !== type).map(([, cost]) => cost);
    return shared + Math.max(0, ...concrete);
  }

  field({ type, name, nodes }) {
    if (name.startsWith('__')) return 0;
    const definition = type.getFields()[name];
    const returned = getNamedType(definition.type);
    if (!isCompositeType(returned)) return 0;
    const inner = nodes.map((node) => node.selectionSet).filter(Boolean);
    if (isObjectType(returned) && isConnection(returned)) {
      return 2 + this.size(definition, nodes[0], 0) * this.connectionNode(returned, inner);
    }
    const each = 1 + this.selection(inner, returned);
    return this.size(definition, nodes[0], 1) * each;
  }

  connectionNode(connection, selectionSets) {
    const node = nodeTypeOf(connection);
    const inner = [];
    for (const { name, nodes } of this.gather(selectionSets, connection)) {
      if (name === 'nodes') inner.push(...nodes.map((each) => each.selectionSet));
      if (name !== 'edges') continue;
      const edge = getNamedType(connection.getFields().edges.type);
      for (const below of this.gather(
        nodes.map((each) => each.selectionSet),
        edge,
      )) {
        if (below.name === 'node') inner.push(...below.nodes.map((each) => each.selectionSet));
      }
    }
    if (inner.length === 0) return 0;
    return isCompositeType(node) ? 1 + this.selection(inner, node) : 0;
  }

  gather(selectionSets, type) {
    const fields = new Map();
    for (const selectionSet of selectionSets) this.collect(selectionSet, type, fields);
    return [...fields.values()];
  }
}

/**
 * The requested cost of an operation of a valid document. `openSize` stands for a page size whose
 * variable has no value.
 */
export function requestedCost(schema, document, operation, variables, openSize = null) {
  const walk = new Walk(schema, document, variables);
  walk.openSize = openSize;
  const root = operation.operation === 'mutation' ? schema.getMutationType() : schema.getQueryType();
  if (operation.operation === 'mutation') {
    return (
      walk.gather([operation.selectionSet], root).filter((field) => !field.name.startsWith('__')).length *
      kMutationCost
    );
  }
  return walk.selection([operation.selectionSet], root);
}

/** Adds up what an execution really touched, by the same rule. */
export class CostMeter {
  constructor() {
    this.total = 0;
  }

  mutation() {
    this.total += kMutationCost;
  }

  object() {
    this.total += 1;
  }

  connection() {
    this.total += 2;
  }
}
