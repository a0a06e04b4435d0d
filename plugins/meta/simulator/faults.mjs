// What goes wrong on purpose: answers of edges, and the ways of deliveries.

export class Faults {
  constructor(random) {
    this.random = random;
    this.edges = [];
    this.webhooks = { duplicate: 0, reorder: 0, drop: 0, batch: 1 };
    this.emptyPages = 0;
    this.lostAnswers = 0;
    this.batchStatus = null;
    this.skipDelivered = 0;
  }

  set({ edges, webhooks, empty_pages: emptyPages, lost_answers: lostAnswers, batch_status: batchStatus, skip_delivered: skipDelivered }) {
    if (edges !== undefined) this.edges = edges.map((each) => ({ times: 1, ...each }));
    if (webhooks !== undefined) Object.assign(this.webhooks, webhooks);
    if (emptyPages !== undefined) this.emptyPages = emptyPages;
    if (lostAnswers !== undefined) this.lostAnswers = lostAnswers;
    if (batchStatus !== undefined) this.batchStatus = batchStatus;
    if (skipDelivered !== undefined) this.skipDelivered = skipDelivered;
  }

  /** The next planned failure of "METHOD /path", once for each of its `times`. */
  take(edge) {
    const found = this.edges.find((each) => each.times > 0 && edge.startsWith(`${each.method} `) && edge.includes(each.path));
    if (!found) return null;
    found.times -= 1;
    return found;
  }
}
