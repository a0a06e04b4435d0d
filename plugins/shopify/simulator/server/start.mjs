// Starts both servers on loopback and says where they listen.

import http from 'node:http';
import https from 'node:https';
import { controlListener } from '../control/server.mjs';
import { loadSchema } from '../graphql/schema.mjs';
import { adminListener } from './admin.mjs';
import { Platform } from './platform.mjs';
import { makeCertificates } from './tls.mjs';

function listen(server, port) {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server.address().port));
  });
}

function stop(server) {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections?.();
  });
}

/** {platform, ready, close}: `ready` is the line main.mjs prints. */
export async function start(options) {
  const certificates = makeCertificates(options.folder);
  const platform = new Platform(options);
  loadSchema();
  const admin = https.createServer(
    { key: certificates.key, cert: certificates.cert },
    adminListener(platform),
  );
  const control = http.createServer(controlListener(platform));
  const port = await listen(admin, options.port);
  const controlPort = await listen(control, options.controlPort);
  platform.httpsPort = port;
  const ready = {
    https_port: port,
    control: `http://127.0.0.1:${controlPort}`,
    ca: certificates.caPath,
    client_id: platform.app.clientId,
    shops: [...platform.shops.values()].map((shop) => ({
      domain: shop.domain,
      currency: shop.currency,
      time_zone: shop.timeZone,
    })),
  };
  const close = async () => {
    platform.close();
    await Promise.all([stop(admin), stop(control)]);
  };
  return { platform, ready, close };
}
