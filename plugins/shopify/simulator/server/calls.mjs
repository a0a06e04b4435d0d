// The calls of a simulator's control endpoint: plain HTTP with JSON on loopback. Meta's simulators use it too.

import { bodyFields, readBody, reply } from './http.mjs';

/** An answer of this status with {"error": message}. */
export class Wrong extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function handle(world, routes, truth, request) {
  const url = new URL(request.url, 'http://control');
  const lines = request.method === 'GET' ? truth(world, url.pathname) : null;
  if (lines)
    return {
      status: 200,
      headers: { 'content-type': 'application/x-ndjson; charset=utf-8' },
      body: lines.map((line) => `${line}\n`).join(''),
    };
  for (const [method, pattern, action] of routes) {
    const match = pattern.exec(url.pathname);
    if (!match || method !== request.method) continue;
    const text = method === 'POST' ? await readBody(request) : '';
    const body = text === '' ? {} : bodyFields('application/json', text);
    if (body === null) throw new Wrong(400, 'the body must be a JSON object');
    return { status: 200, body: JSON.stringify(await action(world, match.slice(1), body, url.searchParams)) };
  }
  throw new Wrong(404, `no such call: ${request.method} ${url.pathname}`);
}

/** `routes`: [method, pattern of the path, (world, groups, body, query) → answer]; `truth(world, path)`: lines of JSON or null. */
export function callListener(world, routes, truth) {
  return async (request, response) => {
    try {
      reply(response, await handle(world, routes, truth, request));
    } catch (error) {
      reply(response, { status: error.status ?? 400, body: JSON.stringify({ error: error.message }) });
    }
  };
}
