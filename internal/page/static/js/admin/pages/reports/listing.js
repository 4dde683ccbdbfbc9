// The table of a report's days, a part at a time.
import { el } from '../../../dom.js';
import { t } from '../../../settings.js';
import { count, date, hours, today } from '../../format.js';
import { badge, button, table } from '../../parts.js';
import { dayOf, textOf } from './dates.js';

const wide = 31; // rows of a part
const narrow = 10; // where each row is a card

/** Draws the days. newest tells whether they begin with the newest; turned is told of a change of that. */
export function listing(days, { zone, newest, turned }) {
  const now = dayOf(today(zone));
  const size = matchMedia('(max-width: 700px)').matches ? narrow : wide;
  const columns = [
    { title: t('report.column.date'), cell: ({ day }) => el('time', { datetime: textOf(day), text: date(textOf(day)) }) },
    { title: t('report.column.meeting_count'), kind: 'figure', cell: (one) => count(one.meeting_count) },
    { title: t('report.column.meeting_duration_seconds'), kind: 'figure', cell: (one) => hours(one.meeting_duration_seconds) },
    { title: t('report.column.participant_count'), kind: 'figure', cell: (one) => count(one.participant_count) },
    { title: t('report.column.state'), cell: ({ day, state }) => el('div', { class: 'day-state' }, badge(state, t(`report.day.${state}`)), day === now && el('small', { class: 'faint', text: t('report.today.mark') })) },
    { title: t('report.column.source'), cell: ({ source }) => (source ? t(`report.source.${source}`) : '–') },
  ];
  const place = el('div', { class: 'list-place' });
  const state = { newest, part: 0 };
  const last = Math.ceil(days.length / size) - 1;
  const turn = button('', () => {
    state.newest = !state.newest;
    state.part = 0;
    turned(state.newest);
    draw();
  }, { small: true });
  const back = button(t('report.rows.back'), () => move(-1), { small: true, picture: 'left' });
  const on = button(t('report.rows.on'), () => move(1), { small: true, picture: 'right' });
  const where = el('span', { role: 'status' });

  function move(by) {
    const next = state.part + by;
    if (next < 0 || next > last) return;
    state.part = next;
    draw();
  }

  function draw() {
    const ordered = state.newest ? [...days].reverse() : days;
    const begin = state.part * size;
    place.replaceChildren(table(t('report.rows.label'), columns, ordered.slice(begin, begin + size)));
    turn.querySelector('span').textContent = t(state.newest ? 'report.rows.oldest_first' : 'report.rows.newest_first');
    where.textContent = t('report.rows.where', { from: count(begin + 1), to: count(Math.min(begin + size, days.length)), n: count(days.length) });
    back.setAttribute('aria-disabled', String(state.part === 0));
    on.setAttribute('aria-disabled', String(state.part === last));
  }

  draw();
  return el('div', { class: 'stack' },
    days.length > 1 && el('div', { class: 'actions rows-order' }, turn), place,
    last > 0 && el('nav', { class: 'more', 'aria-label': t('report.rows.parts') }, back, on, where));
}
