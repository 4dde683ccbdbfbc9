// Who writes: a menu of the people of the simulation.
import { el, classes, icon } from './dom.js';
import { t } from './settings.js';
import { avatar } from './avatar.js';

/** The signs for messages that somebody else has not seen: one, or none. */
function unseen(count, label) {
  return count > 0 ? [el('span', { class: 'unread', role: 'img', 'aria-label': label, title: label, text: count > 99 ? '99+' : String(count) })] : [];
}

export class People {
  #store;

  constructor(store) {
    this.#store = store;
    this.button = el('button', { type: 'button', class: 'person-button', 'aria-haspopup': 'menu', 'aria-expanded': 'false', on: { click: () => this.#toggle(this.menu.hidden) } });
    this.menu = el('div', { class: 'person-menu', role: 'menu', hidden: true, on: { keydown: (event) => this.#key(event) } });
    this.element = el('div', { class: 'people' }, this.menu, this.button);
    document.addEventListener('pointerdown', (event) => {
      if (!this.element.contains(event.target)) this.#toggle(false);
    });
    this.element.addEventListener('focusout', (event) => {
      if (event.relatedTarget && !this.element.contains(event.relatedTarget)) this.#toggle(false);
    });
  }

  draw() {
    const { person } = this.#store;
    if (!person) return;
    this.menu.setAttribute('aria-label', t('person.label'));
    this.button.setAttribute('aria-label', `${t('person.label')}: ${person.name}`);
    this.button.title = person.name;
    this.button.replaceChildren(avatar(person.name, person.open_id),
      el('span', { class: 'person-texts' }, el('small', { text: t('person.speaking') }), el('span', { class: 'person-name', text: person.name })),
      ...unseen(this.#others(), t('person.others', { n: this.#others() })), icon('chevron', 'up'));
    if (this.menu.hidden) this.menu.replaceChildren(...this.#store.state.people.map((one) => this.#item(one)));
  }

  /** How many messages wait for everybody else. */
  #others() {
    const { state, personID } = this.#store;
    return state.people.reduce((sum, person) => sum + this.#store.unreadOf(person.open_id, personID), 0);
  }

  #item(person) {
    const current = person.open_id === this.#store.personID;
    const waiting = this.#store.unreadOf(person.open_id, this.#store.personID);
    return el('button', {
      type: 'button', role: 'menuitemradio', 'aria-checked': String(current), class: classes('person-item', current && 'current'), dataset: { openId: person.open_id },
      on: { click: () => { this.#toggle(false); this.#store.become(person.open_id); this.button.focus(); } },
    }, avatar(person.name, person.open_id),
    el('span', { class: 'person-texts' }, el('span', { class: 'person-name', text: person.name }), el('small', { text: t(`person.${person.role ?? 'member'}`) })),
    unseen(waiting, t('chat.unread', { n: waiting })), current && icon('check'));
  }

  #toggle(open) {
    if (open !== this.menu.hidden) return;
    this.menu.hidden = !open;
    this.button.setAttribute('aria-expanded', String(open));
    this.draw();
    if (open) {
      this.menu.replaceChildren(...this.#store.state.people.map((one) => this.#item(one)));
      (this.menu.querySelector('.current') ?? this.menu.firstElementChild)?.focus();
    }
  }

  #key(event) {
    const items = [...this.menu.children];
    const at = items.indexOf(document.activeElement);
    const goals = { ArrowDown: at + 1, ArrowUp: at - 1 + items.length, Home: 0, End: items.length - 1 };
    if (event.key in goals) {
      event.preventDefault();
      items[goals[event.key] % items.length].focus();
    } else if (event.key === 'Escape') {
      event.stopPropagation();
      this.#toggle(false);
      this.button.focus();
    }
  }
}
