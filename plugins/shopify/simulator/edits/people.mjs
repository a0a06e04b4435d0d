// Edits of customers and of locations.

import { deletedBody, locationBody } from '../webhooks/catalog_body.mjs';
import { customerBody, customerDeleteBody } from '../webhooks/customer_body.mjs';
import { makeAddress, makeCustomer } from '../world/customers.mjs';
import { makeLocation } from '../world/locations.mjs';
import { personName } from '../world/words.mjs';

function createCustomer(scene) {
  const customer = scene.shop.customers.add(makeCustomer(scene.shop, scene.random, scene.at, scene.at));
  scene.fire('customers/create', customerBody(scene.shop, customer));
  return { customer: customer.id };
}

function updateCustomer(scene) {
  const { shop, random } = scene;
  const customer = scene.find(shop.customers.sorted('ID'), () => true);
  if (!customer) return null;
  Object.assign(customer, personName(random));
  if (random.chance(0.3)) customer.email = random.chance(0.2) ? null : `moved.${random.hex(8)}@mail.example`;
  if (random.chance(0.3)) customer.tags = customer.tags.length ? [] : ['vip', 'größe-m'];
  if (random.chance(0.3))
    customer.addresses = [makeAddress(shop, random, customer), ...customer.addresses.slice(1)];
  scene.customerChanged(customer);
  return { customer: customer.id };
}

function deleteCustomer(scene) {
  const customer = scene.find(scene.shop.customers.sorted('ID'), (each) => each.orders.length === 0);
  if (!customer) return null;
  scene.shop.customers.remove(customer.id);
  scene.fire('customers/delete', customerDeleteBody(scene.shop, customer));
  return { customer: customer.id };
}

function changed(scene, location, topic) {
  location.updatedAt = scene.at;
  scene.shop.locations.changed();
  scene.fire(topic, locationBody(scene.shop, location));
  return { location: location.id };
}

function createLocation(scene) {
  if (scene.shop.locations.size > 12) return null;
  const location = makeLocation(scene.shop, scene.random, {
    name: `Depot ${scene.random.hex(4)} 📦`,
    active: true,
    createdAt: scene.at,
  });
  return changed(scene, location, 'locations/create');
}

function updateLocation(scene) {
  const location = scene.find(scene.shop.locations.sorted('ID'), (each) => each.active);
  if (!location) return null;
  location.name = `${location.name.replace(/ \(.*\)$/, '')} (${scene.random.hex(3)})`;
  location.phone = scene.random.chance(0.5)
    ? null
    : `${scene.shop.profile.phone}${scene.random.int(1000, 9999)}`;
  return changed(scene, location, 'locations/update');
}

/** Only a location without stock can be closed, as on the platform. */
function deactivateLocation(scene) {
  const location = scene.find(
    scene.shop.locations.sorted('ID'),
    (each) => each.active && each.levels.size === 0,
  );
  if (!location) return null;
  location.active = false;
  location.deactivatedAt = scene.at;
  return changed(scene, location, 'locations/deactivate');
}

function activateLocation(scene) {
  const location = scene.find(
    scene.shop.locations.sorted('ID'),
    (each) => !each.active && each.levels.size === 0,
  );
  if (!location) return null;
  location.active = true;
  location.deactivatedAt = null;
  return changed(scene, location, 'locations/activate');
}

function deleteLocation(scene) {
  const location = scene.find(
    scene.shop.locations.sorted('ID'),
    (each) => !each.active && each.levels.size === 0,
  );
  if (!location) return null;
  scene.shop.locations.remove(location.id);
  scene.fire('locations/delete', deletedBody(location));
  return { location: location.id };
}

export const peopleEdits = {
  customer_create: createCustomer,
  customer_update: updateCustomer,
  customer_delete: deleteCustomer,
  location_create: createLocation,
  location_update: updateLocation,
  location_deactivate: deactivateLocation,
  location_activate: activateLocation,
  location_delete: deleteLocation,
};
