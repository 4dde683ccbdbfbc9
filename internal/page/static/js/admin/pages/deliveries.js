// Everything that was posted or should have been, the newest first.
import { el } from '../../dom.js';
import { learn, t } from '../../settings.js';
import { settingsOf } from '../about.js';
import { choice } from '../form.js';
import { count, dayStart, instant, today } from '../format.js';
import { list } from '../list.js';
import { badge, button, buttonLink, empty, heading } from '../parts.js';
import { pageLink } from '../router.js';
import { words } from './deliveries.words.js';
import { narrowing, pick } from './deliveries/narrowing.js';
import { progressOf } from './deliveries/progress.js';
import { chatLink, deliveryPath, scheduleLink } from './posting.js';

learn(words);

const spans = { today: 1, '7d': 7, '30d': 30 }; // days, today the last of them
const statuses = ['pending', 'sent', 'skipped', 'failed', 'unknown'];

/** Shows the place. */
export async function show(place, { query, signal }) {
  const head = heading(t('place.deliveries'), { actions: [button(t('deliveries.pick'), () => pick(signal))] });
  place.append(head);
  const { timezone: zone } = await settingsOf();
  head.firstChild.append(el('p', { class: 'about', text: t('deliveries.about', { zone }) }));
  if (!query.when && (query.from || query.to)) query.when = 'dates';
  const asked = (chosen) => askedOf(chosen, zone);
  const all = list({
    path: '/deliveries', label: t('place.deliveries'), query, signal, asked, none, columns: columns(zone), filters: filters(),
    loaded: (items) => progress.look(items),
  });
  const progress = progressOf({ asked: () => asked(Object.fromEntries(new URLSearchParams(location.search))), reload: all.reload, signal });
  place.append(narrowing(query, signal), ...progress.elements, all.element);
}

/** Turns dates of the organisation's zone into the instants that the API is asked for. */
function askedOf({ when, from, to, ...rest }, zone) {
  if (spans[when]) return { ...rest, from: dayStart(today(zone, 1 - spans[when]), zone), to: dayStart(today(zone, 1), zone) };
  if (when !== 'dates') return rest;
  return { ...rest, from: from && dayStart(from, zone), to: to && dayStart(dayAfter(to), zone) };
}

/** The date after one; both are YYYY-MM-DD. */
function dayAfter(text) {
  const day = new Date(`${text}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() + 1);
  return day.toISOString().slice(0, 10);
}

/** State and time. The two dates are seen when dates are chosen. */
function filters() {
  const times = [['', t('deliveries.when_any')], ...Object.keys(spans).map((span) => [span, t(`deliveries.when.${span}`)]), ['dates', t('deliveries.when_dates')]];
  const states = [['', t('deliveries.any')], ...statuses.map((status) => [status, t(`state.${status}`)])];
  const dates = ['from', 'to'].map((name) => ({ name, label: t(`deliveries.${name}`), control: el('input', { type: 'date' }) }));
  const when = choice({ name: 'when', options: times, on: { change: () => {
    if (when.value !== 'dates') for (const { control } of dates) control.value = '';
  } } });
  return [
    { name: 'status', label: t('deliveries.status'), control: choice({ name: 'status', options: states }) },
    { name: 'when', label: t('deliveries.due'), control: when },
    ...dates,
  ];
}

function columns(zone) {
  return [
    { title: t('deliveries.due'), kind: 'when', cell: (delivery) => pageLink(deliveryPath(delivery), instant(delivery.scheduled_for, zone)) },
    { title: t('deliveries.schedule'), kind: 'whose', cell: (delivery) => el('div', {}, scheduleLink(delivery), ' ', delivery.manual && el('small', { class: 'faint', text: t('deliveries.manual') })) },
    { title: t('deliveries.chat'), kind: 'whose', cell: chatLink },
    { title: t('deliveries.status'), cell: ({ status }) => badge(status) },
    { title: t('deliveries.reason'), cell: ({ reason_text: reason }) => (reason ? el('span', { class: 'clipped', text: reason }) : el('span', { class: 'faint', text: '–' })) },
    { title: t('deliveries.attempts'), kind: 'figure', cell: ({ attempts }) => count(attempts) },
    { title: t('deliveries.finished'), kind: 'when', cell: ({ finished_at: at }) => instant(at, zone) },
  ];
}

function none({ status, when, chat_id: chat, schedule_id: schedule }) {
  return status || when || chat || schedule
    ? empty(t('deliveries.none_found'), t('deliveries.none_found_text'), buttonLink(t('deliveries.show_all'), '/admin/deliveries'))
    : empty(t('deliveries.none'), t('deliveries.none_text'), buttonLink(t('place.schedules'), '/admin/schedules', { kind: 'primary' }));
}
