// The days of a report that are missing or may still change: which, why, and what
// can be done.
import { el } from '../../../dom.js';
import { t } from '../../../settings.js';
import { today } from '../../format.js';
import { button } from '../../parts.js';
import { countDays, dayOf, runsOf, span } from './dates.js';

const atFirst = 12; // ranges that are shown before somebody asks for all
const reach = 90; // days for which the platform answers, today included

/** The first day that the platform can still be asked for. */
export const firstInReach = (zone) => dayOf(today(zone, 1 - reach));

/** Says which days are missing or provisional, in groups by why; fill offers to fetch the missing ones. */
export function missing(days, zone, fill) {
  const [now, first] = [dayOf(today(zone)), firstInReach(zone)];
  const gone = days.filter((one) => one.state === 'missing').map((one) => one.day);
  const groups = [
    ['today', gone.filter((day) => day === now)],
    ['asked', gone.filter((day) => day < now && day >= first)],
    ['gone', gone.filter((day) => day < first)],
  ].filter(([, list]) => list.length > 0);
  return el('div', { class: 'stack' },
    groups.length === 0 && el('p', { text: t('report.missing.none') }),
    ...groups.map(([why, list]) => group(t(`report.missing_title.${why}`, { days: countDays(list.length) }), t(`report.missing_why.${why}`), list, 'missing',
      why === 'asked' && button(t('report.backfill.open'), fill, { small: true }))),
    provisional(days));
}

/** The provisional days, null where there are none. */
function provisional(days) {
  const list = days.filter((one) => one.state === 'provisional').map((one) => one.day);
  return list.length > 0 ? group(t('report.provisional.title', { days: countDays(list.length) }), t('report.provisional.why'), list, 'provisional') : null;
}

function group(title, why, list, state, action = null) {
  return el('div', { class: 'stack day-group', dataset: { state } }, el('h3', { text: title }), el('p', { text: why }), ranges(runsOf(list)), action);
}

function ranges(runs) {
  const item = ({ from, to }) => el('li', {}, el('span', { text: span(from, to) }), to > from && el('span', { class: 'faint', text: countDays(to - from + 1) }));
  const list = el('ul', { class: 'day-ranges' }, ...runs.slice(0, atFirst).map(item));
  if (runs.length <= atFirst) return list;
  const more = button(t('report.missing.more', { n: runs.length - atFirst }), () => {
    const rest = runs.slice(atFirst).map(item);
    list.append(...rest);
    more.remove();
    rest[0].setAttribute('tabindex', '-1');
    rest[0].focus();
  }, { small: true });
  return el('div', { class: 'stack' }, list, more);
}
