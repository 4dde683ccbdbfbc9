// A year as twelve small months. Each day is a button that opens it; the arrow
// keys go from day to day, so that a month is one stop of the tab key.
import { classes, el } from '../../../dom.js';
import { t } from '../../../settings.js';
import { date, formatter } from '../../format.js';
import { box } from '../../parts.js';
import { byDate, usuallyWorks } from './compare.js';
import { kindOf, monthName } from './days.js';

const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

/** The twelve months. edit(date) is called for the day that was chosen. */
export function months({ year, days, weekStart, now, edit }) {
  const named = byDate(days);
  const first = weekStart === 'sunday' ? 0 : 1;
  const place = el('div', { class: 'months', on: { keydown: step } }, ...Array.from({ length: 12 }, (_, index) => month({ year, index, first, named, now, edit })));
  return box(t('calendar.year', { year }), legend(), place);
}

function legend() {
  return el('p', { class: 'legend' }, ...['off', 'work'].map((kind) => el('span', {}, el('span', { class: `day-sample ${kind}`, 'aria-hidden': 'true', text: t(`calendar.short.${kind}`) }), ' ', t(`calendar.kind.${kind}`))),
    el('span', { class: 'faint', text: t('calendar.choose') }));
}

function month({ year, index, first, named, now, edit }) {
  const name = `${year}-${String(index + 1).padStart(2, '0')}`;
  const length = new Date(Date.UTC(year, index + 1, 0)).getUTCDate();
  const before = (new Date(Date.UTC(year, index, 1)).getUTCDay() - first + 7) % 7;
  const cells = [...Array.from({ length: before }, () => el('td')), ...Array.from({ length }, (_, at) => {
    const day = `${name}-${String(at + 1).padStart(2, '0')}`;
    return el('td', {}, dayButton(day, named.get(day), at === 0, day === now, edit));
  })];
  const weeks = [];
  while (cells.length > 0) weeks.push(el('tr', {}, ...cells.splice(0, 7)));
  return el('table', { class: 'month' }, el('caption', { text: monthName(name) }), el('thead', {}, el('tr', {}, ...weekdays(first))), el('tbody', {}, ...weeks));
}

function weekdays(first) {
  const named = (width, at) => formatter(Intl.DateTimeFormat, { weekday: width, timeZone: 'UTC' }).format(at);
  return Array.from({ length: 7 }, (_, index) => {
    const at = new Date(Date.UTC(2023, 0, 1 + first + index)); // 2023 began on a Sunday
    return el('th', { scope: 'col', abbr: named('long', at), text: named('narrow', at) });
  });
}

function dayButton(day, named, isStop, isToday, edit) {
  const usual = usuallyWorks(day);
  const kind = named ? kindOf(named) : '';
  const words = [date(day), kind ? t(`calendar.kind.${kind}`) : t(usual ? 'calendar.usual_work' : 'calendar.usual_off'), named?.name, isToday && t('calendar.today')].filter(Boolean).join(', ');
  return el('button', {
    type: 'button', class: classes('day', kind, !usual && 'weekend', isToday && 'today'), tabindex: isStop ? null : '-1', 'aria-label': words, title: words, dataset: { key: `day-${day}`, date: day }, on: { click: () => edit(day) },
  }, el('span', { text: String(Number(day.slice(8))) }), ['off', 'work'].includes(kind) && el('small', { dataset: { mark: t(`calendar.short.${kind}`) } })); // the label says it in full
}

/** Goes on by the arrow keys, from month to month too. */
function step(event) {
  const from = event.target.closest('.day');
  if (!from || !Object.hasOwn(steps, event.key)) return;
  event.preventDefault();
  const at = new Date(`${from.dataset.date}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + steps[event.key]);
  event.currentTarget.querySelector(`[data-date="${at.toISOString().slice(0, 10)}"]`)?.focus();
}
