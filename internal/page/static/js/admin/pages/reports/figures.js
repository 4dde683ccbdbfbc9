// The figures of a report, and how they have changed.
import { el } from '../../../dom.js';
import { t } from '../../../settings.js';
import { count, formatter, hours, percent } from '../../format.js';
import { dayOf, span } from './dates.js';
import { measures } from './days.js';

/** A measure's value in words. */
export function valueOf(measure, value) {
  return measure === 'meeting_duration_seconds' ? hours(value) : count(value);
}

/** The figures as boxes, each with its change. */
export function figures(report) {
  const { totals, comparison } = report;
  return el('div', { class: 'stack' },
    el('div', { class: 'figures' }, ...measures.map((measure) => el('div', { class: 'figure-box' },
      el('span', { class: 'name', text: t(`report.measure.${measure}`) }),
      el('span', { class: 'value', text: valueOf(measure, totals?.[measure]) }),
      comparison && el('span', { class: 'more-about' }, ...change(measure, comparison))))),
    el('p', { class: 'entry-hint', text: [comparison && comparedWith(comparison, totals), t('report.participants')].filter(Boolean).join(' ') }));
}

/** A change as nodes: its percentage, and what it is measured against. */
function change(measure, { changes, mean_of: meanOf }) {
  const { percent: moved, base } = changes[measure];
  if (base === null) return [t('report.change.none')];
  const before = t(`report.before.${meanOf ?? 'total'}`, { base: baseOf(measure, base, meanOf) });
  if (moved === null) return [t(base === 0 ? 'report.change.from_zero' : 'report.change.none')];
  return [el('strong', { class: 'change', text: moved === 0 ? t('report.change.same') : percent(moved) }), ` ${before}`];
}

/** What a change starts from; means have one decimal. */
function baseOf(measure, base, meanOf) {
  if (measure === 'meeting_duration_seconds') return hours(base);
  const decimals = meanOf ? 1 : 0;
  return formatter(Intl.NumberFormat, { minimumFractionDigits: decimals, maximumFractionDigits: decimals }).format(base);
}

/** Says what is compared, and how: by totals, or by means and then why. */
function comparedWith(comparison, totals) {
  const period = span(dayOf(comparison.from), dayOf(comparison.to));
  if (comparison.totals === null) return t('report.compared.unknown', { period });
  if (totals === null) return t('report.compared.nothing', { period });
  return t(`report.compared.${comparison.mean_of ?? 'total'}`, { period });
}
