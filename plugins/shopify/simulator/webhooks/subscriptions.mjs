// The rules of shop-scoped subscriptions, with the platform's own refusals.

import { headerTopic, topicScopes } from './topics.mjs';

function refusal(field, message) {
  return { errors: [{ field, message }] };
}

function uriProblem(uri) {
  if (!uri) return "Address can't be blank";
  if (/^(pubsub:|arn:)/.test(uri))
    throw new Error('simulator does not model Pub/Sub and EventBridge subscriptions');
  let url;
  try {
    url = new URL(uri);
  } catch {
    return 'Address is invalid';
  }
  if (url.protocol !== 'https:') return `Address protocol ${url.protocol}// is not supported`;
  if (['localhost', '127.0.0.1', '[::1]'].includes(url.hostname))
    return `Address cannot be a internal domain: ${url.hostname}`;
  if (url.hostname.endsWith('.myshopify.com')) return 'Address cannot be a Shopify or an internal domain';
  return null;
}

function unmodelled(input) {
  if (input.format === 'XML') throw new Error('simulator does not model XML deliveries');
  for (const name of ['filter', 'metafieldNamespaces', 'metafields']) {
    const value = input[name];
    if (value != null && value.length > 0)
      throw new Error(`simulator does not model ${name} of a webhook subscription`);
  }
}

function taken(shop, topic, uri, except) {
  return [...shop.subscriptions.values()].some(
    (each) => each !== except && each.topic === topic && each.uri === uri,
  );
}

/** {subscription} or {errors: [{field, message}]}. */
export function createSubscription(shop, granted, topic, input) {
  unmodelled(input);
  const uri = input.uri ?? input.callbackUrl;
  const problem = uriProblem(uri);
  if (problem) return refusal(['webhookSubscription', 'uri'], problem);
  const needed = topicScopes(topic);
  if (needed && !needed.some((scope) => granted.has(scope))) {
    return refusal(
      ['topic'],
      `You do not have permission to create or update webhooks with ${headerTopic(topic)} topic. ` +
        'This app is not approved to subscribe to webhook topics requiring this access scope.',
    );
  }
  if (taken(shop, topic, uri, null))
    return refusal(['webhookSubscription', 'uri'], 'Address for this topic has already been taken');
  const now = shop.clock.seconds();
  const subscription = shop.subscriptions.add({
    id: shop.ids.next('WebhookSubscription'),
    topic,
    uri,
    includeFields: input.includeFields ?? [],
    name: input.name ?? null,
    createdAt: now,
    updatedAt: now,
  });
  return { subscription };
}

export function updateSubscription(shop, id, input) {
  const subscription = shop.subscriptions.get(id);
  if (!subscription) return refusal(['id'], 'Webhook subscription does not exist');
  unmodelled(input);
  const uri = input.uri ?? input.callbackUrl ?? subscription.uri;
  const problem = uriProblem(uri);
  if (problem) return refusal(['webhookSubscription', 'uri'], problem);
  if (taken(shop, subscription.topic, uri, subscription)) {
    return refusal(['webhookSubscription', 'uri'], 'Address for this topic has already been taken');
  }
  Object.assign(subscription, {
    uri,
    includeFields: input.includeFields ?? subscription.includeFields,
    name: input.name ?? subscription.name,
    updatedAt: shop.clock.seconds(),
  });
  shop.subscriptions.changed();
  return { subscription };
}

export function deleteSubscription(shop, id) {
  if (!shop.subscriptions.get(id)) return refusal(['id'], 'Webhook subscription does not exist');
  shop.subscriptions.remove(id);
  return {};
}
