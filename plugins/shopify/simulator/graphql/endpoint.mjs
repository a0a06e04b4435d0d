// POST /admin/api/{version}/graphql.json after the token was checked: parse, validate, price,
// take from the bucket, run, give back. Every answer but a broken request is HTTP 200.

import { getOperationAST, getVariableValues, GraphQLError, parse, validate } from 'graphql';
import { Scene } from '../edits/scene.mjs';
import { expand } from '../oauth/scopes.mjs';
import { Random } from '../world/random.mjs';
import { CostMeter, kMaxCost, requestedCost } from './cost.mjs';
import { NotModelled, run } from './execute.mjs';
import { loadSchema } from './schema.mjs';

const documents = new Map();
const kDocumentsKept = 1000;

/** {document} or {errors}, remembered per version and text. */
function prepared(version, text) {
  const key = `${version}\n${text}`;
  if (!documents.has(key)) {
    if (documents.size >= kDocumentsKept) documents.clear();
    documents.set(key, prepare(version, text));
  }
  return documents.get(key);
}

function prepare(version, text) {
  try {
    const document = parse(text);
    const errors = validate(loadSchema(version).schema, document);
    return errors.length > 0 ? { errors } : { document };
  } catch (error) {
    if (error instanceof GraphQLError) return { errors: [error] };
    throw error;
  }
}

/** The platform prints bucket size and rate as floats: 2000.0. */
function costText(requested, actual, status) {
  const float = (value) => (Number.isInteger(value) ? value.toFixed(1) : String(value));
  return (
    `{"requestedQueryCost":${requested},"actualQueryCost":${actual},"throttleStatus":{"maximumAvailable":${float(status.maximumAvailable)},` +
    `"currentlyAvailable":${status.currentlyAvailable},"restoreRate":${float(status.restoreRate)}}}`
  );
}

function answer({ data, errors, cost, searches = [] }) {
  const parts = [];
  if (data !== undefined) parts.push(`"data":${JSON.stringify(data)}`);
  if (errors?.length) parts.push(`"errors":${JSON.stringify(errors)}`);
  const extensions = [];
  if (cost) extensions.push(`"cost":${cost}`);
  if (searches.length > 0) extensions.push(`"search":${JSON.stringify(searches)}`);
  if (extensions.length > 0) parts.push(`"extensions":{${extensions.join(',')}}`);
  return { status: 200, body: `{${parts.join(',')}}` };
}

function tooDear(cost) {
  return [
    {
      message: `Query cost is ${cost}, which exceeds the single query max cost limit (${kMaxCost}).\n\nSee https://shopify.dev/concepts/about-apis/rate-limits for more information on how the\ncost of a query is calculated.`,
      extensions: {
        code: 'MAX_COST_EXCEEDED',
        cost,
        maxCost: kMaxCost,
        documentation: 'https://shopify.dev/api/usage/rate-limits',
      },
    },
  ];
}

const throttled = [
  {
    message: 'Throttled',
    extensions: { code: 'THROTTLED', documentation: 'https://shopify.dev/api/usage/rate-limits' },
  },
];

function execution(platform, shop, grant, version, isMutation, forced) {
  const { accessOf, accessOfType } = loadSchema(version);
  return {
    shop,
    app: platform.app,
    granted: grant.scopes,
    scopes: expand(grant.scopes),
    clock: shop.clock,
    sceneFor: (label) => new Scene(platform, shop, new Random(label)),
    meter: new CostMeter(),
    searches: [],
    isMutation,
    forced,
    accessOf,
    accessOfType,
  };
}

/** Errors our tables throw are told apart: a field we lack must be seen, not retried. */
function shown(errors) {
  return errors?.map((error) => {
    const cause = error.originalError;
    if (!cause || cause instanceof GraphQLError) return error.toJSON();
    const code =
      cause instanceof NotModelled || /^simulator does not model/.test(cause.message)
        ? 'NOT_MODELLED'
        : 'INTERNAL_SERVER_ERROR';
    return { ...error.toJSON(), extensions: { code } };
  });
}

function operationOf(document, operationName) {
  const operation = getOperationAST(document, operationName ?? undefined);
  return operation ?? null;
}

/** `request` is the parsed body {query, variables?, operationName?}. `forced` is a fault: throttle, refuse. */
export function graphqlEndpoint(platform, shop, grant, version, request, forced) {
  if (typeof request?.query !== 'string')
    return { status: 400, body: '{"errors":{"query":"Required parameter missing or invalid"}}' };
  const { document, errors } = prepared(version, request.query);
  if (errors) return answer({ errors });
  const operation = operationOf(document, request.operationName);
  if (!operation) return answer({ errors: [{ message: 'An operation name is required' }] });
  const { schema } = loadSchema(version);
  const coerced = getVariableValues(schema, operation.variableDefinitions ?? [], request.variables ?? {});
  if (coerced.errors) return answer({ errors: coerced.errors });
  const requested = requestedCost(schema, document, operation, coerced.coerced);
  const name = operation.name?.value ?? 'anonymous';
  const bucket = platform.app.bucketOf(shop);
  if (requested > kMaxCost) {
    platform.metrics.refused(shop, name, 'MAX_COST_EXCEEDED');
    return answer({ errors: tooDear(requested) });
  }
  if (forced === 'throttle' || !bucket.take(requested)) {
    platform.metrics.refused(shop, name, 'THROTTLED');
    return answer({ errors: throttled, cost: costText(requested, 'null', bucket.status()) });
  }
  const context = execution(platform, shop, grant, version, operation.operation === 'mutation', forced);
  const result = run(loadSchema(version), document, request.operationName, request.variables, context);
  const actual = Math.min(requested, context.meter.total);
  bucket.giveBack(requested - actual);
  platform.metrics.served(shop, name, requested, actual, bucket);
  return answer({
    data: result.data,
    errors: shown(result.errors),
    cost: costText(requested, actual, bucket.status()),
    searches: context.searches,
  });
}
