// Edits of orders of the last 55 days, with what they do to stock and to the customer.

import { deletedBody } from '../webhooks/catalog_body.mjs';
import { orderBody, orderEditBody } from '../webhooks/order_body.mjs';
import { refundBody } from '../webhooks/refund_body.mjs';
import { activeLocations } from '../world/locations.mjs';
import { currentQuantity, fulfillmentStatus, totalsOf } from '../world/order_math.mjs';
import {
  addLine,
  cancel,
  fulfil,
  openParts,
  pay,
  refund,
  refundableParts,
  removeUnits,
} from '../world/order_steps.mjs';
import { makeLine, makeTracking, placeOrder } from '../world/orders.mjs';

function recent(scene, test) {
  const oldest = scene.at - 55 * 86400;
  return scene.find(scene.shop.orders.sorted('ID'), (order) => order.createdAt >= oldest && test(order));
}

/** The level an order's line draws from: the first active one of its item. */
function levelFor(line) {
  if (!line.variant.item.tracked) return null;
  return [...line.variant.item.levels.values()].find((level) => level.active) ?? null;
}

/** Moves stock for the line and tells, if its item is still there. */
function move(scene, line, { available, committed }) {
  const level = scene.shop.items.get(line.variant.item.id) ? levelFor(line) : null;
  if (!level) return;
  level.available += available;
  level.committed = Math.max(0, level.committed + committed);
  scene.levelChanged(level);
  scene.productChanged(level.item.variant.product);
}

function place(scene) {
  const { shop, random } = scene;
  const customer = random.chance(0.8) ? scene.find(shop.customers.sorted('ID'), () => true) : null;
  const order = placeOrder(shop, random, scene.at, customer, shop.variants.get(scene.variant));
  shop.addOrder(order);
  scene.orderChanged(order, 'orders/create', ...(order.financialStatus === 'PAID' ? ['orders/paid'] : []));
  for (const line of order.lines) move(scene, line, { available: -line.quantity, committed: line.quantity });
  return { order: order.id };
}

function payOne(scene) {
  const order = recent(scene, (each) => !each.cancelledAt && totalsOf(each).outstanding.s > 0);
  if (!order) return null;
  pay(scene.shop, order, scene.at);
  scene.orderChanged(order, 'orders/paid', 'orders/updated');
  return { order: order.id };
}

function fulfilOne(scene) {
  const { shop, random } = scene;
  const order = recent(scene, (each) => !each.cancelledAt && openParts(each).length > 0);
  if (!order) return null;
  const open = openParts(order);
  const parts = random.chance(0.7) ? open : open.slice(0, Math.ceil(open.length / 2));
  const record = fulfil(
    shop,
    order,
    parts,
    scene.at,
    random.pick(activeLocations(shop)),
    makeTracking(random),
  );
  shop.fulfillments.add(record);
  const whole = fulfillmentStatus(order) === 'FULFILLED';
  scene.orderChanged(order, whole ? 'orders/fulfilled' : 'orders/partially_fulfilled', 'orders/updated');
  for (const { line, quantity } of parts) move(scene, line, { available: 0, committed: -quantity });
  return { order: order.id, fulfillment: record.id };
}

function cancelOne(scene) {
  const { shop, random } = scene;
  const order = recent(
    scene,
    (each) => !each.cancelledAt && each.fulfillments.length === 0 && each.refunds.length === 0,
  );
  if (!order) return null;
  const held = refundableParts(order);
  const record = cancel(shop, order, scene.at, random.pick(['CUSTOMER', 'INVENTORY', 'DECLINED', 'STAFF']));
  if (record) {
    shop.refunds.add(record);
    scene.fire('refunds/create', refundBody(shop, record), order.id);
  }
  scene.orderChanged(order, 'orders/cancelled', 'orders/updated');
  for (const { line, quantity } of held) move(scene, line, { available: quantity, committed: -quantity });
  return { order: order.id };
}

function refundOne(scene) {
  const { shop, random } = scene;
  const order = recent(
    scene,
    (each) =>
      !each.cancelledAt &&
      refundableParts(each).length > 0 &&
      totalsOf(each).received.s >= totalsOf(each).current.total.s + totalsOf(each).refunded.s &&
      totalsOf(each).received.s > 0,
  );
  if (!order) return null;
  const { line, quantity } = random.pick(refundableParts(order));
  const count = random.int(1, quantity);
  const back = random.chance(0.5);
  const location = back ? (levelFor(line)?.location ?? null) : null;
  const record = refund(shop, order, [{ line, quantity: count }], scene.at, {
    note: random.chance(0.5) ? 'Wrong size 😕' : null,
    restock: back && location ? 'RETURN' : 'NO_RESTOCK',
    location,
  });
  shop.refunds.add(record);
  scene.fire('refunds/create', refundBody(shop, record), order.id);
  scene.orderChanged(order, 'orders/updated');
  if (location) move(scene, line, { available: count, committed: 0 });
  return { order: order.id, refund: record.id };
}

function editOne(scene) {
  const { shop, random } = scene;
  const order = recent(
    scene,
    (each) => !each.cancelledAt && each.fulfillments.length === 0 && each.lines.length < 100,
  );
  if (!order) return null;
  const shrinkable = order.lines.filter((line) => currentQuantity(line) > 1);
  const edit = { id: shop.ids.next('OrderEdit'), additions: [], removals: [] };
  if (shrinkable.length > 0 && random.chance(0.5)) {
    const line = random.pick(shrinkable);
    removeUnits(order, line, 1);
    edit.removals.push({ line, delta: 1 });
  } else {
    const line = makeLine(
      shop,
      order,
      random.pick(random.pick(shop.products.sorted('ID')).variants),
      random.int(1, 2),
    );
    addLine(order, line);
    edit.additions.push({ line, delta: line.quantity });
  }
  order.updatedAt = scene.at;
  scene.fire('orders/edited', orderEditBody(shop, order, edit), order.id);
  scene.orderChanged(order, 'orders/updated');
  return { order: order.id };
}

function deleteOne(scene) {
  const order = recent(
    scene,
    (each) => each.lines.length < 100 && each.refunds.length < 10 && (each.cancelledAt || each.test),
  );
  if (!order) return null;
  scene.shop.removeOrder(order);
  scene.fire('orders/delete', deletedBody(order), order.id);
  scene.customerChanged(order.customer);
  return { order: order.id };
}

/** Closing and reopening: an order/updated that touches nothing but the order itself. */
function archive(scene) {
  const order = recent(scene, (each) => !each.cancelledAt);
  if (!order) return null;
  order.closedAt = order.closedAt ? null : scene.at;
  order.note = scene.random.chance(0.5) ? `Checked ✓ ${scene.random.hex(4)}` : null;
  order.updatedAt = scene.at;
  scene.shop.orders.changed();
  scene.fire('orders/updated', orderBody(scene.shop, order), order.id);
  return { order: order.id };
}

export const orderEdits = {
  order_create: place,
  order_paid: payOne,
  order_fulfil: fulfilOne,
  order_cancel: cancelOne,
  order_edit: editOne,
  order_refund: refundOne,
  order_delete: deleteOne,
  order_archive: archive,
};
