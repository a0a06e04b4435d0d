// The shop itself and the app's installation in it.

import { gid } from '../../world/ids.mjs';
import { zoneOffsetMinutes, zoneOffsetText } from '../../world/time.mjs';
import { supportedVersions } from '../schema.mjs';
import { constant, gidOf, own, timeOf } from './common.mjs';

const plans = {
  standard: 'Basic',
  advanced: 'Advanced',
  plus: 'Shopify Plus',
  enterprise: 'Commerce Components',
};

const Shop = {
  id: gidOf('Shop'),
  name: own('name'),
  email: own('email'),
  contactEmail: own('email'),
  myshopifyDomain: own('domain'),
  currencyCode: own('currency'),
  ianaTimezone: own('timeZone'),
  createdAt: timeOf('createdAt'),
  updatedAt: timeOf('updatedAt'),
  url: (shop) => `https://${shop.domain}`,
  primaryDomain: (shop) => ({ shop }),
  plan: (shop, _, { app }) => ({ plan: app.plan }),
  timezoneOffset: (shop) => zoneOffsetText(shop.timeZone, shop.clock.seconds()).replace(':', ''),
  timezoneOffsetMinutes: (shop) => zoneOffsetMinutes(shop.timeZone, shop.clock.seconds()),
  taxesIncluded: (shop) => shop.profile.taxesIncluded,
  taxShipping: constant(false),
  setupRequired: constant(false),
  checkoutApiSupported: constant(true),
  weightUnit: constant('KILOGRAMS'),
  unitSystem: constant('METRIC_SYSTEM'),
  description: constant(null),
  enabledPresentmentCurrencies: (shop) => [shop.currency, ...shop.profile.other],
  shopOwnerName: constant('Ada Müller'),
  orderNumberFormatPrefix: constant('#'),
  orderNumberFormatSuffix: constant(''),
  shipsToCountries: (shop) => [shop.profile.countryCode],
  shopAddress: (shop) => shop,
};

function scopeList(handles) {
  return [...handles].sort().map((handle) => ({ handle }));
}

export const shopTables = {
  Shop,
  ShopPlan: {
    displayName: ({ plan }) => plans[plan],
    publicDisplayName: ({ plan }) => plans[plan],
    partnerDevelopment: constant(false),
    shopifyPlus: ({ plan }) => plan === 'plus' || plan === 'enterprise',
  },
  ShopAddress: {
    id: (shop) => gid('ShopAddress', shop.id),
    city: (shop) => shop.profile.city,
    zip: (shop) => shop.profile.zip,
    province: (shop) => shop.profile.province,
    provinceCode: (shop) => shop.profile.provinceCode,
    country: (shop) => shop.profile.country,
    countryCodeV2: (shop) => shop.profile.countryCode,
    address1: constant(null),
    address2: constant(null),
    company: constant(null),
    phone: constant(null),
  },
  Domain: {
    id: ({ shop }) => gid('Domain', shop.id),
    host: ({ shop }) => shop.domain,
    url: ({ shop }) => `https://${shop.domain}`,
    sslEnabled: constant(true),
  },
  AppInstallation: {
    id: ({ shop }) => gid('AppInstallation', shop.id),
    app: (_, __, { app }) => app,
    accessScopes: ({ granted }) => scopeList(granted),
    launchUrl: (_, __, { shop }) => `https://${shop.domain}/admin/apps/souk`,
    uninstallUrl: constant(null),
  },
  App: {
    id: () => gid('App', '580111'),
    apiKey: own('clientId'),
    title: constant('Souk'),
    handle: constant('souk'),
    embedded: constant(false),
    developerType: constant('PARTNER'),
    published: constant(false),
    webhookApiVersion: own('webhookVersion'),
  },
  AccessScope: { handle: own('handle'), description: ({ handle }) => handle.replace(/_/g, ' ') },
  ApiVersion: { handle: own('handle'), displayName: own('handle'), supported: constant(true) },
};

export const shopRoots = {
  shop: (_, __, { shop }) => shop,
  currentAppInstallation: (_, __, { shop, granted }) => ({ shop, granted }),
  app: (_, { id }, { app }) => (id == null || id === gid('App', '580111') ? app : null),
  publicApiVersions: () => supportedVersions().map((handle) => ({ handle })),
};
