// A simulated part of Meta in this process, and a client for it.

import { createHmac } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { start } from '../../../../plugins/meta/simulator/start.mjs';

export const everyScope = ['catalog_management', 'business_management', 'pages_show_list', 'pages_manage_metadata', 'whatsapp_business_management', 'whatsapp_business_messaging'];

export async function meta({ catalogues = ['One'], pages = [], accounts = [], appUri = null, deliver = [] } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'souk-meta-test-'));
  const { world, ready, close } = await start({
    seed: '7', nowMs: Date.parse('2026-11-01T10:00:00Z'), folder, clientId: 'app', clientSecret: 'appsecret',
    redirectUris: ['https://souk.test/api/auth/facebook/callback'], appUri, deliver, catalogues, pages, accounts,
    pace: { processSeconds: 1, reviewSeconds: 5 },
  });
  world.clock.freeze(true);
  const ca = readFileSync(ready.ca);
  const ask = (method, path, { token, body, host = 'graph.facebook.com' } = {}) => new Promise((resolve, reject) => {
    const text = body === undefined ? '' : JSON.stringify(body);
    const request = https.request({
      host: '127.0.0.1', port: ready.https_port, servername: host, ca, method, path,
      headers: { host, 'content-type': 'application/json', 'content-length': Buffer.byteLength(text), ...(token ? { authorization: `Bearer ${token}` } : {}) },
    }, (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part));
      response.on('end', () => {
        const all = Buffer.concat(parts).toString();
        resolve({ status: response.statusCode, headers: response.headers, body: all.startsWith('{') ? JSON.parse(all) : all });
      });
    });
    request.on('error', reject);
    request.end(text);
  });
  const token = (scopes = everyScope, kind = 'system') => world.graph.tokens.issue({ kind, scopes }).token;
  const end = async () => {
    await close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { world, ready, ask, token, close: end };
}

/** A server that keeps what is delivered to it and answers as told. */
export async function receiver(answer = () => 200) {
  const got = [];
  const server = http.createServer((request, response) => {
    const { searchParams } = new URL(request.url, 'http://hub');
    if (request.method === 'GET')
      return void response.writeHead(searchParams.get('hub.verify_token') === 'v' ? 200 : 403).end(searchParams.get('hub.challenge'));
    const parts = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', () => {
      const raw = Buffer.concat(parts).toString();
      const form = request.headers['content-type'].includes('form');
      got.push({ raw, path: request.url, signature: request.headers['x-hub-signature-256'], body: form ? null : JSON.parse(raw) });
      response.writeHead(answer(got.length)).end();
    });
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return { got, url: `http://127.0.0.1:${server.address().port}`, close: () => new Promise((done) => server.close(done)) };
}

export const signatureOf = (raw) => `sha256=${createHmac('sha256', 'appsecret').update(raw).digest('hex')}`;

export const item = (id, more = {}) => ({
  id, title: `Item ${id}`, description: 'A thing', availability: 'in stock', condition: 'new', price: '9.99 USD',
  link: 'https://shop.example/x', brand: 'Souk', image: [{ url: 'https://shop.example/x.jpg' }], ...more,
});
