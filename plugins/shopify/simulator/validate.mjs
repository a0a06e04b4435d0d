#!/usr/bin/env node
// Checks GraphQL documents against the published schema and prints what each named operation
// costs by the simulator's rule. A page size given by a variable counts as the variable's value
// in a line like `# variables: {"first": 50}`, else as its default, else as 250. A file that starts
// with `# cost: N` promises that its operation costs exactly that.

import { readFileSync } from 'node:fs';
import { parse, validate } from 'graphql';
import { kMaxCost, requestedCost } from './graphql/cost.mjs';
import { loadSchema } from './graphql/schema.mjs';

function variablesOf(text) {
  return Object.assign(
    {},
    ...[...text.matchAll(/^#\s*variables:\s*(\{.*\})\s*$/gm)].map((match) => JSON.parse(match[1])),
  );
}

function promisedCost(text) {
  const match = /^# cost: (\d+)\s*$/m.exec(text.split('\n')[0]);
  return match ? Number(match[1]) : null;
}

function withDefaults(operation, given) {
  const values = { ...given };
  for (const { variable, defaultValue } of operation.variableDefinitions ?? []) {
    const name = variable.name.value;
    if (values[name] === undefined && defaultValue?.kind === 'IntValue')
      values[name] = Number(defaultValue.value);
  }
  return values;
}

/** Prints the file's operations; returns how many things are wrong. */
function check(path, { schema }) {
  const text = readFileSync(path, 'utf8');
  let document;
  try {
    document = parse(text);
  } catch (error) {
    process.stderr.write(`${path}: ${error.message}\n`);
    return 1;
  }
  const errors = validate(schema, document, undefined, { maxErrors: 50 });
  for (const error of errors)
    process.stderr.write(`${path}:${error.locations?.[0]?.line ?? 0}: ${error.message}\n`);
  if (errors.length > 0) return errors.length;
  let wrong = 0;
  const promised = promisedCost(text);
  for (const operation of document.definitions.filter((each) => each.kind === 'OperationDefinition')) {
    const name = operation.name?.value;
    const cost = requestedCost(schema, document, operation, withDefaults(operation, variablesOf(text)), 250);
    process.stdout.write(`${path}: ${name ?? '(unnamed)'} costs ${cost}\n`);
    if (!name) process.stderr.write(`${path}: every operation needs a name\n`);
    if (cost > kMaxCost) process.stderr.write(`${path}: ${name} costs ${cost}, more than ${kMaxCost}\n`);
    const broken = promised !== null && promised !== cost;
    if (broken) process.stderr.write(`${path}: ${name} costs ${cost}, its first line says ${promised}\n`);
    if (!name || cost > kMaxCost || broken) wrong += 1;
  }
  return wrong;
}

const paths = process.argv.slice(2);
if (paths.length === 0) {
  process.stderr.write('usage: validate.mjs FILE.graphql…\n');
  process.exit(2);
}
const loaded = loadSchema();
process.exit(paths.reduce((wrong, path) => wrong + check(path, loaded), 0) > 0 ? 1 : 0);
