// A certificate authority of this run and a certificate for the platform's names, made by openssl.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

function openssl(folder, ...words) {
  try {
    execFileSync('openssl', words, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  } catch (error) {
    if (error.code === 'ENOENT')
      throw new Error('the openssl command is missing: install the package openssl');
    throw new Error(`openssl ${words[0]} failed: ${error.stderr}`);
  }
}

/** {key, cert, caPath}; files go to `folder`, or to a new temporary one. */
export function makeCertificates(folder, names = ['*.myshopify.com', 'myshopify.com']) {
  const place = folder ?? mkdtempSync(join(tmpdir(), 'souk-simulator-'));
  mkdirSync(place, { recursive: true });
  const elliptic = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl(
    place,
    'req',
    '-x509',
    ...elliptic,
    '-days',
    '30',
    '-subj',
    '/CN=Souk simulator CA',
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    '-addext',
    'basicConstraints=critical,CA:TRUE',
    '-addext',
    'keyUsage=critical,keyCertSign,cRLSign',
  );
  openssl(
    place,
    'req',
    ...elliptic,
    '-subj',
    `/CN=${names[0]}`,
    '-keyout',
    'server.key',
    '-out',
    'server.csr',
  );
  writeFileSync(
    join(place, 'server.ext'),
    [
      'basicConstraints=CA:FALSE',
      'keyUsage=digitalSignature',
      'extendedKeyUsage=serverAuth',
      `subjectAltName=${names.map((name) => `DNS:${name}`).join(',')}`,
      '',
    ].join('\n'),
  );
  openssl(
    place,
    'x509',
    '-req',
    '-in',
    'server.csr',
    '-CA',
    'ca.pem',
    '-CAkey',
    'ca.key',
    '-CAcreateserial',
    '-days',
    '30',
    '-extfile',
    'server.ext',
    '-out',
    'server.pem',
  );
  return {
    key: readFileSync(join(place, 'server.key')),
    cert: readFileSync(join(place, 'server.pem')),
    caPath: join(place, 'ca.pem'),
  };
}
