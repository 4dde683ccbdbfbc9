// The bar above the messages: which chat it is, that it is a simulation, and
// the switches of language and appearance.
import { el, icon } from './dom.js';
import { appearance, chooseLanguage, language, languages, settings, switchAppearance, t } from './settings.js';
import { avatar } from './avatar.js';
import { chatTag } from './chats.js';

const themeIcons = { auto: 'auto', light: 'sun', dark: 'moon' };

export class Topbar {
  #store;

  /** openChats() shows the list of chats on narrow pages. */
  constructor(store, openChats) {
    this.#store = store;
    this.menu = el('button', { type: 'button', class: 'icon-button drawer-open-button', 'aria-controls': 'sidebar', on: { click: openChats } });
    this.chat = el('div', { class: 'topbar-chat' });
    this.badge = el('p', { class: 'simulation', id: 'simulation' });
    this.language = el('select', { class: 'language', id: 'language', on: { change: () => chooseLanguage(this.language.value) } },
      ...Object.entries(languages).map(([value, text]) => el('option', { value, text })));
    this.theme = el('button', { type: 'button', class: 'icon-button', id: 'appearance', on: { click: switchAppearance } });
    this.element = el('header', { class: 'topbar' }, this.menu, this.chat, this.badge, el('div', { class: 'switches' }, this.language, this.theme));
    for (const event of ['state', 'chat', 'person', 'unread']) store.addEventListener(event, () => this.draw());
    settings.addEventListener('theme', () => this.draw());
  }

  draw() {
    this.#label(this.menu, t('sidebar.open'));
    const elsewhere = this.#store.state.chats.reduce((sum, chat) => sum + this.#store.unread(chat.chat_id), 0);
    this.menu.replaceChildren(icon('menu'), ...(elsewhere > 0 ? [el('span', { class: 'dot' })] : []));
    this.badge.replaceChildren(icon('flask'), el('span', { text: t('simulation.badge') }));
    this.#label(this.language, t('language.label'));
    this.language.value = language();
    this.#label(this.theme, t(`theme.${appearance()}`));
    this.theme.replaceChildren(icon(themeIcons[appearance()]));
    this.#drawChat();
    document.title = elsewhere > 0 ? `(${elsewhere}) ${t('title')}` : t('title');
  }

  #drawChat() {
    const { chat } = this.#store;
    if (!chat) return;
    const name = this.#store.chatName(chat);
    const isPrivate = chat.chat_mode === 'p2p';
    const about = isPrivate ? t('chat.private') : t('chat.members', { n: chat.member_count });
    const members = chat.members.map((id) => this.#store.nameOf(id) ?? id).join(', ');
    this.chat.replaceChildren(avatar(name, chat.chat_id, isPrivate ? 'bot' : 'group'),
      el('div', { class: 'topbar-texts' },
        el('div', { class: 'topbar-line' }, el('h1', { text: name, title: name }), chatTag(chat)),
        el('p', { text: about, title: isPrivate ? null : members })));
  }

  #label(control, text) {
    control.setAttribute('aria-label', text);
    control.title = text;
  }
}
