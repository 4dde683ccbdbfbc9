// Days of a calendar as lists.
import { el } from '../../../dom.js';
import { t } from '../../../settings.js';
import { date, formatter } from '../../format.js';
import { badge, button } from '../../parts.js';
import { usuallyWorks } from './compare.js';

/** What a day is: a day off, a make-up day, or a workday of the usual week. */
export function kindOf({ date: at, workday }) {
  if (!workday) return 'off';
  return usuallyWorks(at) ? 'usual' : 'work';
}

/** kindOf as a coloured word. */
function kindBadge(day) {
  const kind = kindOf(day);
  return badge({ off: 'missing', work: 'pending', usual: '' }[kind], t(`calendar.kind.${kind}`));
}

/** All days by month, each with what is wrong with it beside it. */
export function dayList(days, differences, { edit, take }) {
  const kinds = new Map(differences.map((difference) => [difference.date, difference.kind]));
  const rows = days.map((day, index) => ({ month: day.date.slice(0, 7), row: dayRow(day, index, kinds.get(day.date), { edit, take }) }));
  return el('div', { class: 'day-months' }, ...[...new Set(rows.map(({ month }) => month))].map((month) => el('section', {},
    el('h3', { text: monthName(month) }), el('ul', { class: 'day-list' }, ...rows.filter((one) => one.month === month).map(({ row }) => row)))));
}

/** The name of a month (YYYY-MM). */
export function monthName(month) {
  return formatter(Intl.DateTimeFormat, { month: 'long', timeZone: 'UTC' }).format(new Date(`${month}-01T00:00:00Z`));
}

function shortDate(day) {
  return formatter(Intl.DateTimeFormat, { month: 'short', day: 'numeric', weekday: 'short', timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`));
}

function dayRow(day, index, difference, { edit, take }) {
  const wrong = (name) => el('div', { dataset: { field: `days[${index}].${name}` } }, el('p', { class: 'entry-problem', role: 'alert' }));
  return el('li', {},
    el('div', { class: 'day-text' },
      el('p', { class: 'day-line' }, el('time', { datetime: day.date, text: shortDate(day.date) }), kindBadge(day),
        day.name ? el('bdi', { class: 'clipped', text: day.name }) : el('span', { class: 'faint', text: t('calendar.unnamed') }),
        difference && el('small', { class: 'faint', text: t(`calendar.difference.${difference}`) })),
      wrong('date'), wrong('workday'), wrong('name')),
    el('div', { class: 'actions' },
      rowButton('edit', day, () => edit(day.date)),
      rowButton('remove', day, () => take(day.date))));
}

function rowButton(what, day, action) {
  const made = button(t(`calendar.row.${what}`), action, { small: true, kind: 'quiet' });
  made.setAttribute('aria-label', `${t(`calendar.row.${what}`)}: ${date(day.date)}`);
  made.dataset.key = `${what}-${day.date}`;
  return made;
}

/** Differences in words, a line each. more(difference) may add to a line. */
export function differenceList(differences, more = () => null) {
  return el('ul', { class: 'differences' }, ...differences.map(({ date: at, kind, before, after }) => el('li', {},
    el('strong', { text: t(`calendar.mark.${kind}`) }), ' ', el('time', { datetime: at, text: date(at) }), ' ',
    before && el('del', {}, ...inWords(before)), before && after && ' → ', after && el('ins', {}, ...inWords(after)), more({ date: at }))));
}

/** What a day is on a list, as a text; for undefined that it is not there. */
export function stateOf(day) {
  if (!day) return t('calendar.mark.removed');
  return [t(`calendar.kind.${kindOf(day)}`), day.name].filter(Boolean).join(' · ');
}

function inWords(day) {
  return [t(`calendar.kind.${kindOf(day)}`), day.name && ' · ', day.name && el('bdi', { text: day.name })].filter(Boolean);
}
