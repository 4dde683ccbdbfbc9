// Lists of the API: filters that stand in the address, parts by cursor, and what
// to say when there is nothing.
import { el } from '../dom.js';
import { t } from '../settings.js';
import { get } from './api.js';
import { button, complain, failed, loading, redraw, row, table } from './parts.js';
import { writeQuery } from './router.js';

const pause = 250; // milliseconds after the last key until a search is made
const most = 200; // that the API gives at once

/**
 * A list with its filters. path is the route; query what stands in the address;
 * filters are {name, label, control}; columns as table takes them; none(query)
 * what to show when there is nothing. asked turns what stands in the address into
 * what the API is asked; key tells an item from all others. Returns {element,
 * reload, items}: reload asks for what is shown again, quietly.
 */
export function list({ path, label, query, filters, columns, none, signal, asked = (chosen) => chosen, loaded = () => {}, limit = 50, key = ({ id }) => id }) {
  const place = el('div', { class: 'list-place' });
  const said = el('p', { class: 'unseen', role: 'status' });
  const bar = el('form', { class: 'filters', role: 'search', 'aria-label': t('list.filters'), on: { submit: (event) => event.preventDefault() } },
    ...filters.map(({ name, label: words, control }) => filter(name, words, control)));
  const trouble = el('div', { hidden: true });
  const state = { items: [], cursor: null, drawn: false, turn: 0, beginning: false, adding: false, last: Promise.resolve() };
  let timer = 0;

  function filter(name, words, control) {
    control.name = name;
    control.value = query[name] ?? '';
    const soon = control.type === 'search' || control.type === 'text';
    control.addEventListener(soon ? 'input' : 'change', () => {
      clearTimeout(timer);
      timer = setTimeout(() => changed(), soon ? pause : 0);
    });
    return el('label', { class: 'filter' }, el('span', { text: words }), control);
  }

  function chosen() {
    return Object.fromEntries(filters.map(({ name, control }) => [name, control.value.trim()]));
  }

  function changed() {
    if (signal.aborted) return;
    writeQuery({ ...query, ...chosen() });
    begin();
  }

  /** Asks for the first part of what was chosen; what is still asked before counts no more. */
  async function begin() {
    const turn = ++state.turn;
    state.beginning = true;
    place.setAttribute('aria-busy', 'true');
    if (!place.firstChild) place.append(loading());
    try {
      const found = await ask(null, limit);
      if (turn === state.turn) take(found.items, found.next_cursor, draw);
    } catch (failure) {
      if (turn !== state.turn) return;
      Object.assign(state, { items: [], cursor: null, drawn: false });
      trouble.hidden = true;
      place.replaceChildren(failed(failure, begin));
    } finally {
      if (turn === state.turn) {
        state.beginning = false;
        place.removeAttribute('aria-busy');
      }
    }
  }

  async function more() {
    if (state.adding) return;
    state.adding = true;
    try {
      await inTurn(more, () => ask(state.cursor, limit), ({ items, next_cursor: cursor }) => {
        const fresh = items.map((item) => row(columns, item));
        take([...state.items, ...items], cursor, () => {
          place.querySelector('tbody').append(...fresh);
          drawMore();
        });
        fresh[0]?.querySelector('a, button')?.focus();
      });
    } finally {
      state.adding = false;
    }
  }

  /** Asks for what is shown once more; the first 200 are enough to be live, and what follows stays. */
  function reload() {
    return inTurn(reload, () => ask(null, Math.min(Math.max(state.items.length, limit), most)), ({ items, next_cursor: cursor }) => {
      const rest = cursor ? following(items) : [];
      const before = JSON.stringify([state.items, state.cursor]);
      take([...items, ...rest], rest.length > 0 ? state.cursor : cursor, () => {
        if (!state.drawn || JSON.stringify([state.items, state.cursor]) !== before) draw(); // what did not change keeps its selection
      });
    });
  }

  /** What is shown after the last of these; nothing when that is new, since there may be more between. */
  function following(items) {
    const known = new Set(items.map(key));
    const last = state.items.findIndex((item) => key(item) === key(items.at(-1)));
    return last < 0 ? [] : state.items.slice(last + 1).filter((item) => !known.has(key(item)));
  }

  /** Asks once the question before is answered. A failure leaves what is shown. */
  function inTurn(again, question, answered) {
    const mine = state.last.catch(() => {}).then(async () => { // whoever asked before was told of its failure
      if (state.beginning || signal.aborted) return;
      const { turn } = state;
      try {
        const found = await question();
        if (turn === state.turn) answered(found);
      } catch (failure) {
        if (turn === state.turn && failure.name !== 'AbortError') complain(trouble, failed(failure, again));
      }
    });
    state.last = mine;
    return mine;
  }

  function ask(cursor, count) {
    return get(path, { ...asked({ ...query, ...chosen() }), cursor, limit: count }, signal);
  }

  function take(items, cursor, show) {
    Object.assign(state, { items, cursor });
    show();
    trouble.hidden = true;
    say(said, t(cursor ? 'list.some' : 'list.all', { n: items.length }));
    loaded(items);
  }

  function draw() {
    state.drawn = true;
    redraw(place, () => {
      place.replaceChildren(state.items.length > 0 ? table(label, columns, state.items) : none({ ...query, ...chosen() }));
      drawMore();
    });
  }

  function drawMore() {
    place.querySelector('.more')?.remove();
    if (state.items.length > 0) {
      place.append(el('div', { class: 'more' }, el('span', { text: t(state.cursor ? 'list.some' : 'list.all', { n: state.items.length }) }),
        state.cursor && button(t('list.more'), more)));
    }
  }

  begin();
  return { element: el('div', { class: 'list' }, filters.length > 0 && bar, said, trouble, place), reload, items: () => state.items };
}

/** Says a text in a live region, where what stays is not said again. */
function say(region, text) {
  if (region.textContent !== text) region.textContent = text;
}

/** A box to search in. */
export function searchBox(placeholder) {
  return el('input', { type: 'search', placeholder, maxlength: '200', autocomplete: 'off', spellcheck: 'false' });
}
