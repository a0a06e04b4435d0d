// A page: people write to it, and it answers from its own inbox.

export class Page {
  constructor({ id, name, clock, app, deliveries, uri, random }) {
    Object.assign(this, { id, name, clock, app, deliveries, uri, random, subscribed: new Set(), log: [] });
  }

  /** One element of `messaging`, told to whoever is subscribed on both levels; false when nobody is. */
  tell(event, time = this.clock.nowMs()) {
    const uri = this.uri();
    if (!uri || !this.subscribed.has(this.app.id)) return false;
    this.deliveries.emit({ uri, object: 'page', entry: { id: this.id, time, messaging: [{ ...event, timestamp: time }] } });
    return true;
  }

  /** A person writes: `message` is {text} or {attachments}. `echo`: the page's owner answers them. */
  say(person, message, { echo = false } = {}) {
    const mid = `m_${this.random.hex(32)}`;
    const [sender, recipient] = echo ? [this.id, person] : [person, this.id];
    const at = this.clock.nowMs();
    const told = this.tell({ sender: { id: sender }, recipient: { id: recipient }, message: { mid, ...(echo ? { is_echo: true } : {}), ...message } }, at);
    this.log.push({ mid, person, echo, at, message, told });
    return { mid };
  }
}
