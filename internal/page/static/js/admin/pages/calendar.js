// The days of a year that differ from the usual week: shown, edited, and held
// against the table that ships with the program.
import { el } from '../../dom.js';
import { learn, t } from '../../settings.js';
import { toast } from '../../toast.js';
import { settingsOf } from '../about.js';
import { get, put } from '../api.js';
import { confirmed } from '../dialog.js';
import { busy, drafts, formProblem, problemsOf, showProblems } from '../form.js';
import { today } from '../format.js';
import { changedMeanwhile, ownChange } from '../meanwhile.js';
import { box, button, buttonLink, failed, heading, loading, notice } from '../parts.js';
import { refresh } from '../router.js';
import { guardUnsaved } from '../unsaved.js';
import { words } from './calendar.words.js';
import { askDay } from './calendar/day.js';
import { compared, rebased, same } from './calendar/compare.js';
import { dayList, differenceList, stateOf } from './calendar/days.js';
import { months } from './calendar/months.js';

learn(words);

const firstYear = 2000;
const lastYear = 2100;
const mostNamed = 8; // changes named before it is saved

/** Shows the place. */
export async function show(place, { params, signal }) {
  place.append(loading());
  try {
    const settings = await settingsOf();
    const now = today(settings.timezone);
    const year = Number(params.year ?? now.slice(0, 4));
    const saved = await get(`/calendar/${encodeURIComponent(params.year ?? year)}`, {}, signal);
    place.replaceChildren(heading(t('calendar.title', { year }), { about: t('calendar.about'), actions: years(year, Number(now.slice(0, 4))) }), ...draw(saved, settings, now, signal));
  } catch (failure) {
    if (failure.name === 'AbortError') return;
    place.replaceChildren(heading(t('place.calendar'), { actions: [buttonLink(t('calendar.this_year'), '/admin/calendar')] }), failed(failure, refresh));
  }
}

function years(year, present) {
  const to = (other, label, picture) => {
    const link = buttonLink(String(other), `/admin/calendar/${other}`, { picture });
    link.setAttribute('aria-label', t(label, { year: other }));
    return link;
  };
  return [
    year > firstYear && to(year - 1, 'calendar.previous', 'left'),
    year !== present && buttonLink(t('calendar.this_year'), '/admin/calendar'),
    year < lastYear && to(year + 1, 'calendar.next', 'right'),
  ].filter(Boolean);
}

function draw(saved, settings, now, signal) {
  const draftName = `calendar.${saved.year}`;
  const state = begun(drafts.read(draftName), saved.days); // its base are the days that changes are told from
  const unsaved = () => !same(state.days, state.base);
  keep();
  const save = el('button', { type: 'submit', class: 'button primary', text: t('calendar.save') });
  const place = el('form', { class: 'stack', novalidate: true, on: { submit: (event) => { event.preventDefault(); busy(save, store); } } });

  /** Takes over another list of days, which is kept until it is saved. */
  function change(days) {
    state.days = sorted(days);
    keep();
    redraw();
  }

  function keep() {
    if (unsaved()) drafts.keep(draftName, state);
    else drafts.forget(draftName);
  }

  const set = (day, instead) => change([...state.days.filter(({ date }) => date !== day.date && date !== instead), day]);
  const take = (date) => change(state.days.filter((day) => day.date !== date));
  const edit = (date) => askDay({ year: saved.year, date, days: state.days, put: set, take });

  /** Goes on with what is stored now. What was changed since the days were those stays. */
  function adopt(stored, days) {
    const changed = rebased(days, state.days, stored.days);
    Object.assign(saved, stored);
    state.base = stored.days;
    change(changed);
  }

  async function store() {
    try {
      if (!await current() || !unsaved()) return;
      const sent = state.days;
      if (!await confirmed({ title: t('calendar.sure', { year: saved.year }), text: [changesIn(state.base, sent), t('calendar.means')], yes: t('calendar.save') })) return;
      adopt(await put(`/calendar/${saved.year}`, { year: saved.year, days: sent }), sent);
      toast(t('calendar.saved'), 'success');
    } catch (failure) {
      if (failure.name === 'AbortError') return;
      showProblems(place, problemsOf(failure));
      place.querySelector('li:has(.wrong) .button')?.focus();
    }
  }

  /** Whether one's changes are of what is stored now. Asks where somebody else changed it. */
  async function current() {
    const stored = await get(`/calendar/${saved.year}`, {}, signal);
    const theirs = compared(state.base, stored.days);
    if (theirs.length === 0) return true;
    const mine = new Map(compared(state.base, state.days).map((change) => [change.date, change]));
    const answer = await changedMeanwhile({
      object: `calendar/${saved.year}`, zone: settings.timezone,
      changes: differenceList(theirs, ({ date }) => mine.has(date) && ownChange(stateOf(mine.get(date).after))),
    });
    if (answer !== '') adopt(stored, answer === 'save' ? state.base : state.days);
    return answer === 'save';
  }

  function redraw() {
    const key = place.contains(document.activeElement) ? document.activeElement.dataset.key ?? 'head' : '';
    place.replaceChildren(...aboutYear(saved, settings),
      el('div', { class: 'calendar' },
        el('div', { class: 'stack' }, months({ year: saved.year, days: state.days, weekStart: settings.week_start, now, edit })),
        el('div', { class: 'stack' },
          listBox(state.days, saved.shipped_known ? compared(saved.shipped, state.days) : [], { edit, take }),
          saved.shipped_known && shippedBox(saved, state.days, change))),
      formProblem(),
      unsaved() ? unsavedBar(compared(state.base, state.days).length, save, () => adopt(saved, state.days)) : '');
    if (key) (place.querySelector(`[data-key="${CSS.escape(key)}"]`) ?? place.querySelector('[data-key="head"]')).focus();
  }

  redraw();
  guardUnsaved(unsaved);
  return [place];
}

/** Begins with what was changed before and is not stored by now; the answer to its saving may have been missed. */
function begun(kept, stored) {
  if (!kept) return { base: stored, days: stored };
  const days = sorted(rebased(kept.base, kept.days, stored));
  const mine = new Set(compared(stored, days).map(({ date }) => date));
  const base = [...stored.filter(({ date }) => !mine.has(date)), ...kept.base.filter(({ date }) => mine.has(date))];
  return { base: sorted(base), days };
}

/** Days in order. */
function sorted(days) {
  return [...days].sort((a, b) => (a.date < b.date ? -1 : 1));
}

/** What is to be known of the year before anything else. */
function aboutYear({ year, known, shipped_known: shipped, days }, { calendar }) {
  if (!known) return [notice('warning', el('p', { text: t('calendar.unknown', { year }) }), el('p', { text: t('calendar.unknown_todo') }))];
  if (calendar === 'weekdays' && days.length === 0) return [notice('info', el('p', { text: t('calendar.weekdays') }))];
  if (!shipped && calendar === 'cn') return [notice('info', el('p', { text: t('calendar.own', { year }) }))];
  return [];
}

function listBox(days, differences, { edit, take }) {
  const add = button(t('calendar.add'), () => edit(null), { small: true });
  add.dataset.key = 'add';
  const title = el('h2', { text: t('calendar.days', { n: days.length }), tabindex: '-1', dataset: { key: 'head' } });
  return el('section', { class: 'box', 'aria-label': t('calendar.days', { n: days.length }) },
    el('div', { class: 'part-head' }, title, add),
    days.length > 0 ? dayList(days, differences, { edit, take }) : el('p', { class: 'about', text: t('calendar.none') }));
}

function shippedBox(saved, days, change) {
  const differences = compared(saved.shipped, days);
  if (differences.length === 0) return box(t('calendar.shipped'), el('p', { class: 'about', text: t('calendar.same') }));
  const again = button(t('calendar.take_shipped'), () => change(saved.shipped), { small: true });
  return box(t('calendar.shipped'), el('p', { class: 'about', text: t('calendar.differs', { n: differences.length }) }), differenceList(differences), el('div', {}, again));
}

/** What is not saved yet, always in sight. */
function unsavedBar(number, save, discard) {
  return el('div', { class: 'unsaved-bar' }, el('p', { role: 'status', text: t('calendar.unsaved', { n: number }) }),
    el('div', { class: 'actions' }, button(t('calendar.discard'), discard), save));
}

function changesIn(before, after) {
  const changes = compared(before, after);
  return el('div', { class: 'stack' }, differenceList(changes.slice(0, mostNamed)), changes.length > mostNamed && el('p', { text: t('calendar.more', { n: changes.length - mostNamed }) }));
}
