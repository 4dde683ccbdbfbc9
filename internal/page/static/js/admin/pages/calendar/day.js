// A dialog for one day.
import { el } from '../../../dom.js';
import { t } from '../../../settings.js';
import { openDialog } from '../../dialog.js';
import { choice, field, showProblems } from '../../form.js';
import { date as dateText } from '../../format.js';
import { button } from '../../parts.js';
import { usuallyWorks } from './compare.js';

/**
 * Asks what a day is; date null is one that is still to be chosen. put(day, instead)
 * takes the day over in the place of the one of the date instead, take(date) takes
 * it off the list.
 */
export function askDay({ year, date, days, put, take }) {
  const present = days.find((day) => day.date === date);
  const at = el('input', { type: 'date', min: `${year}-01-01`, max: `${year}-12-31`, required: true });
  at.value = date ?? '';
  const kind = choice({ name: 'workday', options: [['false', t('calendar.kind.off')], ['true', t('calendar.works')]], value: String(present ? present.workday : Boolean(date) && !usuallyWorks(date)) });
  const name = el('input', { type: 'text', maxlength: '100', dir: 'auto', autocomplete: 'off' });
  name.value = present?.name ?? '';
  const about = el('p', { class: 'entry-hint', role: 'status' });

  function told() {
    const usual = at.value && usuallyWorks(at.value);
    about.textContent = at.value ? t(usual ? 'calendar.usually_work' : 'calendar.usually_off', { date: dateText(at.value) }) : '';
  }

  const form = el('form', { class: 'stack', novalidate: true, on: { submit: (event) => {
    event.preventDefault();
    const problem = wrongDate(at.value, year, days, date);
    showProblems(form, problem ? { date: problem } : {});
    if (problem) return;
    close();
    put({ date: at.value, workday: kind.value === 'true', name: name.value.trim() }, date);
  } } },
  field({ name: 'date', label: t('calendar.date'), hint: about, input: at }),
  field({ name: 'workday', label: t('calendar.is'), input: kind }),
  field({ name: 'name', label: t('calendar.name'), hint: t('calendar.name_hint'), input: name }),
  el('div', { class: 'actions' },
    present && button(t('calendar.as_usual'), () => { close(); take(date); }),
    el('button', { type: 'submit', class: 'button primary', text: t(present ? 'calendar.apply' : 'calendar.put_in') })));
  at.addEventListener('input', () => {
    told();
    showProblems(form, {}, { focus: false }); // what was said was of the date before
    if (at.value && !present) kind.value = String(!usuallyWorks(at.value));
  });
  told();
  const { close } = openDialog({ title: date ? dateText(date) : t('calendar.add'), content: form });
  (date ? kind : at).focus();
}

/** What is wrong with a date, "" for nothing. */
function wrongDate(at, year, days, own) {
  if (!at) return t('calendar.no_date');
  if (!at.startsWith(`${year}-`)) return t('calendar.other_year', { year });
  return at !== own && days.some((day) => day.date === at) ? t('calendar.twice') : '';
}
