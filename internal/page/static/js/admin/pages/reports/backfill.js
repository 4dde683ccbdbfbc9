// Backfills: asking for one, following those that go on, and what became of the
// earlier ones.
import { el } from '../../../dom.js';
import { t } from '../../../settings.js';
import { toast } from '../../../toast.js';
import { get, post } from '../../api.js';
import { openDialog } from '../../dialog.js';
import { busy, field, formProblem, problemsOf, showProblems } from '../../form.js';
import { count, instant, today } from '../../format.js';
import { badge, box, complain, failed, notice, progress, table } from '../../parts.js';
import { poll } from '../../poll.js';
import { unitName } from './asking.js';
import { countDays, dayOf, span, textOf } from './dates.js';
import { firstInReach } from './missing.js';

const every = 1500; // milliseconds between two looks
const callDays = 30; // a backfill asks the platform for so many days at once
const shown = 10;

/**
 * The list of backfills. done is called when one that was followed has ended.
 * Returns {element, banner, follow}: the banner says what goes on; follow looks
 * again, for one that has begun by its id, and goes on while one is at work.
 */
export function backfills({ zone, signal, done }) {
  const place = el('div', { class: 'stack' });
  const banner = el('div', { class: 'stack', hidden: true });
  const said = el('p', { class: 'unseen', role: 'status' });
  const state = { going: new Set(), following: false, drawn: '' };

  async function look() {
    try {
      const { items } = await get('/archive/backfills', { limit: shown }, signal);
      const going = new Set(items.filter(atWork).map(({ id }) => id));
      const ended = items.filter(({ id }) => state.going.has(id) && !going.has(id));
      state.going = going;
      draw(items);
      for (const one of ended) tell(one);
      if (ended.length > 0) done();
      return going.size > 0;
    } catch (failure) {
      state.drawn = '';
      complain(place, failed(failure, () => follow()));
      return state.going.size > 0;
    }
  }

  /** Draws what has changed; a selection and the focus stay. */
  function draw(items) {
    const now = JSON.stringify(items);
    if (now === state.drawn) return;
    state.drawn = now;
    const focused = place.contains(document.activeElement);
    place.replaceChildren(items.length > 0 ? table(t('report.backfills.label'), columns(zone), items) : el('p', { text: t('report.backfills.none') }));
    if (focused) place.querySelector('[tabindex]')?.focus({ preventScroll: true });
    const going = items.filter(atWork);
    banner.hidden = going.length === 0;
    banner.replaceChildren(...going.map((one) => notice('info', el('p', { text: t('report.backfills.going', { days: span(dayOf(one.from), dayOf(one.to)) }) }), atWorkWith(one))));
  }

  function tell(one) {
    const text = outcome(one);
    said.textContent = text;
    toast(text, one.status === 'done' ? 'success' : 'error');
  }

  async function follow(begun = null) {
    if (begun) state.going.add(begun); // it may end before it is looked at
    if (state.following) return;
    state.following = true;
    state.following = await look();
    if (state.following) poll(async () => (state.following = await look()), every, signal);
  }

  return { element: box(t('report.backfills.title'), el('p', { class: 'about', text: t('report.backfills.about') }), said, place), banner, follow };
}

const atWork = ({ status }) => status === 'pending' || status === 'running';

function columns(zone) {
  return [
    { title: t('report.backfills.days'), cell: ({ from, to }) => span(dayOf(from), dayOf(to)) },
    { title: t('report.unit'), cell: ({ unit }) => unitName(unit) },
    { title: t('report.backfills.state'), cell: ({ status }) => badge(status) },
    { title: t('report.backfills.outcome'), cell: (one) => (atWork(one) ? atWorkWith(one) : outcome(one)) },
    { title: t('report.backfills.by'), cell: ({ created_by: name }) => el('bdi', { class: 'clipped', text: name }) },
    { title: t('report.backfills.at'), cell: ({ created_at: at }) => instant(at, zone) },
  ];
}

/** How far one has come, and why it waits. */
function atWorkWith(one) {
  const { days_done: done, days_total: total, reason, reason_text: words } = one;
  return el('div', { class: 'backfill-progress' }, progress(done, total, t('report.backfills.progress', { done: count(done), total: count(total) })),
    reason && el('small', { class: 'entry-hint', text: t('report.backfills.again', { reason: words || reason }) }));
}

function outcome({ status, days_done: done, days_total: total, reason, reason_text: words }) {
  if (status === 'failed') return t('report.backfills.failed', { done: count(done), total: count(total), reason: words || reason });
  return t('report.backfills.done', { days: countDays(done) });
}

/** Offers to fetch the days of a report, or all in reach. begun gets the id of what is written down. */
export function offerBackfill({ report, zone, begun }) {
  const reach = { from: firstInReach(zone), to: dayOf(today(zone, -1)) };
  const here = { from: Math.max(reach.from, dayOf(report.from)), to: Math.min(dayOf(report.to), dayOf(today(zone))) };
  const choices = [here.from <= here.to && ['here', here], ['reach', reach]].filter(Boolean);
  const form = el('form', { class: 'stack', method: 'dialog' });
  const group = el('div', { role: 'radiogroup', class: 'backfill-choices' }, ...choices.map(([name, days], index) => el('label', {},
    el('input', { type: 'radio', name: 'days', value: name, checked: index === 0 || null }),
    el('span', { text: t(`report.backfill.${name}`, { days: span(days.from, days.to), n: countDays(days.to - days.from + 1), calls: Math.ceil((days.to - days.from + 1) / callDays) }) }))));
  const start = el('button', { type: 'submit', class: 'button primary', text: t('report.backfill.start') });
  form.append(
    el('p', { text: t('report.backfill.about') }),
    here.from > here.to ? el('p', { text: t('report.backfill.out_of_reach', { from: span(reach.from, reach.from) }) })
      : here.from > dayOf(report.from) && el('p', { text: t('report.backfill.part', { from: span(reach.from, reach.from) }) }) || '',
    field({ name: 'from', label: t('report.backfill.which'), input: group }),
    el('p', { class: 'entry-hint', text: t('report.backfill.cost', { unit: unitName(report.unit) }) }),
    formProblem(),
    el('div', { class: 'actions' }, el('button', { type: 'button', class: 'button', text: t('dialog.cancel'), on: { click: () => close() } }), start));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    busy(start, async () => {
      const { from, to } = Object.fromEntries(choices)[new FormData(form).get('days')];
      let asked;
      try {
        asked = await post('/archive/backfill', { from: textOf(from), to: textOf(to), ...(report.unit ? { unit: report.unit } : {}) });
      } catch (failure) {
        showProblems(form, problemsOf(failure));
        return;
      }
      close();
      toast(t('report.backfill.begun'), 'success');
      begun(asked.id);
    });
  });
  const { close } = openDialog({ title: t('report.backfill.title'), content: form });
}
