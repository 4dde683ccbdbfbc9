// The pieces that places are made of.
import { el, icon, classes } from '../dom.js';
import { t } from '../settings.js';
import { withTenant } from './tenant.js';

/** The head of a place: its title, which the window gets too, and what can be done there. */
export function heading(title, { about = '', actions = [] } = {}) {
  document.title = `${title} · huibao`;
  return el('div', { class: 'heading' },
    el('div', {}, el('h1', { tabindex: '-1', text: title }), about && el('p', { class: 'about', text: about })),
    el('div', { class: 'heading-actions' }, ...actions));
}

/** A button that does something. */
export function button(label, action, { kind = '', picture = '', small = false } = {}) {
  return el('button', { type: 'button', class: classes('button', kind, small && 'small'), on: { click: (event) => action(event.currentTarget) } },
    picture && icon(picture), el('span', { text: label }));
}

/** A link that looks like a button. */
export function buttonLink(label, href, { kind = '', picture = '', download = false } = {}) {
  return el('a', { href: withTenant(href), class: classes('button', kind), download: download || null }, picture && icon(picture), el('span', { text: label }));
}

/** A box with a title. */
export function box(title, ...children) {
  return el('section', { class: 'box', 'aria-label': title }, el('h2', { text: title }), ...children);
}

const hues = {
  sent: 'green', pending: 'blue', skipped: 'grey', failed: 'red', unknown: 'orange', // deliveries
  active: 'green', paused: 'yellow', disabled: 'red', // schedules
  allowed: 'green', blocked: 'red', waiting: 'orange', external: 'orange', // chats
  running: 'blue', done: 'green', ok: 'green', warning: 'orange', // backfills and checks
  final: 'green', provisional: 'yellow', missing: 'red', // days
};

/** A state as a coloured word; the word alone says it. */
export function badge(state, text = t(`state.${state}`)) {
  const hue = hues[state] ?? 'grey';
  return el('span', { class: 'tag', style: { '--of': `var(--hue-${hue})`, '--of-text': `var(--text-${hue})` }, text });
}

/** A sentence that matters: kind is info, warning, danger or success. */
export function notice(kind, ...children) {
  return el('div', { class: `notice ${kind}`, role: kind === 'danger' ? 'alert' : null },
    icon(kind === 'info' ? 'info' : kind === 'success' ? 'check' : 'warning'), el('div', { class: 'notice-text' }, ...children));
}

/** What stands where nothing is yet: what this is for and what to do. */
export function empty(title, text, ...actions) {
  return el('div', { class: 'empty' }, icon('info'), el('p', { class: 'empty-title', text: title }), text && el('p', { text }), el('div', { class: 'actions' }, ...actions));
}

/** A failed look, with a way to try again. */
export function failed(failure, again) {
  if (failure?.name === 'AbortError') return el('span');
  if (failure?.fields === undefined) throw failure; // a defect of the page
  return notice('danger', el('p', { text: failure.message }), again && button(t('problem.again'), again, { small: true }));
}

/** Shows a notice in a place; one that stands there already is not said again. */
export function complain(place, said) {
  if (place.hidden || place.textContent !== said.textContent) place.replaceChildren(said);
  place.hidden = false;
}

/** What stands where something is being fetched. */
export function loading() {
  return el('p', { class: 'loading', role: 'status', text: t('list.loading') });
}

/** How much of something is done. */
export function progress(done, total, label) {
  const bar = el('div', { class: 'progress' }, el('progress'), el('span'));
  advance(bar, done, total, label);
  return bar;
}

/** Shows on a bar that is there how far it has come. */
export function advance(bar, done, total, label) {
  const [meter, words] = bar.children;
  meter.max = Math.max(total, 1);
  meter.value = done;
  meter.setAttribute('aria-label', label);
  words.textContent = label;
}

/** Figures with their names. pairs are [name, value or node]. */
export function facts(pairs) {
  return el('dl', { class: 'facts' }, ...pairs.filter(Boolean).flatMap(([name, value]) => [
    el('dt', { text: name }), typeof value === 'string' || typeof value === 'number' ? el('dd', { text: String(value) }) : el('dd', {}, value)]));
}

/**
 * A table. columns are {title, cell(item) → text or node, kind: "figure" or none};
 * on a phone each row becomes a card with the titles beside the values. The roles
 * are said because the cards' looks take those of the elements away.
 */
export function table(label, columns, items) {
  const head = el('tr', { role: 'row' }, ...columns.map(({ title, kind }) => el('th', { scope: 'col', role: 'columnheader', class: kind, text: title })));
  const body = el('tbody', { role: 'rowgroup' }, ...items.map((item) => row(columns, item)));
  return el('div', { class: 'listing-place', role: 'region', 'aria-label': label, tabindex: '0' },
    el('table', { class: 'listing', role: 'table' }, el('caption', { class: 'unseen', text: label }), el('thead', { role: 'rowgroup' }, head), body));
}

/** One row of a table. */
export function row(columns, item) {
  return el('tr', { role: 'row' }, ...columns.map(({ title, cell, kind }) => {
    const content = cell(item);
    return el('td', { role: 'cell', class: kind, dataset: { title } }, typeof content === 'string' || typeof content === 'number' ? el('span', { text: String(content) }) : content);
  }));
}

/** Draws a place anew, and gives the focus to what is there now for what had it. */
export function redraw(place, draw) {
  const had = place.contains(document.activeElement) ? document.activeElement : null;
  const alike = () => [...place.querySelectorAll(had.localName)].filter((one) => (
    had.hasAttribute('href') ? one.getAttribute('href') === had.getAttribute('href') : one.textContent === had.textContent));
  const index = had ? alike().indexOf(had) : 0;
  draw();
  if (had && !had.isConnected) (alike()[index] ?? alike()[0])?.focus({ preventScroll: true });
}
