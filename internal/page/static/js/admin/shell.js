// What stays while places change: navigation, organisation, language, appearance,
// and who is signed in.
import { el, icon } from '../dom.js';
import { appearance, chooseLanguage, language, languages, switchAppearance, t } from '../settings.js';
import { toast, toastPlace } from '../toast.js';
import { adminName, get, remove } from './api.js';
import { drafts } from './form.js';
import { redraw } from './parts.js';
import { mayLeave, pageLink } from './router.js';
import { knowTenants, tenantKey, tenants } from './tenant.js';
import { tenantChoice } from './tenantchoice.js';

const places = [
  ['overview', '/admin', 'home'], ['schedules', '/admin/schedules', 'bell'], ['deliveries', '/admin/deliveries', 'send'], ['chats', '/admin/chats', 'chat'],
  ['reports', '/admin/reports', 'chart'], ['calendar', '/admin/calendar', 'calendar'], ['settings', '/admin/settings', 'sliders'], ['audit', '/admin/audit', 'history'],
];

export class Shell {
  #current = '';
  #tenant = ''; // the organisation that is shown as chosen

  constructor() {
    this.place = el('main', { id: 'place', tabindex: '-1' });
    this.side = el('aside', { class: 'side', id: 'side' });
    this.top = el('header', { class: 'top' });
    document.body.append(this.skip = el('a', { class: 'skip', href: '#place' }), this.top, this.side, this.place, toastPlace());
    this.skip.addEventListener('click', (event) => { event.preventDefault(); this.place.focus(); });
    document.addEventListener('keydown', (event) => { if (event.key === 'Escape') this.#toggle(false); });
  }

  /** Finds the organisations, and draws. */
  async begin() {
    this.draw();
    try {
      knowTenants(await allTenants());
    } catch (failure) {
      if (failure.fields === undefined) throw failure;
      toast(failure.message, 'error'); // the places say what else fails
    }
    this.draw();
  }

  /** Draws in the language in force. */
  draw() {
    this.#tenant = tenantKey();
    this.skip.textContent = t('shell.skip');
    this.menu = el('button', { type: 'button', class: 'icon-button', 'aria-label': t('shell.menu'), 'aria-controls': 'side', 'aria-expanded': 'false', on: { click: () => this.#toggle() } }, icon('menu'));
    this.top.replaceChildren(this.menu, el('span', { class: 'brand', text: 'huibao' }));
    redraw(this.side, () => this.side.replaceChildren(
      el('p', { class: 'brand', text: 'huibao' }),
      tenants().length > 1 && tenantChoice() || '',
      el('nav', { 'aria-label': t('shell.places') }, el('ul', { class: 'places' }, ...places.map(([name, path, picture]) => el('li', {}, this.#link(name, path, picture))))),
      el('div', { class: 'side-foot' }, this.#languageChoice(), this.#themeButton(), this.#who())));
    this.mark(this.#current);
  }

  /** Marks the place that is shown, and the organisation. */
  mark(name) {
    this.#current = name;
    if (this.#tenant !== tenantKey()) this.draw();
    for (const link of this.side.querySelectorAll('.places a')) {
      if (link.dataset.name === name) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
    this.#toggle(false);
  }

  #link(name, path, picture) {
    const link = pageLink(path, icon(picture), el('span', { text: t(`place.${name}`) }));
    link.dataset.name = name;
    return link;
  }

  #languageChoice() {
    const select = el('select', { 'aria-label': t('shell.language'), on: { change: () => chooseLanguage(select.value) } },
      ...Object.entries(languages).map(([name, words]) => el('option', { value: name, text: words, lang: name.replace('_', '-'), selected: name === language() || null })));
    return select;
  }

  #themeButton() {
    const pictures = { auto: 'auto', light: 'sun', dark: 'moon' };
    const label = t(`theme.${appearance()}`);
    return el('button', { type: 'button', class: 'icon-button theme', 'aria-label': label, title: label, on: { click: () => {
      switchAppearance();
      this.draw();
    } } }, icon(pictures[appearance()]));
  }

  #who() {
    return el('div', { class: 'who' }, el('span', { text: t('shell.signed_in', { name: adminName() }) }),
      el('button', { type: 'button', class: 'button small', text: t('shell.sign_out'), on: { click: () => this.#signOut() } }));
  }

  async #signOut() {
    if (!await mayLeave()) return;
    try {
      await remove('/session');
      drafts.forgetAll(); // whoever signs in next is not shown them
      location.assign('/admin');
    } catch (failure) {
      if (failure.fields === undefined) throw failure;
      toast(failure.message, 'error');
    }
  }

  #toggle(open = !this.side.classList.contains('open')) {
    if (!open && this.side.contains(document.activeElement) && this.side.classList.contains('open')) this.menu.focus();
    this.side.classList.toggle('open', open);
    this.menu?.setAttribute('aria-expanded', String(open));
    if (open) this.side.querySelector('a').focus();
  }
}

/** All organisations, however many. */
async function allTenants() {
  const all = [];
  let cursor = null;
  do {
    const part = await get('/tenants', { limit: 200, cursor });
    all.push(...part.items);
    cursor = part.next_cursor;
  } while (cursor);
  return all;
}
