// Which days of a report are covered: a small calendar with one cell a day, and
// the same in words.
import { el } from '../../../dom.js';
import { t } from '../../../settings.js';
import { count, today } from '../../format.js';
import { dayOf, monthName, span, textOf, weekdayName, weekOf } from './dates.js';

const states = ['final', 'provisional', 'missing', 'future'];

/** Draws the days of a report. weekStart is "monday" or "sunday", zone that of the organisation. */
export function coverage(days, { weekStart, zone }) {
  const now = dayOf(today(zone));
  const known = new Map(days.map((one) => [one.day, one.state]));
  const stateOf = (day) => known.get(day) ?? (day > now ? 'future' : 'outside');
  const names = Object.fromEntries(states.map((state) => [state, t(`report.day.${state}`)]));
  const months = monthsOf(days[0].day, days.at(-1).day);
  const tally = (state) => days.filter((one) => one.state === state).length;
  const drawn = states.filter((state) => (state === 'future' ? months.at(-1).to > Math.max(now, days.at(-1).day) : tally(state) > 0));
  const summary = drawn.filter((state) => state !== 'future').map((state) => `${names[state]}: ${count(tally(state))}`).join(', ');
  return el('div', { class: 'stack' },
    el('ul', { class: 'coverage-legend' }, ...drawn.map((state) => el('li', {},
      el('span', { class: 'coverage-day', dataset: { state }, 'aria-hidden': 'true' }),
      el('span', { text: state === 'future' ? names.future : `${names[state]}: ${count(tally(state))}` })))),
    el('div', { class: 'coverage-months', role: 'region', tabindex: '0', 'aria-label': t('report.coverage.wall') },
      el('div', { class: 'coverage-wall', role: 'img', 'aria-label': t('report.coverage.label', { period: span(days[0].day, days.at(-1).day), summary }) },
        ...months.map((month) => drawMonth(month, stateOf, names, weekStart)))));
}

/** The months from a day to another, whole: {from, to}. */
function monthsOf(first, last) {
  const months = [];
  for (let from = dayOf(`${textOf(first).slice(0, 7)}-01`); from <= last;) {
    const next = dayOf(`${textOf(from + 31).slice(0, 7)}-01`);
    months.push({ from, to: next - 1 });
    from = next;
  }
  return months;
}

function drawMonth({ from, to }, stateOf, names, weekStart) {
  const first = weekOf(from, weekStart);
  const heads = Array.from({ length: 7 }, (_, index) => el('span', { class: 'coverage-weekday', text: weekdayName(first + index) }));
  const cells = Array.from({ length: to - from + 1 }, (_, index) => {
    const state = stateOf(from + index);
    const title = state === 'outside' ? null : `${textOf(from + index)}: ${names[state]}`;
    return el('span', { class: 'coverage-day', dataset: { state }, title, text: String(index + 1) });
  });
  cells[0].style.setProperty('grid-column-start', String(from - first + 1));
  return el('div', { class: 'coverage-month' }, el('p', { text: monthName(from) }), el('div', { class: 'coverage-grid' }, ...heads, ...cells));
}
