// Locations: five that hold stock, one that has been closed.

import { Collection } from './collection.mjs';
import { streetAddress } from './words.mjs';

const names = ['Main Warehouse', 'Shop Floor', 'Überlager Süd', '倉庫 2', 'Pop-up "Pier 7"', 'Closed Annex'];

export function makeLocation(shop, random, { name, active, createdAt }) {
  const { profile } = shop;
  const location = {
    id: shop.ids.next('Location'),
    name,
    active,
    createdAt,
    updatedAt: createdAt,
    deactivatedAt: active ? null : createdAt + 86400,
    address1: streetAddress(random),
    address2: random.chance(0.3) ? 'Dock 4' : null,
    city: profile.city,
    zip: profile.zip,
    province: profile.province,
    provinceCode: profile.provinceCode,
    country: profile.country,
    countryCode: profile.countryCode,
    phone: random.chance(0.5) ? `${profile.phone}${random.int(1000, 9999)}` : null,
    levels: new Collection(),
  };
  return shop.locations.add(location);
}

export function makeLocations(shop, random) {
  names.forEach((name, place) => {
    makeLocation(shop, random, { name, active: place < 5, createdAt: shop.createdAt + place * 3600 });
  });
}

export function activeLocations(shop) {
  return shop.locations.sorted('ID').filter((location) => location.active);
}
