// The messages of the open chat: arriving live, redrawn in place, without the
// reader losing the place.
import { el, icon } from './dom.js';
import { language, t } from './settings.js';
import { dayKey, dayName } from './time.js';
import { avatar } from './avatar.js';
import { empty } from './empty.js';
import { MessageView } from './message.js';

const joinWithin = 3 * 60 * 1000; // milliseconds between messages that share a name
const nearEnd = 120; // pixels from the end at which new messages are followed

export class Messages {
  #store;
  #views = new Map();
  #act;
  #write;

  /** act(message, action) answers clicks on cards; write(text) sends an example. */
  constructor(store, { act, write }) {
    this.#store = store;
    this.#act = act;
    this.#write = write;
    this.list = el('div', { class: 'messages-list', role: 'log', 'aria-live': 'polite', 'aria-relevant': 'additions' });
    this.scroll = el('div', { class: 'messages', tabindex: '0' }, this.list);
    this.more = el('button', { type: 'button', class: 'more', hidden: true, on: { click: () => this.#toEnd('smooth') } });
    this.element = el('div', { class: 'messages-frame' }, this.scroll, this.more);
    this.scroll.addEventListener('scroll', () => {
      if (this.#atEnd()) this.more.hidden = true;
    }, { passive: true });
    store.addEventListener('message', ({ detail }) => this.#take(detail));
    store.addEventListener('pending', () => this.#pending());
    for (const event of ['chat', 'person']) store.addEventListener(event, () => this.draw());
    store.addEventListener('reload', () => this.#reload());
  }

  /** Draws the open chat anew, at its end. */
  draw() {
    this.#views.forEach((view) => view.dispose());
    this.#views.clear();
    this.more.replaceChildren(icon('down'), t('messages.new'));
    this.more.hidden = true;
    this.scroll.setAttribute('aria-label', t('messages.label', { name: this.#store.chatName(this.#store.chat) }));
    this.list.replaceChildren();
    this.#store.messages().forEach((message) => this.#append(message));
    this.#empty();
    this.#pending();
    this.#toEnd();
  }

  /** Draws the open chat anew, as in another language, with what is read at its place. */
  redraw() {
    const top = this.scroll.getBoundingClientRect().top;
    const read = [...this.#views.values()].find((view) => view.element.getBoundingClientRect().bottom > top);
    const before = read?.element.getBoundingClientRect().top;
    this.draw();
    const after = this.#views.get(read?.message.message_id)?.element.getBoundingClientRect().top;
    if (read) this.scroll.scrollTop += after - before;
  }

  /** Takes what was missed: draws only what is new or changed. */
  #reload() {
    const messages = this.#store.messages();
    const known = messages.filter((message) => this.#views.has(message.message_id));
    if (this.#views.size === 0 || known.length !== this.#views.size) {
      this.draw(); // the first time, or the simulator began anew
      return;
    }
    messages.forEach((message) => this.#take({ message, isNew: !this.#views.has(message.message_id) }));
  }

  #take({ message, isNew }) {
    if (message.chat_id !== this.#store.chatID) return;
    const following = this.#atEnd();
    const view = this.#views.get(message.message_id);
    this.#keepPlace(() => {
      if (view) view.update(message);
      else this.#append(message);
      this.#empty();
      this.#pending();
    });
    if (!view && isNew) this.#arrived(message, following);
    else if (following) this.#follow(this.#views.get(message.message_id));
  }

  /** Goes to what arrived, or offers to, if the reader is elsewhere. */
  #arrived(message, following) {
    const own = message.sender.id === this.#store.personID;
    const view = this.#views.get(message.message_id);
    if (own) this.#toEnd();
    else if (following) this.#follow(view);
    else this.more.hidden = false;
  }

  /** Follows a message to its end, but not past its beginning. */
  #follow(view) {
    const top = view.element.offsetTop - 12;
    this.scroll.scrollTop = Math.min(this.scroll.scrollHeight - this.scroll.clientHeight, top);
  }

  /** Changes something without moving the first message whose beginning is seen. */
  #keepPlace(change) {
    const top = this.scroll.scrollTop;
    const end = top + this.scroll.clientHeight;
    const anchor = [...this.list.children].find((one) => one.offsetTop >= top && one.offsetTop < end);
    const before = anchor?.offsetTop;
    change();
    if (anchor?.isConnected) this.scroll.scrollTop = top + anchor.offsetTop - before;
  }

  #append(message) {
    const view = new MessageView(message, { store: this.#store, context: this.#context(), jump: (id) => this.#jump(id) });
    const last = [...this.#views.values()].at(-1)?.message;
    if (!last || dayKey(last.create_time) !== dayKey(message.create_time)) {
      this.list.append(el('div', { class: 'day' }, el('span', { text: dayName(message.create_time) })));
    }
    view.frame(joins(last, message));
    this.#views.set(message.message_id, view);
    this.list.append(view.element);
    if (this.waiting) this.list.append(this.waiting);
  }

  #context() {
    return {
      locale: language(), live: this.#store.state.callbacks === true, nameOf: (id) => this.#store.nameOf(id),
      act: (message, action) => this.#act(message, action),
    };
  }

  /** Shows or hides that an answer is awaited. */
  #pending() {
    const wanted = this.#store.pending();
    if (wanted && !this.waiting) {
      const { bot } = this.#store.state;
      this.waiting = el('div', { class: 'message waiting', role: 'status' }, avatar(bot.name, bot.open_id, 'bot'),
        el('div', { class: 'bubble' }, el('span', { class: 'unseen', text: t('messages.pending', { name: bot.name }) }), el('i'), el('i'), el('i')));
      const following = this.#atEnd();
      this.list.append(this.waiting);
      if (following) this.#toEnd();
    } else if (!wanted && this.waiting) {
      this.waiting.remove();
      this.waiting = null;
    } else if (wanted && !this.waiting.isConnected) {
      this.list.append(this.waiting);
    }
  }

  #empty() {
    this.invitation?.remove();
    this.invitation = null;
    if (this.#views.size > 0 || !this.#store.chat) return;
    this.invitation = empty(this.#store, this.#write);
    this.list.append(this.invitation);
  }

  #jump(messageID) {
    const element = this.#views.get(messageID)?.element;
    if (!element) return;
    element.scrollIntoView({ block: 'center' });
    element.classList.remove('flash');
    void element.offsetWidth; // begins the animation anew
    element.classList.add('flash');
  }

  #atEnd() {
    return this.scroll.scrollHeight - this.scroll.scrollTop - this.scroll.clientHeight < nearEnd;
  }

  #toEnd(behavior = 'instant') {
    this.scroll.scrollTo({ top: this.scroll.scrollHeight, behavior });
    this.more.hidden = true;
  }
}

/** Whether a message follows the last one closely enough to share its name. */
function joins(last, message) {
  return Boolean(last) && !last.deleted && !message.parent_id && last.sender.id === message.sender.id
    && message.create_time - last.create_time < joinWithin && dayKey(last.create_time) === dayKey(message.create_time);
}
