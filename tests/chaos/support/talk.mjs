// What buyers write and agents answer: one line of a scenario each. A line gets the trade it happens in and randomness
// of its own, and answers what it did, or null when there was nothing to do it with.
import { orderOf } from '../../../plugins/meta/simulator/whatsapp.mjs';

const words = ['Größe', 'lamp', '☂', 'a/b', 'when?', '"quoted"', 'भारत', 'two\nlines', 'thanks', '😀', '\\', '<b>'];
const sentence = (random) => Array.from({ length: random.between(1, 6) }, () => random.pick(words)).join(' ');
const hex = (random, length) => Array.from({ length }, () => random.between(0, 15).toString(16)).join('');
const media = (random, type, more = {}) => ({ type, [type]: { id: String(random.between(1e9, 9e9)), mime_type: `${type}/x`, sha256: hex(random, 16), ...more } });

/** Somebody who has an account, new or known. */
function anyBuyer({ account }, random) {
  const known = [...account.buyers.values()];
  return known.length > 0 ? random.pick(known) : null;
}

function newBuyer(trade, random) {
  const { account } = trade;
  const count = account.buyers.size + 1;
  return account.addBuyer({
    waId: `49151${String(count).padStart(8, '0')}`, name: `${random.pick(['Ada', 'Zoë', 'राम', "O'Neil"])} ${count}`,
    username: random.next() < 0.3 ? `buyer${count}` : undefined, scoped: random.next() < 0.25,
    fails: random.next() < 0.15 ? random.pick([131026, 131049, 131050]) : null,
  });
}

/** `make` answers the message, or null. */
const writes = (make) => (trade, random) => {
  const buyer = random.next() < 0.2 ? newBuyer(trade, random) : (anyBuyer(trade, random) ?? newBuyer(trade, random));
  const message = make(random, trade, buyer);
  if (!message) return null;
  const { id } = trade.account.say(trade.number, buyer.userId, message);
  return `${buyer.userId} wrote ${id}`;
};

function answeredOf({ account }, random, buyer) {
  const own = account.sent.filter(({ to }) => to === buyer.userId);
  return own.length > 0 ? random.pick(own).id : null;
}

function cart(random, { account }) {
  account.catalogue.work();
  const items = [...account.catalogue.items.keys()];
  if (items.length === 0) return null;
  const chosen = random.shuffled(items).slice(0, random.between(1, 3));
  return orderOf(account.catalogue, chosen.map((id) => ({ id, quantity: random.between(1, 3) })), random.next() < 0.5 ? 'please wrap it' : '');
}

export const buyerLines = {
  'buyer writes text': [8, writes((random) => ({ type: 'text', text: { body: sentence(random) } }))],
  'buyer answers a message': [3, writes((random, trade, buyer) => {
    const id = answeredOf(trade, random, buyer);
    return id && { type: 'text', text: { body: sentence(random) }, context: { from: '15550783881', id } };
  })],
  'buyer forwards text': [1, writes((random) => ({ type: 'text', text: { body: sentence(random) }, context: { forwarded: true } }))],
  'buyer comes by an advertisement': [1, writes((random) => ({ type: 'text', text: { body: sentence(random) }, referral: { source_type: 'ad', source_id: '7', headline: 'Lamps' } }))],
  'buyer asks about a product': [1, writes((random, { account }) => {
    const [id] = random.shuffled([...account.catalogue.items.keys()]);
    return id && { type: 'text', text: { body: 'Is it there?' }, context: { referred_product: { catalog_id: account.catalogue.id, product_retailer_id: id } } };
  })],
  'buyer sends an image': [2, writes((random) => media(random, 'image', random.next() < 0.5 ? { caption: sentence(random) } : {}))],
  'buyer sends a voice message': [1, writes((random) => media(random, 'audio', { voice: true }))],
  'buyer sends a video': [1, writes((random) => media(random, 'video'))],
  'buyer sends a document': [1, writes((random) => media(random, 'document', { filename: 'rächnung.pdf' }))],
  'buyer sends a sticker': [1, writes((random) => media(random, 'sticker', { animated: random.next() < 0.5 }))],
  'buyer sends a place': [1, writes((random) => ({ type: 'location', location: { latitude: 52.5, longitude: -13.25, ...(random.next() < 0.5 ? { name: 'Home', address: 'Street 1' } : {}) } }))],
  'buyer sends contacts': [1, writes(() => ({ type: 'contacts', contacts: [{ name: { formatted_name: 'Bo' }, phones: [{ phone: '+49 1' }] }] }))],
  'buyer reacts': [2, writes((random, trade, buyer) => {
    const id = answeredOf(trade, random, buyer);
    return id && { type: 'reaction', reaction: { message_id: id, ...(random.next() < 0.7 ? { emoji: '👍' } : {}) } };
  })],
  'buyer presses a template button': [1, writes(() => ({ type: 'button', button: { text: 'Yes', payload: 'yes' } }))],
  'buyer picks from a list': [1, writes(() => ({ type: 'interactive', interactive: { type: 'list_reply', list_reply: { id: 'row-1', title: 'Red', description: 'the red one' } } }))],
  'buyer presses a button': [1, writes(() => ({ type: 'interactive', interactive: { type: 'button_reply', button_reply: { id: 'b-1', title: 'Buy' } } }))],
  'buyer fills a form': [1, writes(() => ({ type: 'interactive', interactive: { type: 'nfm_reply', nfm_reply: { name: 'flow', body: 'Sent', response_json: '{"a":1}' } } }))],
  'buyer sends what is not supported': [1, writes(() => ({ type: 'unsupported', errors: [{ code: 131051, title: 'Message type unknown', error_data: { details: 'Message type is currently not supported.' } }] }))],
  'buyer orders': [8, writes(cart)],
  'buyer changes number': [1, (trade, random) => {
    const buyer = anyBuyer(trade, random);
    const last = trade.account.written.findLast((one) => one.user_id === buyer?.userId);
    // Times are whole seconds: what came before and what came after must be told apart by them.
    if (!buyer || buyer.scoped || !last || last.at >= trade.account.clock.seconds() - 1) return null;
    trade.changed = (trade.changed ?? 0) + 1;
    trade.account.changeNumber(trade.number, buyer.userId, `49160${String(trade.changed).padStart(8, '0')}`);
    return `${buyer.userId} has another number`;
  }],
  'person writes to the page': [3, ({ market }, random) => market.page.say(`60${random.between(1, 9)}`, { text: sentence(random) }).mid],
  'person sends the page a picture': [1, ({ market }, random) => market.page.say(`60${random.between(1, 9)}`, { attachments: [{ type: 'image', payload: { url: 'https://cdn.example/a.jpg' } }] }).mid],
  'page answers from its inbox': [1, ({ market }, random) => market.page.say(`60${random.between(1, 9)}`, { text: sentence(random) }, { echo: true }).mid],
};

const drafts = {
  text: (random) => ({ text: sentence(random) }),
  template: () => ({ content: { name: 'hello', language: 'en' } }),
  image: (random) => ({ text: sentence(random), content: { link: 'https://cdn.example/a.jpg' } }),
  audio: () => ({ content: { media_id: '77' } }),
  video: () => ({ content: { media_id: '78' } }),
  document: () => ({ text: 'the bill', content: { link: 'https://cdn.example/a.pdf', filename: 'a.pdf' } }),
  sticker: () => ({ content: { media_id: '79' } }),
  location: () => ({ content: { latitude: '52.5', longitude: '13.4', name: 'Shop' } }),
  list: (random) => ({ text: sentence(random), content: { button: 'Pick', sections: [{ rows: [{ id: '1', title: 'Red' }, { id: '2', title: 'Blue', description: 'like the sea' }] }] } }),
  buttons: (random) => ({ text: sentence(random), content: { buttons: [{ id: 'y', title: 'Yes' }, { id: 'n', title: 'No' }] } }),
  product: (random, trade) => ({ text: sentence(random), content: { external_id: offered(random, trade)[0] } }),
  products: (random, trade) => ({ text: sentence(random), content: { header: 'Ours', sections: [{ title: 'All', external_ids: offered(random, trade).slice(0, 5) }] } }),
};
/** Mostly what is there, now and then nothing that is. */
function offered(random, { account }) {
  const there = random.shuffled([...account.catalogue.items.keys()]);
  return there.length > 0 && random.next() < 0.9 ? there : ['not-there'];
}

/** An answer to the newest or any message of a conversation. */
const answers = (kind) => async (trade, random) => {
  const wrote = trade.account.written.filter(({ told }) => told);
  if (wrote.length === 0) return null;
  const { id, user_id: user } = random.pick(wrote);
  const conversation = await trade.conversationOf(user);
  if (!conversation) return null;
  if (kind === 'reaction') return trade.send(conversation, { kind, text: '👍', reply_to: id });
  return trade.send(conversation, { kind, ...drafts[kind](random, trade), ...(random.next() < 0.3 ? { reply_to: id } : {}) });
};

const weights = { text: 8, template: 2, list: 2, buttons: 2, product: 4, products: 2, reaction: 1 };
export const agentLines = {
  ...Object.fromEntries([...Object.keys(drafts), 'reaction'].map((kind) => [`agent sends ${kind}`, [weights[kind] ?? 1, answers(kind)]])),
  'agent has read': [2, async (trade, random) => {
    const conversation = await trade.conversationOf(anyBuyer(trade, random)?.userId ?? '');
    return conversation && trade.post(`conversations/${conversation}/read?store_id=${trade.store.id}`, {});
  }],
  'agent begins': [1, async (trade, random) => {
    const buyer = newBuyer(trade, random);
    if (buyer.scoped) return null;
    const begun = await trade.post(`conversations?store_id=${trade.store.id}`, { integration_id: trade.chat, to: `+${buyer.waId}` });
    return begun.id ? trade.send(begun.id, { kind: 'template', ...drafts.template() }) : begun;
  }],
};
