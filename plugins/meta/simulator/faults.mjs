// What goes wrong on purpose: answers of edges, and the ways of deliveries.

export class Faults {
  constructor(random) {
    this.random = random;
    this.edges = [];
    this.webhooks = { duplicate: 0, reorder: 0, drop: 0, batch: 1 };
    this.emptyPages = 0;
    this.lostAnswers = 0;
    this.lostBatches = 0;
    this.batchStatus = null;
    this.skipDelivered = 0;
  }

  set({ edges, webhooks, empty_pages: emptyPages, lost_answers: lostAnswers, lost_batches: lostBatches, batch_status: batchStatus, skip_delivered: skipDelivered }) {
    if (edges !== undefined) this.edges = edges.map((each) => ({ times: 1, ...each }));
    if (webhooks !== undefined) Object.assign(this.webhooks, webhooks);
    if (emptyPages !== undefined) this.emptyPages = emptyPages;
    if (lostAnswers !== undefined) this.lostAnswers = lostAnswers;
    if (lostBatches !== undefined) this.lostBatches = lostBatches;
    if (batchStatus !== undefined) this.batchStatus = batchStatus;
    if (skipDelivered !== undefined) this.skipDelivered = skipDelivered;
  }

  /** Whether the answer to what was just done is lost on the way. */
  losesAnswer(method, path) {
    const counter = { messages: 'lostAnswers', items_batch: 'lostBatches' }[path.split('/').pop()];
    if (method !== 'POST' || !counter || this[counter] === 0) return false;
    this[counter] -= 1;
    return true;
  }

  /** The next planned failure of "METHOD /path", once for each of its `times`. */
  take(edge) {
    const found = this.edges.find((each) => each.times > 0 && edge.startsWith(`${each.method} `) && edge.includes(each.path));
    if (!found) return null;
    found.times -= 1;
    return found;
  }
}
