// Counts, in the platform's log of deliveries, the disorder that really happened: a run in which a
// kind never happened has shown nothing about it.

const firstTry = (delivery) => delivery.attempts.find((attempt) => !attempt.copy) ?? delivery.attempts[0];
const day = 86400000;

function subjectOf({ topic, body }) {
  const [family] = topic.split('/');
  if (family === 'inventory_levels') return `${family} ${body.inventory_item_id}@${body.location_id}`;
  return `${family} ${body.id ?? body.order_edit?.order_id ?? ''}`;
}

/** Deliveries in the order of their first try, each with its subject and how late it came. */
function sentOrder(deliveries) {
  return deliveries
    .filter((delivery) => delivery.attempts.length > 0)
    .map((delivery) => {
      const first = firstTry(delivery);
      const body = JSON.parse(delivery.body);
      const lateMs = Date.parse(first.at) - Date.parse(delivery.triggered_at);
      return { ...delivery, body, lateMs, first, subject: subjectOf({ ...delivery, body }) };
    })
    .sort((a, b) => a.first.turn - b.first.turn);
}

/** How many have a younger one about the same record sent before them. */
function overtaken(sent) {
  const newest = new Map();
  let count = 0;
  for (const { subject, triggered_at: at } of sent) {
    if ((newest.get(subject) ?? '') > at) count += 1;
    else newest.set(subject, at);
  }
  return count;
}

/** How many of the topics in `early` came while `later` about the same record was still to come. */
function before(sent, early, later) {
  const turns = new Map(sent.filter(({ topic }) => topic === later).map(({ subject, first }) => [subject, first.turn]));
  return sent.filter(({ topic, subject, first }) => topic === early && first.turn < (turns.get(subject) ?? 0)).length;
}

function afterDeletion(sent) {
  const gone = new Set();
  let count = 0;
  for (const { topic, subject } of sent) {
    if (topic.endsWith('/delete')) gone.add(subject);
    else if (gone.has(subject)) count += 1;
  }
  return count;
}

/** How many tell of a record with a stamp that another content of it has, too. */
function sameSecond(sent) {
  const contents = new Map();
  for (const { subject, body } of sent) {
    if (!body.updated_at) continue;
    const stamp = `${subject} ${body.updated_at}`;
    contents.set(stamp, (contents.get(stamp) ?? new Set()).add(JSON.stringify(body)));
  }
  return [...contents.values()].reduce((sum, texts) => sum + texts.size - 1, 0);
}

/** {kind: how often}, from the deliveries of one shop with their bodies. */
export function disorderIn(deliveries) {
  const sent = sentOrder(deliveries);
  return {
    overtaken: overtaken(sent),
    repeated: sent.filter((delivery) => delivery.attempts.some((attempt) => attempt.copy)).length,
    'a day late': sent.filter((delivery) => delivery.lateMs >= day).length,
    'paid before create': before(sent, 'orders/paid', 'orders/create'),
    'told after delete': afterDeletion(sent),
    'two contents in one second': sameSecond(sent),
  };
}
