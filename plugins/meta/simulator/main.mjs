#!/usr/bin/env node
// All of Meta at once, as one process answers for graph.facebook.com: pages and catalogues to choose from, and a WhatsApp
// Business Account that sells out of the first catalogue.

import { run } from './run.mjs';

run('meta', {
  catalogues: ['Chat catalogue', 'Page catalogue'],
  pages: ['Souk page', 'Other page'],
  accounts: [{ name: 'Souk Demo', currency: 'USD', number: '15550783881' }],
});
