// The controls of what a schedule posts, and whether it does.
import { el } from '../../../dom.js';
import { languages, t } from '../../../settings.js';
import { choice, field, tick } from '../../form.js';

/** Periods that most people want, as the API reads them. */
const periods = ['yesterday', 'last week', '7d', '4w', 'last month', '30d', 'last quarter', 'this week', 'this month', 'last year'];
const own = 'own';

/** The controls of what is posted. */
export function content(draft, changed) {
  const bound = binder(draft, changed);
  return el('div', { class: 'stack' },
    el('div', { class: 'entry-grid' },
      periodField(draft, changed),
      field({ name: 'compare', label: t('schedule.label.compare'), input: bound('compare', choice({ name: 'compare', options: ['previous', 'lastyear', 'none'].map((one) => [one, t(`schedule.compare_with.${one}`)]) })) }),
      field({ name: 'unit', label: t('schedule.label.unit'), hint: t('schedule.unit_hint'), input: bound('unit', choice({ name: 'unit', options: ['', 'cn', 'us', 'sg', 'jp'].map((one) => [one, t(`schedule.unit_of.${one || 'none'}`)]) })) }),
      field({ name: 'locale', label: t('schedule.label.locale'), hint: t('schedule.locale_hint'), input: bound('locale', choice({ name: 'locale', options: Object.entries(languages) })) })),
    field({ name: 'title', label: t('schedule.label.title'), hint: t('schedule.title_hint'), input: bound('title', el('input', { type: 'text', name: 'title', maxlength: '200', dir: 'auto' })) }),
    field({ name: 'note', label: t('schedule.label.note'), hint: t('schedule.note_hint'), input: bound('note', el('textarea', { name: 'note', rows: '3', maxlength: '10000', dir: 'auto' })) }));
}

/** The controls of whether something is posted. */
export function switches(draft, changed) {
  const bound = binder(draft, changed);
  const ticked = (name, label, hint) => tick({ name, label, hint, checked: draft[name], on: { change: (event) => { draft[name] = event.target.checked; changed([name]); } } });
  return el('div', { class: 'stack' },
    ticked('enabled', t('schedule.label.enabled'), t('schedule.enabled_hint')),
    ticked('skip_if_empty', t('schedule.label.skip_if_empty'), t('schedule.skip_if_empty_hint')),
    el('div', { class: 'entry-grid' }, field({ name: 'paused_until', label: t('schedule.label.paused_until'), hint: t('schedule.paused_until_hint'), input: bound('paused_until', el('input', { type: 'date', name: 'paused_until' })) })));
}

/** The name of a schedule. */
export function nameField(draft, changed) {
  const input = binder(draft, changed)('name', el('input', { type: 'text', name: 'name', maxlength: '200', autocomplete: 'off', dir: 'auto' }));
  return field({ name: 'name', label: t('schedule.label.name'), hint: t('schedule.name_hint'), input });
}

/** Ties controls to the fields of a draft. */
function binder(draft, changed) {
  return (name, control) => {
    control.value = draft[name];
    control.addEventListener('input', () => {
      draft[name] = control.value;
      changed([name]);
    });
    return control;
  };
}

/** A choice of periods, with a box for any other. */
function periodField(draft, changed) {
  const text = binder(draft, changed)('period', el('input', { type: 'text', name: 'period', maxlength: '100', autocomplete: 'off', spellcheck: 'false', 'aria-label': t('schedule.period_own') }));
  const select = choice({
    name: 'period_choice', value: periods.includes(draft.period) ? draft.period : own,
    options: [...periods.map((one) => [one, t(`schedule.period_of.${one.replace(' ', '_')}`)]), [own, t('schedule.period_of.own')]],
  });
  const hint = el('p', { class: 'entry-hint', text: t('schedule.period_hint') });
  const show = () => { text.hidden = hint.hidden = select.value !== own; };
  select.addEventListener('change', () => {
    show();
    if (select.value === own) {
      text.select();
      return;
    }
    draft.period = text.value = select.value;
    changed(['period']);
  });
  const element = field({ name: 'period', label: t('schedule.label.period'), hint, input: select });
  select.after(text);
  show();
  return element;
}
