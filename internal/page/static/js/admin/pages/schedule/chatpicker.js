// Choosing the chat that a schedule posts to: a box that searches as one types,
// and takes a chat_id that is pasted.
import { el } from '../../../dom.js';
import { t } from '../../../settings.js';
import { get } from '../../api.js';
import { field } from '../../form.js';
import { badge } from '../../parts.js';
import { pageLink } from '../../router.js';
import { latest } from './latest.js';

const pause = 200; // milliseconds after the last key
const most = 8; // chats that are offered at once

/**
 * The field of chat_id. chatID is the one chosen, changed is called with another.
 */
export function chatPicker({ chatID, signal, changed }) {
  const state = { chatID, chat: null, offers: [], at: -1 };
  const options = el('ul', { id: 'chat-options', class: 'options', role: 'listbox', 'aria-label': t('schedule.label.chat_id'), hidden: true });
  const input = el('input', {
    type: 'text', name: 'chat_id', role: 'combobox', autocomplete: 'off', spellcheck: 'false', maxlength: '200', placeholder: t('schedule.chat_placeholder'),
    'aria-autocomplete': 'list', 'aria-expanded': 'false', 'aria-controls': 'chat-options', dir: 'auto',
  });
  const chosen = el('p', { class: 'chosen' });
  const status = el('span', { class: 'unseen', role: 'status' });
  const search = latest({
    pause, signal,
    ask: (text, taken) => get('/chats', { q: text, limit: most }, taken),
    answered: ({ items }, text) => offer(items, text),
    failed: (failure) => {
      if (failure.fields === undefined) throw failure;
      close();
      status.textContent = failure.message;
    },
  });

  function offer(items, text) {
    const pasted = /^o[cu]_\S+$/.test(text) && !items.some((chat) => chat.chat_id === text);
    state.offers = pasted ? [...items, { chat_id: text, name: '', unseen: true }] : items;
    state.at = state.offers.length > 0 && text ? 0 : -1;
    options.replaceChildren(...state.offers.map((chat, index) => el('li', {
      id: `chat-option-${index}`, role: 'option', on: { pointerdown: (event) => { event.preventDefault(); choose(chat); } },
    }, chat.unseen ? el('span', { text: t('schedule.chat_pasted') }) : nameOf(chat), ...marks(chat), el('small', { class: 'mono faint', text: chat.chat_id }))));
    if (state.offers.length === 0) options.replaceChildren(el('li', { class: 'faint', role: 'option', 'aria-disabled': 'true', text: t('schedule.chat_none') }));
    options.hidden = false;
    input.setAttribute('aria-expanded', 'true');
    status.textContent = t('schedule.chat_found', { n: state.offers.length });
    mark();
  }

  function mark() {
    for (const [index, option] of [...options.children].entries()) {
      option.setAttribute('aria-selected', String(index === state.at));
      if (index === state.at) option.scrollIntoView({ block: 'nearest' });
    }
    if (state.at >= 0) input.setAttribute('aria-activedescendant', `chat-option-${state.at}`);
    else input.removeAttribute('aria-activedescendant');
  }

  function close() {
    options.hidden = true;
    state.at = -1;
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
  }

  function choose(chat) {
    search.stop();
    close();
    const another = chat.chat_id !== state.chatID;
    Object.assign(state, { chatID: chat.chat_id, chat });
    draw();
    if (another) changed(chat.chat_id);
    if (chat.unseen) look();
  }

  /** Shows the chat that is chosen. */
  function draw() {
    input.value = state.chat?.name || state.chatID;
    chosen.hidden = state.chatID === '';
    chosen.replaceChildren(...(state.chat ? marks(state.chat) : []), el('small', { class: 'mono faint', text: state.chatID }),
      state.chat && !state.chat.unseen ? pageLink(`/admin/chats/${encodeURIComponent(state.chatID)}`, t('schedule.chat_open')) : '');
  }

  /** Finds out about the chat that is chosen; one never seen is shown by its chat_id. */
  async function look() {
    const wanted = state.chatID;
    if (!wanted) return;
    try {
      const { items } = await get('/chats', { q: wanted, limit: most }, signal);
      const chat = items.find((one) => one.chat_id === wanted) ?? { chat_id: wanted, name: '', unseen: true };
      if (wanted !== state.chatID) return;
      state.chat = chat;
      if (document.activeElement === input && input.value !== wanted) return; // somebody types
      draw();
    } catch (failure) {
      if (failure.name !== 'AbortError' && failure.fields === undefined) throw failure;
      status.textContent = failure.message; // the chat_id says which chat it is
    }
  }

  function move(step) {
    if (options.hidden) return search('', 0);
    const count = state.offers.length;
    if (count > 0) state.at = (state.at + step + count) % count;
    return mark();
  }

  input.addEventListener('input', () => {
    close(); // what is offered is of the text before
    search(input.value.trim());
  });
  input.addEventListener('focus', () => input.select());
  input.addEventListener('click', () => { if (options.hidden) search('', 0); });
  input.addEventListener('keydown', (event) => {
    if (event.isComposing) return;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      move(event.key === 'ArrowDown' ? 1 : -1);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      if (state.offers[state.at] && !options.hidden) choose(state.offers[state.at]);
    } else if (event.key === 'Escape' && !options.hidden) {
      event.preventDefault();
      close();
    }
  });
  input.addEventListener('blur', () => {
    const text = input.value.trim();
    search.stop();
    close();
    if (/^o[cu]_\S+$/.test(text) && text !== state.chatID) choose({ chat_id: text, name: '', unseen: true });
    else draw();
  });

  draw();
  look();
  const element = field({ name: 'chat_id', label: t('schedule.label.chat_id'), hint: t('schedule.chat_hint'), input });
  input.after(options);
  element.querySelector('.entry-hint').before(chosen);
  element.append(status);
  return element;
}

function nameOf(chat) {
  return el('bdi', { class: 'clipped', text: chat.name || t('schedule.chat_nameless') });
}

/** What one should know of a chat before something is posted to it. */
function marks(chat) {
  return [
    chat.external && badge('external'),
    chat.access === 'blocked' && badge('blocked'),
    chat.external && chat.access === 'pending' && badge('waiting'),
    (chat.state === 'removed' || chat.state === 'dissolved') && badge('failed', t(`schedule.chat_state.${chat.state}`)),
    chat.chat_mode === 'p2p' && badge('skipped', t('schedule.chat_private')),
  ].filter(Boolean);
}
