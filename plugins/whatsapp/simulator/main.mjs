#!/usr/bin/env node
// A WhatsApp Business Account with one number and a connected catalogue.

import { run } from '../../meta/simulator/run.mjs';

run('whatsapp', { catalogues: ['WhatsApp catalogue'], pages: [], accounts: [{ name: 'Souk Demo', currency: 'USD', number: '15550783881' }] });
