// The list above the input box: commands and lines to try that begin as what
// is typed, or the bot after an "@". The keyboard stays in the box.
import { el } from './dom.js';
import { language, t } from './settings.js';
import { avatar } from './avatar.js';
import { exampleLines } from './empty.js';

const han = /\p{Script=Han}/u;

export class Palette {
  #store;
  #choices = [];
  #at = 0;
  #choose;

  /** choose(choice) fills a choice in. */
  constructor(store, choose) {
    this.#store = store;
    this.#choose = choose;
    this.list = el('ul', { role: 'listbox', id: 'palette' });
    this.keys = el('p', { class: 'palette-keys' });
    this.count = el('p', { class: 'unseen', role: 'status' });
    this.moved = false; // whether the keyboard chose since the offer
    this.element = el('div', { class: 'palette', hidden: true, on: { mousedown: (event) => event.preventDefault() } }, this.list, this.keys);
  }

  get open() {
    return !this.element.hidden;
  }

  /** The id of the option that Enter takes, null while closed. */
  get active() {
    return this.open ? `palette-${this.#at}` : null;
  }

  /** Offers what fits the text before the caret. */
  offer(before) {
    this.#choices = choicesFor(before, this.#store);
    this.#at = 0;
    this.moved = false;
    this.element.hidden = this.#choices.length === 0;
    this.count.textContent = this.open ? t('palette.count', { n: this.#choices.length }) : '';
    this.list.setAttribute('aria-label', t('palette.label'));
    this.keys.textContent = t('palette.keys');
    this.#draw();
  }

  close() {
    this.element.hidden = true;
  }

  /** Moves the choice by one, around the ends. */
  move(by) {
    this.moved = true;
    this.#point((this.#at + by + this.#choices.length) % this.#choices.length);
  }

  /** The choice that is marked. */
  take() {
    this.#choose(this.#choices[this.#at]);
  }

  #point(at) {
    this.#at = at;
    [...this.list.children].forEach((option, index) => option.setAttribute('aria-selected', String(index === at)));
    this.list.children[at]?.scrollIntoView({ block: 'nearest' });
  }

  #draw() {
    this.list.replaceChildren(...this.#choices.map((choice, index) => el('li', {
      role: 'option', id: `palette-${index}`, class: choice.kind, 'aria-selected': String(index === this.#at),
      on: { click: () => this.#choose(choice), mousemove: () => index !== this.#at && this.#point(index) },
    }, choice.kind === 'mention' && avatar(choice.name, '', 'bot'),
    el('span', { class: 'palette-name', text: choice.name }), el('span', { class: 'palette-about', text: choice.about }))));
  }
}

/** What is offered after a text: commands, whole lines, or the bot. */
function choicesFor(before, store) {
  const { bot } = store.state;
  const at = /(?:^|\s)[@\uff20]([^\s@\uff20]*)$/.exec(before);
  if (at && bot.name.toLowerCase().startsWith(at[1].toLowerCase())) {
    return [{ kind: 'mention', name: `@${bot.name}`, about: t('palette.mention'), replace: at[1].length + 1, text: `@${bot.name} ` }];
  }
  const line = before.replaceAll(`@${bot.name}`, '').trimStart().replace(/^[\uff0f\u3001]/, '/'); // keys of a Chinese keyboard
  if (!line.startsWith('/') || line.includes('\n')) return [];
  const typed = line.toLowerCase();
  const fill = (text) => ({ replace: line.length, text });
  const commands = commandsFor(typed, store).map((command) => (
    { kind: 'command', name: `/${command.name}`, about: command.description?.[language()] ?? '', ...fill(`/${command.name} `) }));
  const lines = exampleLines(store).filter((one) => one.includes(' ') && one.toLowerCase().startsWith(typed) && one.toLowerCase() !== typed);
  return [...commands, ...lines.map((one) => ({ kind: 'line', name: one, about: t('palette.example'), ...fill(one) }))];
}

/** The commands that begin as typed: while only the slash is, those named in the viewer's script. */
function commandsFor(typed, store) {
  const fitting = store.state.commands.filter((command) => `/${command.name}`.toLowerCase().startsWith(typed));
  const chinese = language() === 'zh_cn';
  const own = fitting.filter((command) => han.test(command.name) === chinese);
  return typed === '/' && own.length > 0 ? own : fitting;
}
