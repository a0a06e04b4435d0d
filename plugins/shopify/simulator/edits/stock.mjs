// Edits of stock: set, connect to a location, disconnect from one.

import { levelBody, levelGoneBody } from '../webhooks/catalog_body.mjs';
import { activeLocations } from '../world/locations.mjs';
import { makeLevel } from '../world/products.mjs';

/** What buyers can have of an item, over all locations: below zero at one takes nothing from another. */
function unitsOf(item) {
  return activeLevels(item).reduce((sum, { available }) => sum + Math.max(available, 0), 0);
}

function setStock(scene) {
  const { shop, variant } = scene;
  const level = scene.find(
    shop.levels.sorted('ID'),
    (each) => each.active && each.item.tracked && (!variant || each.item.variant.id === variant),
  );
  if (!level) return null;
  level.available = scene.random.weighted([
    [8, scene.random.int(0, 500)],
    [1, 0],
    [1, -scene.random.int(1, 9)],
  ]);
  scene.levelChanged(level);
  scene.productChanged(level.item.variant.product);
  return {
    item: level.item.id,
    variant: level.item.variant.id,
    location: level.location.id,
    available: level.available,
    units: unitsOf(level.item),
  };
}

function connect(scene) {
  const { shop, random } = scene;
  const places = activeLocations(shop);
  const item = scene.find(shop.items.sorted('ID'), (each) =>
    places.some((place) => !each.levels.has(place.id)),
  );
  if (!item) return null;
  const location = random.pick(places.filter((place) => !item.levels.has(place.id)));
  const level = makeLevel(item, location, item.tracked ? random.int(0, 50) : 0, scene.at);
  shop.addLevel(level);
  scene.fire('inventory_levels/connect', levelBody(shop, level));
  scene.productChanged(item.variant.product);
  return { item: item.id, location: location.id };
}

function activeLevels(item) {
  return [...item.levels.values()].filter((level) => level.active);
}

function disconnect(scene) {
  const item = scene.find(scene.shop.items.sorted('ID'), (each) => activeLevels(each).length > 1);
  if (!item) return null;
  const level = scene.random.pick(activeLevels(item));
  scene.shop.removeLevel(level);
  scene.fire('inventory_levels/disconnect', levelGoneBody(scene.shop, level));
  scene.productChanged(item.variant.product);
  return { item: item.id, location: level.location.id };
}

export const stockEdits = { stock_set: setStock, stock_connect: connect, stock_disconnect: disconnect };
