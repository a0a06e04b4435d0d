#!/usr/bin/env node
// Facebook Login, a business with two pages and two catalogues.

import { run } from '../../meta/simulator/run.mjs';

run('facebook', { catalogues: ['Souk catalogue', 'Another catalogue'], pages: ['Souk Demo Page', 'Another Page'], accounts: [] });
