// The list of chats at the side; a drawer on narrow pages.
import { el, icon } from './dom.js';
import { t } from './settings.js';
import { shortTime } from './time.js';
import { avatar } from './avatar.js';
import { oneLine } from './content.js';
import { People } from './people.js';

export class Chats {
  #store;
  #items = new Map(); // by the chat's id

  constructor(store) {
    this.#store = store;
    this.people = new People(store);
    this.list = el('ul', { class: 'chat-list' });
    this.brand = el('div', { class: 'brand' });
    this.closer = el('button', { type: 'button', class: 'icon-button drawer-close', on: { click: () => this.toggle(false) } }, icon('close'));
    this.element = el('nav', { class: 'sidebar', id: 'sidebar' }, el('div', { class: 'sidebar-head' }, this.brand, this.closer), this.list, this.people.element);
    this.shade = el('div', { class: 'shade', on: { click: () => this.toggle(false) } });
    this.element.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') this.toggle(false);
    });
    for (const event of ['state', 'person', 'chat', 'message', 'unread', 'reload']) store.addEventListener(event, () => this.draw());
  }

  /** Opens or closes the drawer; wide pages show the list anyway. */
  toggle(open) {
    if (open === document.body.classList.contains('drawer-open')) return;
    document.body.classList.toggle('drawer-open', open);
    this.element.dispatchEvent(new CustomEvent('drawer', { bubbles: true, detail: { open } }));
    if (open) this.list.querySelector('button')?.focus();
  }

  draw() {
    const focused = this.list.contains(document.activeElement) ? document.activeElement.dataset.chatId : null;
    this.element.setAttribute('aria-label', t('sidebar.label'));
    this.closer.setAttribute('aria-label', t('sidebar.close'));
    this.brand.replaceChildren(el('span', { class: 'brand-mark' }, icon('chart')),
      el('span', {}, el('strong', { text: 'huibao' }), el('small', { text: t('tagline') })),
      el('span', { class: 'tag brand-simulation', text: t('simulation.short') }));
    const items = this.#store.chats.map((chat) => this.#item(chat));
    if (items.length !== this.list.children.length || items.some((item, at) => item !== this.list.children[at])) this.list.replaceChildren(...items);
    if (focused) this.list.querySelector(`[data-chat-id="${CSS.escape(focused)}"]`)?.focus();
    this.people.draw();
  }

  /** The chat in the list, always the same element: a click is lost when what it began on is replaced before it ends. */
  #item(chat) {
    let item = this.#items.get(chat.chat_id);
    if (!item) {
      item = el('li', {}, el('button', {
        type: 'button', class: 'chat-item', dataset: { chatId: chat.chat_id },
        on: { click: () => { this.#store.open(chat.chat_id); this.toggle(false); } },
      }));
      this.#items.set(chat.chat_id, item);
    }
    this.#fill(item.firstChild, chat);
    return item;
  }

  #fill(button, chat) {
    const store = this.#store;
    const name = store.chatName(chat);
    const last = store.messages(chat.chat_id).at(-1);
    const unread = store.unread(chat.chat_id);
    const open = chat.chat_id === store.chatID;
    button.classList.toggle('open', open);
    button.ariaCurrent = open ? 'true' : null;
    button.title = name;
    button.replaceChildren(avatar(name, chat.chat_id, chat.chat_mode === 'p2p' ? 'bot' : 'group'),
      el('span', { class: 'chat-texts' },
        el('span', { class: 'chat-line' }, el('span', { class: 'chat-name', text: name }), chatTag(chat),
          last && el('time', { text: shortTime(last.create_time) })),
        el('span', { class: 'chat-line' }, el('span', { class: 'chat-preview', text: last ? this.#preview(chat, last) : t('chat.none') }),
          unread > 0 && el('span', { class: 'unread', 'aria-label': t('chat.unread', { n: unread }), text: unread > 99 ? '99+' : String(unread) }))));
  }

  #preview(chat, last) {
    const line = oneLine(last, this.#store);
    if (chat.chat_mode === 'p2p' && last.sender.type === 'app') return line;
    return `${last.sender.id === this.#store.personID ? t('chat.you') : last.sender.name}: ${line}`;
  }
}

/** The tag of a chat with people from outside, or with the bot alone. */
export function chatTag(chat) {
  if (chat.external) return el('span', { class: 'tag external-tag', text: t('chat.external') });
  return chat.chat_mode === 'p2p' ? el('span', { class: 'tag bot-tag', text: t('chat.bot') }) : null;
}
