// Every field the simulator models: type name → field name → resolver.

import { adjustmentMutations, adjustmentTables } from './adjustments.mjs';
import { afterSaleTables } from './after_sale.mjs';
import { catalogTables } from './catalog.mjs';
import { commonTables } from './common.mjs';
import { customerTables } from './customers.mjs';
import { inventoryTables } from './inventory.mjs';
import { orderTables } from './orders.mjs';
import { productWriteMutations, productWriteTables } from './product_writes.mjs';
import { rootTables } from './root.mjs';
import { shopTables } from './shop.mjs';
import { subscriptionMutations, subscriptionTables } from './subscriptions.mjs';

export const tables = {
  ...commonTables,
  ...catalogTables,
  ...inventoryTables,
  ...customerTables,
  ...orderTables,
  ...afterSaleTables,
  ...adjustmentTables,
  ...productWriteTables,
  ...shopTables,
  ...subscriptionTables,
  ...rootTables,
  Mutation: { ...subscriptionMutations, ...adjustmentMutations, ...productWriteMutations },
};
