// What a report is asked about: period, unit and comparison, as they stand in the
// address.
import { el } from '../../../dom.js';
import { t } from '../../../settings.js';
import { choice, field, formProblem } from '../../form.js';
import { button } from '../../parts.js';

const presets = [['7d', 'd7'], ['4w', 'w4'], ['this month', 'this_month'], ['last month', 'last_month'], ['last quarter', 'last_quarter'], ['this year', 'this_year'], ['last year', 'last_year']];
const units = ['cn', 'us', 'sg', 'jp'];
/** A unit's name; null is that none is named to the platform. */
export const unitName = (unit) => (unit ? t(`unit.${unit}`) : t('report.unit_none'));

const comparisons = ['previous', 'lastyear', 'none'];

/** What the address asks for, with what counts where it says nothing. */
export function readAsked({ period = '', from = '', to = '', unit = '', compare = 'previous' }) {
  return { period: period || (from || to ? '' : '7d'), from, to, unit, compare };
}

/**
 * The form. asked is what readAsked gave, unit the organisation's own one;
 * changed gets what is asked for then.
 */
export function asking(asked, { unit: own, changed }) {
  const period = el('input', { type: 'text', name: 'period', value: asked.period, maxlength: '100', autocomplete: 'off', spellcheck: 'false' });
  const from = el('input', { type: 'date', name: 'from', value: asked.from });
  const to = el('input', { type: 'date', name: 'to', value: asked.to });
  const read = () => Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, value.trim()]));
  const ask = () => {
    const now = readAsked(read());
    period.value = now.period;
    markPreset(now.period);
    changed(now);
  };
  const unit = choice({
    name: 'unit', value: asked.unit, on: { change: ask },
    options: [['', own ? t('report.unit_default', { unit: unitName(own) }) : unitName(null)], ...units.map((name) => [name, unitName(name)])],
  });
  const compare = choice({ name: 'compare', value: asked.compare, on: { change: ask }, options: comparisons.map((name) => [name, t(`report.compare.${name}`)]) });
  const choices = presets.map(([text, name]) => {
    const one = button(t(`report.preset.${name}`), () => {
      [period.value, from.value, to.value] = [text, '', ''];
      ask();
    }, { small: true });
    one.dataset.period = text;
    return one;
  });
  const markPreset = (text) => choices.forEach((one) => one.setAttribute('aria-pressed', String(one.dataset.period === text)));
  period.addEventListener('input', () => { from.value = to.value = ''; });
  for (const end of [from, to]) end.addEventListener('input', () => { period.value = ''; });
  const form = el('form', { class: 'box asking', 'aria-label': t('report.ask.title'), on: { submit: (event) => { event.preventDefault(); ask(); } } },
    el('div', { class: 'presets', role: 'group', 'aria-label': t('report.ask.presets') }, ...choices),
    el('div', { class: 'asking-fields' },
      field({ name: 'period', label: t('report.ask.period'), hint: t('report.ask.hint'), input: period, className: 'asking-period' }),
      field({ name: 'from', label: t('report.ask.from'), input: from }),
      field({ name: 'to', label: t('report.ask.to'), input: to }),
      field({ name: 'unit', label: t('report.unit'), input: unit }),
      field({ name: 'compare', label: t('report.ask.compare'), input: compare }),
      el('button', { type: 'submit', class: 'button primary', text: t('report.ask.show') })),
    formProblem());
  markPreset(asked.period);
  return form;
}
