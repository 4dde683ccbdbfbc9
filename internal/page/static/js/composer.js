// The input box. Enter sends, and what did not go out stays in it.
import { el, classes, icon } from './dom.js';
import { Refusal, writeMessage } from './api.js';
import { t } from './settings.js';
import { kindOf } from './empty.js';
import { Palette } from './palette.js';

const tallest = 160; // pixels the box grows to

export class Composer {
  #store;
  #mentions = true; // whether a message to a group mentions the bot by itself
  #drafts = new Map(); // by chat
  #before = Promise.resolve(); // the line on its way: lines go out one after the other

  constructor(store) {
    this.#store = store;
    this.palette = new Palette(store, (choice) => this.#fill(choice));
    this.box = el('textarea', {
      rows: '1', autocomplete: 'off', spellcheck: 'false', enterkeyhint: 'send', maxlength: '8000',
      'aria-autocomplete': 'list', 'aria-controls': 'palette',
      on: {
        input: () => this.#typed(), keydown: (event) => this.#key(event), keypress: (event) => this.#character(event),
        blur: () => this.#close(), focus: () => this.#typed(),
      },
    });
    this.mention = el('button', { type: 'button', class: 'mention-toggle', on: { click: () => this.#toggleMention() } });
    this.sendButton = el('button', { type: 'submit', class: 'send' }, icon('send'));
    this.error = el('p', { class: 'composer-error', role: 'alert' });
    this.hint = el('p', { class: 'composer-hint' });
    this.element = el('form', { class: 'composer', on: { submit: (event) => this.#submit(event) } },
      this.palette.element, this.palette.count, this.error, el('div', { class: 'composer-box' }, this.mention, this.box, this.sendButton), this.hint);
    store.addEventListener('state', () => this.draw());
    store.addEventListener('person', () => this.draw());
    store.addEventListener('chat', () => this.#changeChat());
  }

  /** Draws the words around the box; what is typed stays. */
  draw() {
    const kind = kindOf(this.#store.chat);
    const { name } = this.#store.state.bot;
    this.chatID ??= this.#store.chatID;
    this.box.placeholder = t('composer.placeholder');
    this.box.setAttribute('aria-label', t('composer.label'));
    this.sendButton.setAttribute('aria-label', t('composer.send'));
    this.sendButton.title = t('composer.send');
    this.hint.textContent = kind !== 'private' && !this.#mentions ? t('messages.quiet', { name }) : t('composer.keys');
    this.mention.hidden = kind === 'private';
    this.mention.className = classes('mention-toggle', this.#mentions && 'on');
    this.mention.textContent = `@${name}`;
    this.mention.setAttribute('aria-pressed', String(this.#mentions));
    this.mention.title = t(this.#mentions ? 'composer.mention_on' : 'composer.mention_off', { name });
    this.#grow();
  }

  /** Writes a line as the person, with the mention a group needs; false if it did not go out. */
  write(text) {
    const { chat, personID } = this.#store;
    const whole = this.#addressed(text);
    this.error.textContent = '';
    this.#before = this.#before.then(() => this.#post(chat, personID, whole));
    return this.#before;
  }

  async #post(chat, personID, text) {
    try {
      const message = await writeMessage(chat.chat_id, personID, text);
      if (!this.#store.message(message.message_id)) this.#store.take(message); // the stream may have been faster
      if (kindOf(chat) === 'private' || (message.mentions ?? []).length > 0) this.#store.await(message);
      return true;
    } catch (failure) {
      this.error.textContent = t('composer.failed', { reason: failure instanceof Refusal ? failure.message : t('composer.unreachable') });
      return false;
    }
  }

  #addressed(text) {
    const mark = `@${this.#store.state.bot.name}`;
    if (kindOf(this.#store.chat) === 'private' || !this.#mentions || text.includes(mark)) return text;
    return `${mark} ${text}`;
  }

  async #submit(event) {
    event.preventDefault();
    const text = this.box.value.trim();
    if (!text) return;
    this.#close();
    this.box.value = '';
    this.#grow();
    this.box.focus(); // now: once the line has gone out, whoever wrote it may be elsewhere
    const { chatID } = this;
    if (!await this.write(text)) this.#bringBack(chatID, text);
  }

  /** Keeps what did not go out where it was written, unless something else stands there by now. */
  #bringBack(chatID, text) {
    if (chatID !== this.chatID) this.#drafts.set(chatID, this.#drafts.get(chatID) || text);
    else if (!this.box.value) this.box.value = text;
    this.#grow();
  }

  #typed() {
    this.#grow();
    this.palette.offer(this.box.value.slice(0, this.box.selectionStart));
    this.#mark();
  }

  #key(event) {
    if (event.isComposing || event.keyCode === 229) return; // an input method is at work
    if (this.palette.open && this.#paletteKey(event)) return;
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      this.element.requestSubmit();
    } else if (event.key === 'ArrowUp' && !this.box.value) this.#repeat(event);
  }

  /** Keeps the line end of an Enter out that drivers and some keyboards send beside the key. */
  #character(event) {
    if (event.key === 'Enter' && !event.shiftKey) event.preventDefault();
  }

  /** Handles a key for the palette; true if it was one of its own. */
  #paletteKey(event) {
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in moves) this.palette.move(moves[event.key]);
    else if (event.key === 'Escape') this.#close();
    else if (event.key === 'Tab' && !event.shiftKey) this.palette.take();
    else if (event.key === 'Enter' && !event.shiftKey && (this.palette.moved || !this.#complete())) this.palette.take();
    else return false;
    event.preventDefault();
    this.#mark();
    return true;
  }

  /** Whether what is typed is a command already, so that Enter sends it. */
  #complete() {
    const { bot, commands } = this.#store.state;
    const line = this.box.value.replaceAll(`@${bot.name}`, '').trim().toLowerCase();
    return commands.some((command) => line === `/${command.name}` || line.startsWith(`/${command.name} `));
  }

  #fill(choice) {
    const end = this.box.selectionStart;
    this.box.setRangeText(choice.text, end - choice.replace, end, 'end');
    this.box.focus();
    this.#close();
    this.#typed();
  }

  /** Brings the last line back that the person wrote here. */
  #repeat(event) {
    const { bot } = this.#store.state;
    const last = this.#store.messages().findLast((one) => one.sender.id === this.#store.personID && one.msg_type === 'text' && !one.deleted);
    if (!last) return;
    event.preventDefault();
    this.box.value = String(last.content?.text ?? '').replace(/@_user_\d+/g, `@${bot.name}`);
    this.#grow();
  }

  #changeChat() {
    this.#drafts.set(this.chatID, this.box.value);
    this.chatID = this.#store.chatID;
    this.box.value = this.#drafts.get(this.chatID) ?? '';
    this.error.textContent = '';
    this.draw();
  }

  #toggleMention() {
    this.#mentions = !this.#mentions;
    this.draw();
    this.box.focus();
  }

  #close() {
    this.palette.close();
    this.#mark();
  }

  /** Tells assistive technology what the palette offers. */
  #mark() {
    if (this.palette.active) this.box.setAttribute('aria-activedescendant', this.palette.active);
    else this.box.removeAttribute('aria-activedescendant');
  }

  #grow() {
    this.box.style.height = 'auto';
    this.box.style.height = `${Math.min(this.box.scrollHeight, tallest)}px`;
    this.sendButton.disabled = this.box.value.trim() === '';
  }
}
