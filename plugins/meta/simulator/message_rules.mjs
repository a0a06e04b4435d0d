// What POST /{number}/messages accepts, by type, with its limits.

import { badParameter } from './graph.mjs';

const invalid = (details) => badParameter('Invalid parameter', details);

function text(value, name, most) {
  if (typeof value !== 'string' || value === '') throw invalid(`${name} is required`);
  if ([...value].length > most) throw invalid(`${name} must be at most ${most} characters`);
}

function count(list, name, most) {
  if (!Array.isArray(list) || list.length < 1 || list.length > most) throw invalid(`${name} must have 1 to ${most} elements`);
}

const media = (kind) => (body) => {
  const part = body[kind];
  if (!part || Boolean(part.id) === Boolean(part.link)) throw invalid(`${kind} needs either id or link`);
};

function list({ action, header, body, footer }) {
  if (header && header.type !== 'text') throw invalid('header of a list must be text');
  if (header) text(header.text, 'header.text', 60);
  text(body?.text, 'body.text', 4096);
  if (footer) text(footer.text, 'footer.text', 60);
  text(action?.button, 'action.button', 20);
  count(action.sections, 'action.sections', 10);
  const rows = action.sections.flatMap((section) => section.rows ?? []);
  count(rows, 'rows', 10);
  if (action.sections.length > 1) action.sections.forEach((section) => text(section.title, 'section.title', 24));
  for (const row of rows) {
    text(row.id, 'row.id', 200);
    text(row.title, 'row.title', 24);
    if (row.description !== undefined) text(row.description, 'row.description', 72);
  }
  if (new Set(rows.map((row) => row.id)).size !== rows.length) throw invalid('row ids must differ');
}

function buttons({ action, body, footer }) {
  text(body?.text, 'body.text', 1024);
  if (footer) text(footer.text, 'footer.text', 60);
  count(action?.buttons, 'action.buttons', 3);
  for (const { type, reply } of action.buttons) {
    if (type !== 'reply') throw invalid('button type must be reply');
    text(reply?.id, 'reply.id', 256);
    text(reply?.title, 'reply.title', 20);
  }
}

function product(interactive, catalogue) {
  if (interactive.header) throw invalid('header is not allowed for product');
  const { catalog_id: id, product_retailer_id: item } = interactive.action ?? {};
  if (!catalogue || id !== catalogue.id) throw invalid(`catalog ${id} is not connected to this account`);
  catalogue.work();
  if (!catalogue.items.has(item)) throw invalid(`Products not found in FB Catalog: ${item}`);
}

function productList(interactive, catalogue) {
  const { header, body, action } = interactive;
  if (header?.type !== 'text') throw invalid('product_list needs a text header');
  text(header.text, 'header.text', 60);
  text(body?.text, 'body.text', 1024);
  count(action?.sections, 'action.sections', 10);
  const items = action.sections.flatMap((section) => section.product_items ?? []);
  count(items, 'product_items', 30);
  if (!catalogue || action.catalog_id !== catalogue.id) throw invalid(`catalog ${action.catalog_id} is not connected to this account`);
  catalogue.work();
  if (!items.some((item) => catalogue.items.has(item.product_retailer_id))) throw invalid('Products not found in FB Catalog');
}

const interactives = { list, button: buttons, product, product_list: productList };

const types = {
  text: (body) => text(body.text?.body, 'text.body', 4096),
  template: (body) => {
    text(body.template?.name, 'template.name', 512);
    text(body.template?.language?.code, 'template.language.code', 16);
  },
  image: media('image'),
  audio: media('audio'),
  video: media('video'),
  document: media('document'),
  sticker: media('sticker'),
  location: (body) => {
    for (const name of ['latitude', 'longitude'])
      if (Number.isNaN(Number(body.location?.[name] ?? 'x'))) throw invalid(`location.${name} is required`);
  },
  reaction: (body) => text(body.reaction?.message_id, 'reaction.message_id', 300),
  interactive: (body, catalogue) => {
    const check = interactives[body.interactive?.type];
    if (!check) throw invalid(`interactive type ${body.interactive?.type} is not known`);
    check(body.interactive, catalogue);
  },
};

/** Throws what the platform would answer; returns the message's type. */
export function checkMessage(body, catalogue) {
  if (body.messaging_product !== 'whatsapp') throw badParameter('The parameter messaging_product is required.');
  if (!body.to && !body.recipient) throw badParameter('The parameter to is required.');
  const type = body.type ?? 'text';
  if (!types[type]) throw badParameter(`Param type must be one of {${Object.keys(types).join(', ').toUpperCase()}}`);
  types[type](body, catalogue);
  return type;
}
