// The command line both simulators share.

import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

export const kHelp = `options:
  --seed N                 data and faults are the same for the same seed (1)
  --port N                 of the platform, TLS (0: any)
  --control-port N         of the control endpoint (0: any)
  --folder PATH            where certificates are written (a new temporary one)
  --client-id ID           the app (souk-simulator)
  --client-secret-file F   read, or written when it does not exist
  --redirect-uri URI       may be given several times
  --app-uri URI            where the app's own subscription delivers
  --deliver FROM=TO        public address = loopback address; several times
  --process-seconds N      until a batch is worked on (1)
  --review-seconds N       until a new item is reviewed (5)
  --visits N               impressions and product page visits of each catalogue in 28 days (0: a fresh one)
`;

function secretFrom(file) {
  if (!file) return randomBytes(16).toString('hex');
  if (!existsSync(file)) writeFileSync(file, randomBytes(16).toString('hex'), { mode: 0o600 });
  return readFileSync(file, 'utf8').trim();
}

export function readOptions(words) {
  const text = { type: 'string' };
  const { values } = parseArgs({
    args: words,
    options: {
      help: { type: 'boolean' }, seed: { ...text, default: '1' }, port: { ...text, default: '0' }, 'control-port': { ...text, default: '0' },
      folder: text, 'client-id': { ...text, default: 'souk-simulator' }, 'client-secret-file': text, 'app-uri': text,
      'redirect-uri': { ...text, multiple: true, default: [] }, deliver: { ...text, multiple: true, default: [] },
      'process-seconds': { ...text, default: '1' }, 'review-seconds': { ...text, default: '5' },
      visits: { ...text, default: '0' },
    },
  });
  if (values.help) return { help: true };
  return {
    seed: values.seed,
    port: Number(values.port),
    controlPort: Number(values['control-port']),
    folder: values.folder,
    clientId: values['client-id'],
    clientSecret: secretFrom(values['client-secret-file']),
    redirectUris: values['redirect-uri'],
    appUri: values['app-uri'] ?? null,
    deliver: values.deliver.map((each) => {
      const at = each.indexOf('=http', each.indexOf('://'));
      if (at < 0) throw new Error(`--deliver needs FROM=TO, not ${each}`);
      return { from: each.slice(0, at), to: each.slice(at + 1) };
    }),
    pace: { processSeconds: Number(values['process-seconds']), reviewSeconds: Number(values['review-seconds']), visits: Number(values.visits) },
  };
}
