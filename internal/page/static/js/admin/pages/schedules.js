// All schedules: what is posted, to whom, when, by whom set up, and how it went.
import { el } from '../../dom.js';
import { learn, t } from '../../settings.js';
import { settingsOf, usableZone } from '../about.js';
import { choice } from '../form.js';
import { instant, relative } from '../format.js';
import { list, searchBox } from '../list.js';
import { badge, button, buttonLink, empty, failed, heading } from '../parts.js';
import { navigate, pageAddress, pageLink } from '../router.js';
import { scheduleTitle } from './posting.js';
import { words } from './schedules.words.js';

learn(words);

const sorts = ['next_run_at', 'name', 'chat', '-created_at', 'created_at', '-updated_at'];

/** Draws the place. */
export async function show(place, { query, signal }) {
  const made = pageAddress('/admin/schedules/new', { chat_id: query.chat_id });
  place.append(heading(t('place.schedules'), { about: t('schedules.about'), actions: [buttonLink(t('schedules.new'), made, { kind: 'primary', picture: 'plus' })] }));
  try {
    const { timezone } = await settingsOf();
    if (signal.aborted) return;
    const chip = query.chat_id && chatChip(query.chat_id);
    const shown = list({
      path: '/schedules', label: t('place.schedules'), query: { sort: sorts[0], ...query }, signal,
      filters: [
        { name: 'q', label: t('schedules.search'), control: searchBox(t('schedules.search_hint')) },
        { name: 'state', label: t('schedules.state'), control: choice({ options: [['', t('schedules.any')], ...['active', 'paused', 'disabled'].map((one) => [one, t(`state.${one}`)])] }) },
        { name: 'sort', label: t('schedules.sort'), control: choice({ options: sorts.map((one) => [one, t(`schedules.sort_by.${sortWord(one)}`)]) }) },
      ],
      columns: columns(timezone), none: ({ q, state, chat_id: chatID }) => none(made, q || state, chatID),
      loaded: (items) => chip?.name(items),
    });
    place.append(...[chip?.element, shown.element].filter(Boolean));
  } catch (failure) {
    place.append(failed(failure, () => navigate(location.pathname + location.search, { replace: true })));
  }
}

const sortWord = (sort) => (sort.startsWith('-') ? `${sort.slice(1)}_down` : sort);

function columns(zone) {
  return [
    { title: t('schedules.name'), cell: nameCell },
    { title: t('schedules.chat'), cell: (one) => pageLink(`/admin/chats/${encodeURIComponent(one.chat_id)}`, el('bdi', { class: 'clipped', text: one.chat_name || one.chat_id })) },
    { title: t('schedules.when'), cell: (one) => [el('span', { text: one.when }), !one.when.includes(one.cron) && el('small', { class: 'mono faint', text: one.cron })] },
    { title: t('schedules.next'), cell: (one) => nextCell(one, zone) },
    { title: t('schedules.state'), cell: (one) => [badge(one.state), stateNote(one)] },
    { title: t('schedules.last'), cell: (one) => lastCell(one, zone) },
    { title: t('schedules.made'), cell: (one) => [el('bdi', { class: 'clipped', text: one.created_by }), el('small', { class: 'faint' }, instant(one.created_at, zone))] },
  ];
}

function nameCell(one) {
  const path = `/admin/schedules/${encodeURIComponent(one.id)}`;
  return [
    pageLink(path, el('strong', {}, el('bdi', { class: 'clipped', text: scheduleTitle(one) }))),
    one.title && el('small', { class: 'faint clipped', dir: 'auto', text: one.title }),
  ];
}

/** The next run; the zone is named where it is another than the organisation's. */
function nextCell(one, zone) {
  if (!one.next_run_at) return el('span', { class: 'faint', text: t('schedules.never') });
  const own = usableZone(one.timezone, zone);
  return [instant(one.next_run_at, own), el('small', { class: 'faint', text: own === zone ? relative(one.next_run_at) : own })];
}

function stateNote(one) {
  if (one.state === 'disabled') return el('small', { class: 'clipped', text: one.disabled_reason_text });
  if (one.state === 'paused' && one.enabled) return el('small', { class: 'faint', text: t('schedules.until', { date: one.paused_until }) });
  return null;
}

function lastCell(one, zone) {
  const last = one.last_delivery;
  if (!last) return el('span', { class: 'faint', text: t('schedules.no_last') });
  return pageLink(`/admin/deliveries/${encodeURIComponent(last.id)}`, badge(last.status), el('small', {}, instant(last.scheduled_for, usableZone(one.timezone, zone))));
}

/** The filter by chat, which can be taken away. name takes the chat's name from what is shown. */
function chatChip(chatID) {
  const name = el('bdi', { class: 'clipped', text: chatID });
  const off = button(t('schedules.all_chats'), () => {
    const query = Object.fromEntries(new URLSearchParams(location.search));
    navigate(pageAddress('/admin/schedules', { ...query, chat_id: '' }));
  }, { picture: 'close', small: true });
  return {
    element: el('p', { class: 'chip-line' }, el('span', { text: t('schedules.of_chat') }), name, off),
    name: (items) => { name.textContent = items[0]?.chat_name || chatID; },
  };
}

function none(made, narrowed, chatID) {
  if (narrowed) return empty(t('schedules.none_found'), t('schedules.none_found_do'), buttonLink(t('schedules.show_all'), pageAddress('/admin/schedules', { chat_id: chatID })));
  return empty(t(chatID ? 'schedules.none_chat' : 'schedules.none'), t('schedules.none_do'), buttonLink(t('schedules.new'), made, { kind: 'primary' }));
}
