// The chat or the schedule that the list of deliveries is narrowed to.
import { el, icon } from '../../../dom.js';
import { t } from '../../../settings.js';
import { get } from '../../api.js';
import { openDialog } from '../../dialog.js';
import { searchBox } from '../../list.js';
import { failed, loading } from '../../parts.js';
import { navigate, pageAddress, pageLink } from '../../router.js';
import { chatName, chatTitle } from '../access.js';
import { scheduleTitle } from '../posting.js';

const pause = 250; // milliseconds after the last key until a search is made
const most = 8; // of what is found of each kind

/** What the list is narrowed to, each with a way to take it back. */
export function narrowing({ chat_id: chat, schedule_id: schedule }, signal) {
  return el('div', { class: 'chips', hidden: !chat && !schedule },
    chat && chip('chat_id', t('deliveries.chat'), chat, nameOfChat(chat, signal)),
    schedule && chip('schedule_id', t('deliveries.schedule'), schedule, nameOfSchedule(schedule, signal)));
}

/** One of them, by its id until its name is known. */
function chip(name, kind, id, named) {
  const words = el('bdi', { class: 'clipped', text: id });
  const element = el('button', { type: 'button', class: 'chip', on: { click: () => navigate(narrowed({ [name]: '' })) } },
    el('span', { class: 'unseen', text: t('deliveries.widen') }), el('span', { class: 'faint', text: kind }), words, icon('close'));
  named.then((text) => { words.textContent = text; }, (failure) => element.after(failed(failure)));
  return element;
}

/** The address of the list with a part of its query changed. */
function narrowed(change) {
  return pageAddress('/admin/deliveries', { ...Object.fromEntries(new URLSearchParams(location.search)), ...change });
}

async function nameOfChat(id, signal) {
  const { items } = await get('/chats', { q: id.slice(0, 200) }, signal);
  return chatTitle(items.find((chat) => chat.chat_id === id) ?? { chat_id: id });
}

async function nameOfSchedule(id, signal) {
  try {
    return scheduleTitle(await get(`/schedules/${encodeURIComponent(id)}`, {}, signal));
  } catch (failure) {
    if (failure.status === 404) return id; // it is deleted; its deliveries are still listed
    throw failure;
  }
}

/** Opens a search for the chat or schedule to narrow the list to. */
export function pick(signal) {
  const input = searchBox(t('deliveries.pick_search'));
  input.setAttribute('aria-label', t('deliveries.pick_search'));
  const found = el('div', { class: 'stack', 'aria-live': 'polite' }, loading());
  const state = { timer: 0, turn: 0 };
  const search = async () => {
    const turn = ++state.turn;
    const query = { q: input.value.trim(), limit: most };
    try {
      const [schedules, chats] = await Promise.all([get('/schedules', query, signal), get('/chats', query, signal)]);
      if (turn === state.turn) found.replaceChildren(...results(schedules.items, chats.items));
    } catch (failure) {
      if (turn === state.turn) found.replaceChildren(failed(failure, search));
    }
  };
  input.addEventListener('input', () => {
    clearTimeout(state.timer);
    state.timer = setTimeout(search, pause);
  });
  found.addEventListener('click', (event) => { if (event.target.closest('a')) close(); });
  const { close } = openDialog({ title: t('deliveries.pick_title'), content: el('div', { class: 'stack' }, el('div', { class: 'entry' }, input), found) });
  input.focus();
  search();
}

function results(schedules, chats) {
  if (schedules.length + chats.length === 0) return [el('p', { class: 'about', text: t('deliveries.pick_none') })];
  return [
    group(t('place.schedules'), schedules.map((schedule) => pageLink(narrowed({ schedule_id: schedule.id, chat_id: '' }),
      el('bdi', { class: 'clipped', text: scheduleTitle(schedule) }), el('small', { class: 'faint clipped', dir: 'auto', text: chatTitle({ chat_id: schedule.chat_id, name: schedule.chat_name }) })))),
    group(t('place.chats'), chats.map((chat) => pageLink(narrowed({ chat_id: chat.chat_id, schedule_id: '' }), chatName(chat)))),
  ].filter(Boolean);
}

function group(title, links) {
  return links.length > 0 && el('section', { 'aria-label': title }, el('h3', { text: title }), el('ul', { class: 'found' }, ...links.map((link) => el('li', {}, link))));
}
