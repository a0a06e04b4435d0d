// openapi.json as something to hold requests and answers against.
import { readFileSync } from 'node:fs';
import Ajv2020 from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

/** Answered by the front alone, described once for all operations under "default". */
const kFrontStatuses = ['405', '408', '411', '413', '414', '417', '431', '501', '505'];
/** On every answer; what else is sent must be described. */
const kCommonHeaders = new Set([
  'date', 'content-length', 'content-type', 'connection', 'transfer-encoding', 'cache-control', 'content-security-policy',
  'referrer-policy', 'x-content-type-options', 'x-accel-buffering', 'x-request-id',
]);

/** Every object that lists its properties has no others, so that nothing is answered that is not described. */
function closed(schema) {
  if (Array.isArray(schema)) return schema.map(closed);
  if (schema === null || typeof schema !== 'object') return schema;
  const copy = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  if (schema.properties && schema.type === 'object' && schema.additionalProperties === undefined) copy.additionalProperties = false;
  return copy;
}

/** A schema of the document as ajv takes it, away from the document. */
function standalone(schema) {
  return JSON.parse(JSON.stringify(closed(schema)).replaceAll('"#/components/schemas/', '"souk#/$defs/'));
}

export class Document {
  constructor(file) {
    this.root = JSON.parse(readFileSync(file, 'utf8'));
    this.ajv = new Ajv2020({ allErrors: true, strict: true, strictTypes: false, coerceTypes: false });
    formats(this.ajv);
    this.ajv.addSchema({ $id: 'souk', $defs: standalone(this.root.components.schemas) });
    this.compiled = new Map();
    this.operations = Object.entries(this.root.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, object]) => this.operation(path, method.toUpperCase(), object)),
    );
  }

  operation(path, method, object) {
    const told = object.description ?? '';
    return {
      id: object.operationId,
      method,
      path,
      object,
      secured: object.security === undefined,
      roles: /\bRoles?: ([a-z, ]+)\.$/.exec(told)?.[1].split(', ') ?? null,
      parameters: (object.parameters ?? []).map((one) => this.resolved(one)),
      body: object.requestBody,
      takesKey: (object.parameters ?? []).some((one) => this.resolved(one).name === 'Idempotency-Key'),
    };
  }

  named(id) {
    const found = this.operations.find((operation) => operation.id === id);
    if (!found) throw new Error(`no operation ${id} in the document`);
    return found;
  }

  resolved(object) {
    if (object.$ref === undefined) return object;
    return object.$ref.slice(2).split('/').reduce((at, key) => at[key], this.root);
  }

  response(operation, status) {
    const { responses } = operation.object;
    const found = responses[status] ?? (kFrontStatuses.includes(String(status)) ? responses.default : undefined);
    return found && this.resolved(found);
  }

  /** Statuses described by name. */
  statuses(operation) {
    return Object.keys(operation.object.responses).filter((status) => status !== 'default');
  }

  /** What is wrong with a value by a schema of the document. */
  faultsOf(schema, value) {
    const text = JSON.stringify(schema);
    if (!this.compiled.has(text)) this.compiled.set(text, this.ajv.compile(standalone(schema)));
    const check = this.compiled.get(text);
    return check(value) ? [] : check.errors.map((error) => `${error.instancePath || '$'} ${error.message} ${JSON.stringify(error.params)}`);
  }

  /** What is wrong with an answer to the operation. `bodiless`: it was asked for by HEAD. */
  faults(operation, answer, { bodiless = false } = {}) {
    const response = this.response(operation, answer.status);
    if (!response) return [`status ${answer.status} is not described`];
    return [...this.headerFaults(response, answer), ...(bodiless ? [] : this.bodyFaults(response, answer))];
  }

  headerFaults(response, { headers }) {
    const described = Object.entries(response.headers ?? {}).map(([name, header]) => [name.toLowerCase(), this.resolved(header)]);
    const faults = Object.keys(headers)
      .filter((name) => !kCommonHeaders.has(name) && !described.some(([known]) => known === name))
      .map((name) => `the header ${name} is not described`);
    for (const [name, header] of described) {
      const value = headers[name];
      if (value === undefined) {
        if (header.required) faults.push(`no header ${name}`);
        continue;
      }
      for (const text of [value].flat())
        faults.push(...this.faultsOf(header.schema, header.schema.type === 'integer' ? Number(text) : text).map((fault) => `${name}: ${fault}`));
    }
    return faults;
  }

  bodyFaults(response, { headers, body }) {
    if (!response.content) return body === '' ? [] : ['a body where none is described'];
    const type = (headers['content-type'] ?? '').split(';')[0];
    const media = response.content[type];
    if (!media) return [`Content-Type "${type}" is not described`];
    if (!type.endsWith('json')) return [];
    try {
      return this.faultsOf(media.schema, JSON.parse(body));
    } catch (error) {
      return [`no JSON: ${error.message}`];
    }
  }

  /** Every request and answer has an example, and every example fits. */
  exampleFaults() {
    const faults = [];
    for (const operation of this.operations) {
      const contents = Object.entries(operation.object.responses).map(([status, response]) => [status, this.resolved(response).content]);
      contents.push(['request', operation.body?.content]);
      for (const [where, content] of contents)
        for (const [type, media] of Object.entries(content ?? {})) {
          const at = `${operation.id} ${where} (${type})`;
          if (media.example === undefined) faults.push(`${at}: no example`);
          else faults.push(...this.faultsOf(media.schema, media.example).map((fault) => `${at}: ${fault}`));
        }
    }
    return faults;
  }
}
