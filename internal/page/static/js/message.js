// One message: who, when, what it answers, what it holds and how people
// reacted. A changed message is redrawn part by part, so that nothing moves
// that did not change.
import { el, classes, icon } from './dom.js';
import { t } from './settings.js';
import { clockTime, fullTime } from './time.js';
import { avatar } from './avatar.js';
import { content, oneLine } from './content.js';
import { emojiSign } from './card/emoji.js';

/** Notes what has the focus in a block; the function it returns gives it to what took its place. */
function focusIn(block) {
  const all = () => [...block.querySelectorAll('a, button, input, select, textarea, summary, [tabindex]')];
  const at = all().indexOf(document.activeElement);
  const id = document.activeElement.closest('[data-element-id]')?.dataset.elementId;
  return () => {
    if (at < 0) return;
    const same = id && all().find((one) => one.closest('[data-element-id]')?.dataset.elementId === id);
    (same || all()[at])?.focus({ preventScroll: true });
  };
}

export class MessageView {
  #store;
  #context;
  #drawn = ''; // the content that is drawn, as text
  #body = null;

  /** context is that of cards; jump(id) goes to another message. */
  constructor(message, { store, context, jump }) {
    this.#store = store;
    this.#context = context;
    this.jump = jump;
    this.element = el('article', { class: 'message', dataset: { messageId: message.message_id, senderType: message.sender.type } });
    this.parts = { quote: el('div'), body: el('div', { class: 'message-body' }), reactions: el('div', { class: 'reactions' }) };
    this.update(message);
  }

  /** Redraws what changed. */
  update(message) {
    this.message = message;
    if (message.deleted) {
      this.#recall();
      return;
    }
    const refocus = focusIn(this.parts.body);
    const drawn = JSON.stringify([message.msg_type, message.content]);
    if (drawn !== this.#drawn) {
      this.#drawn = drawn;
      this.dispose();
      this.#body = this.#content(message);
      this.parts.body.replaceChildren(this.#body);
    }
    this.#reactions();
    this.frame(this.joined);
    refocus();
  }

  /** Draws what stands around the content; a message joined to the one above has no name. */
  frame(joined = false) {
    this.joined = joined;
    const { message } = this;
    if (message.deleted) return;
    const own = message.sender.type === 'user' && message.sender.id === this.#store.personID;
    const bot = message.sender.type === 'app';
    this.element.className = classes('message', own && 'own', joined && 'joined', message.msg_type === 'interactive' && 'has-card');
    const head = el('header', { class: 'message-head' },
      el('span', { class: 'message-name', text: own ? t('chat.you') : message.sender.name }), bot && el('span', { class: 'tag bot-tag', text: t('chat.bot') }),
      el('time', { datetime: new Date(message.create_time).toISOString(), title: fullTime(message.create_time), text: clockTime(message.create_time) }),
      message.updates > 0 && el('span', { class: 'updated', title: fullTime(message.update_time), text: `· ${t('messages.updated')}` }));
    this.parts.quote = this.#quote();
    this.element.replaceChildren(
      avatar(message.sender.name, message.sender.id, bot ? 'bot' : 'person'),
      el('div', { class: 'message-column' }, head, this.parts.quote, this.parts.body, this.parts.reactions));
  }

  /** Frees what a card holds. */
  dispose() {
    this.#body?.dispose?.();
    this.#body = null;
  }

  /** Draws the content; a message that cannot be shown does not take the others with it. */
  #content(message) {
    try {
      return content(message, { ...this.#context, act: (action) => this.#context.act(message, action) });
    } catch (failure) {
      console.warn('the message cannot be shown', failure);
      return el('div', { class: 'bubble' }, el('span', { class: 'image-gone', text: t('messages.other', { type: message.msg_type }) }));
    }
  }

  #recall() {
    this.dispose();
    this.#drawn = '';
    this.element.className = 'message recalled';
    const own = this.message.sender.id === this.#store.personID;
    this.element.replaceChildren(el('p', { text: t('messages.recalled', { name: own ? t('chat.you') : this.message.sender.name }) }));
  }

  #quote() {
    const { parent_id: parentID } = this.message;
    if (!parentID) return '';
    const parent = this.#store.message(parentID);
    const text = parent ? oneLine(parent, this.#store) : t('messages.gone');
    const name = parent ? parent.sender.name : '';
    return el('button', { type: 'button', class: 'quote', title: text, on: { click: () => this.jump(parentID) } },
      icon('reply'), el('span', { class: 'quote-name', text: t('messages.reply_to', { name }) }), el('span', { class: 'quote-text', text }));
  }

  #reactions() {
    const chips = (this.message.reactions ?? []).map(({ emoji_type: name, count }) =>
      el('span', { class: 'reaction', title: name, role: 'img', 'aria-label': `${name} × ${count}` }, emojiSign(name) ?? name, el('small', { text: String(count) })));
    this.parts.reactions.replaceChildren(...chips);
  }
}
