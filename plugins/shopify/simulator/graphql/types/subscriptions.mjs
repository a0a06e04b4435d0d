// Webhook subscriptions: read, created, changed and deleted through the API.

import { parseGid } from '../../world/ids.mjs';
import { createSubscription, deleteSubscription, updateSubscription } from '../../webhooks/subscriptions.mjs';
import { constant, gidOf, legacyId, own, timeOf } from './common.mjs';
import { collectionPage, countOf } from './lists.mjs';

const WebhookSubscription = {
  id: gidOf('WebhookSubscription'),
  legacyResourceId: legacyId,
  topic: own('topic'),
  uri: own('uri'),
  callbackUrl: own('uri'),
  format: constant('JSON'),
  includeFields: own('includeFields'),
  metafieldNamespaces: constant([]),
  metafields: constant([]),
  filter: constant(null),
  name: own('name'),
  createdAt: timeOf('createdAt'),
  updatedAt: timeOf('updatedAt'),
  apiVersion: (_, __, { app }) => ({ handle: app.webhookVersion }),
  endpoint: (subscription) => ({ typeName: 'WebhookHttpEndpoint', callbackUrl: subscription.uri }),
};

function refused(errors, key) {
  return { [key]: null, userErrors: errors };
}

function list(_, args, context, info) {
  const wanted = (subscription) =>
    (!args.topics || args.topics.includes(subscription.topic)) &&
    (!args.uri || subscription.uri === args.uri) &&
    (!args.callbackUrl || subscription.uri === args.callbackUrl) &&
    (!args.format || args.format === 'JSON');
  return collectionPage(context.shop.subscriptions, 'WebhookSubscription', args, context, info, wanted);
}

export const subscriptionRoots = {
  webhookSubscriptions: list,
  webhookSubscription: (_, { id }, { shop }) => shop.subscriptions.get(parseGid(id)?.id) ?? null,
  webhookSubscriptionsCount: (_, args, context, info) =>
    countOf(context.shop.subscriptions, 'WebhookSubscription', args, context, info),
};

export const subscriptionMutations = {
  webhookSubscriptionCreate: (_, { topic, webhookSubscription }, context) => {
    const { subscription, errors } = createSubscription(
      context.shop,
      context.scopes,
      topic,
      webhookSubscription,
    );
    return subscription
      ? { webhookSubscription: subscription, userErrors: [] }
      : refused(errors, 'webhookSubscription');
  },
  webhookSubscriptionUpdate: (_, { id, webhookSubscription }, context) => {
    const { subscription, errors } = updateSubscription(context.shop, parseGid(id)?.id, webhookSubscription);
    return subscription
      ? { webhookSubscription: subscription, userErrors: [] }
      : refused(errors, 'webhookSubscription');
  },
  webhookSubscriptionDelete: (_, { id }, context) => {
    const { errors } = deleteSubscription(context.shop, parseGid(id)?.id);
    return errors
      ? refused(errors, 'deletedWebhookSubscriptionId')
      : { deletedWebhookSubscriptionId: id, userErrors: [] };
  },
};

const payload = { webhookSubscription: own('webhookSubscription'), userErrors: own('userErrors') };

export const subscriptionTables = {
  WebhookSubscription,
  WebhookHttpEndpoint: { callbackUrl: own('callbackUrl') },
  WebhookSubscriptionCreatePayload: payload,
  WebhookSubscriptionUpdatePayload: payload,
  WebhookSubscriptionDeletePayload: {
    deletedWebhookSubscriptionId: own('deletedWebhookSubscriptionId'),
    userErrors: own('userErrors'),
  },
};
