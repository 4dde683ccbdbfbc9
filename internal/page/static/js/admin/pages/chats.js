// All chats the bot knows: first those that wait for a word, then each with what
// it gets.
import { el } from '../../dom.js';
import { languages, learn, t } from '../../settings.js';
import { settingsOf } from '../about.js';
import { get } from '../api.js';
import { choice } from '../form.js';
import { count, instant, relative } from '../format.js';
import { list, searchBox } from '../list.js';
import { badge, box, button, empty, failed, heading } from '../parts.js';
import { pageAddress, pageLink, refresh } from '../router.js';
import { accessBadge, chatKind, chatName, decide, goneBadge } from './access.js';
import { words } from './chats.words.js';

learn(words);

const mostRequests = 50;

/** Shows the place. */
export async function show(place, { query, signal }) {
  place.append(heading(t('place.chats'), { about: t('chats.about') }));
  let settings;
  try {
    settings = await settingsOf();
  } catch (failure) {
    place.append(failed(failure, refresh));
    return;
  }
  const requests = el('div', { class: 'stack' });
  const all = list({
    path: '/chats', label: t('place.chats'), query, signal, columns: columns(settings), none, key: (chat) => chat.chat_id,
    filters: [
      { name: 'q', label: t('chats.search'), control: searchBox(t('chats.search_hint')) },
      { name: 'access', label: t('chats.access'), control: choice({ name: 'access', options: [['', t('chats.any')], ...['waiting', 'allowed', 'blocked'].map((state) => [state, t(`state.${state}`)])] }) },
      { name: 'external', label: t('chats.members'), control: choice({ name: 'external', options: [['', t('chats.any')], ['true', t('chats.with_outside')], ['false', t('chats.inside')]] }) },
    ],
  });
  place.append(requests, all.element);
  await showRequests(requests, settings, signal, all.reload);
}

/** The chats that wait for a word. changed is called after each decision. */
async function showRequests(place, settings, signal, changed) {
  const again = () => showRequests(place, settings, signal, changed);
  try {
    const { items, next_cursor: more } = await get('/chats', { access: 'waiting', limit: mostRequests }, signal);
    if (items.length === 0) {
      place.replaceChildren();
      return;
    }
    const decided = async (chat, access) => {
      if (!await decide(chat, access)) return;
      await Promise.all([again(), changed()]);
      (place.querySelector('h2') ?? document.querySelector('h1')).focus();
    };
    const waiting = box(t('chats.requests', { n: more ? `${count(mostRequests)}+` : count(items.length) }),
      el('p', { class: 'about', text: t('chats.requests_about') }),
      el('ul', { class: 'requests' }, ...items.map((chat) => request(chat, settings, decided))));
    waiting.querySelector('h2').tabIndex = -1;
    place.replaceChildren(waiting);
  } catch (failure) {
    place.replaceChildren(failed(failure, again));
  }
}

function request(chat, settings, decided) {
  return el('li', {},
    el('div', { class: 'request-chat' },
      pageLink(`/admin/chats/${encodeURIComponent(chat.chat_id)}`, chatName(chat)),
      el('p', { class: 'faint' }, `${chatKind(chat)} · ${t('chats.asked', { when: relative(chat.requested_at) })} · `, instant(chat.requested_at, settings.timezone)),
      chat.external && el('p', {}, badge('external'), ' ', t('chats.outside'))),
    el('div', { class: 'actions' },
      button(t('access.allow'), () => decided(chat, 'allowed'), { kind: chat.external ? '' : 'primary' }),
      button(t('access.block'), () => decided(chat, 'blocked'))));
}

function columns(settings) {
  return [
    { title: t('chats.name'), cell: (chat) => el('div', {}, pageLink(`/admin/chats/${encodeURIComponent(chat.chat_id)}`, chatName(chat)), el('small', { class: 'faint', text: chatKind(chat) })) },
    { title: t('chats.access'), cell: (chat) => el('div', { class: 'tags' }, accessBadge(chat, settings), chat.external && badge('external'), goneBadge(chat)) },
    { title: t('chats.language'), cell: (chat) => own(languages[chat.locale] ?? chat.locale) },
    { title: t('chats.timezone'), cell: (chat) => own(chat.timezone, 'unbroken') },
    { title: t('chats.unit'), cell: (chat) => own(chat.unit && t(`unit.${chat.unit}`)) },
    { title: t('place.schedules'), kind: 'figure', cell: schedules },
  ];
}

/** What the chat chose itself, or that the organisation's default counts. */
function own(value, className = null) {
  return value ? el('span', { class: className, text: value }) : el('span', { class: 'faint', text: t('chats.default') });
}

function schedules(chat) {
  if (chat.schedule_count === 0) return el('span', { class: 'faint', text: '0' });
  const link = pageLink(pageAddress('/admin/schedules', { chat_id: chat.chat_id }), count(chat.schedule_count));
  link.setAttribute('aria-label', t('chats.schedules_of', { n: chat.schedule_count }));
  return link;
}

function none({ q, access, external }) {
  return q || access || external ? empty(t('chats.none_found'), t('chats.none_found_text')) : empty(t('chats.none'), t('chats.none_text'));
}
