// Dates as whole days since 1970, which can be counted with, and as people write
// them. A date has no zone: it is the day of the zone that the report names.
import { formatter } from '../../format.js';
import { t } from '../../../settings.js';

const length = 86400000; // milliseconds of a day

/** The day of a date, YYYY-MM-DD. */
export const dayOf = (text) => Date.parse(`${text}T00:00:00Z`) / length;

/** The date of a day, YYYY-MM-DD. */
export const textOf = (day) => instantOf(day).toISOString().slice(0, 10);

const instantOf = (day) => new Date(day * length);

/** The first day of the week of a day. Weeks begin on "monday" or "sunday". */
export function weekOf(day, weekStart) {
  const weekday = (day + 4) % 7; // Sunday is 0, and 1970 began on a Thursday
  return day - ((weekday - (weekStart === 'sunday' ? 0 : 1) + 7) % 7);
}

/** The same date a year before; 29 February becomes 28. */
export function yearBefore(day) {
  const [year, month, date] = textOf(day).split('-').map(Number);
  const leap = month === 2 && date === 29;
  return Date.UTC(year - 1, month - 1, leap ? 28 : date) / length;
}

/** Days in order as runs of neighbours, {from, to}. */
export function runsOf(days) {
  const runs = [];
  for (const day of days) {
    const last = runs.at(-1);
    if (last?.to === day - 1) last.to = day;
    else runs.push({ from: day, to: day });
  }
  return runs;
}

const utc = { timeZone: 'UTC' };
const written = (day, options) => formatter(Intl.DateTimeFormat, { ...utc, ...options }).format(instantOf(day));

/** Days with the year, which stands once where it is the same, such as 3 Nov – 9 Nov 2026. */
export function span(from, to) {
  const year = { year: 'numeric', month: 'short', day: 'numeric' };
  if (from === to) return written(from, year);
  const same = textOf(from).slice(0, 4) === textOf(to).slice(0, 4) ? 'same_year' : 'plain';
  return t(`report.span.${same}`, { from: written(from, year), to: written(to, year), from_short: short(from), to_short: short(to) });
}

/** Days without the year. */
export const shortSpan = (from, to) => (from === to ? short(from) : t('report.span.plain', { from: short(from), to: short(to) }));

/** A day such as 3 Nov, or with its weekday. */
export const short = (day, weekday = false) => written(day, { month: 'short', day: 'numeric', ...(weekday ? { weekday: 'short' } : {}) });

/** A month such as Nov 2026, by one of its days. */
export const monthName = (day) => written(day, { year: 'numeric', month: 'short' });

/** A weekday as one letter or sign. */
export const weekdayName = (day) => written(day, { weekday: 'narrow' });

/** How many days, in words. */
export function countDays(number) {
  const form = formatter(Intl.PluralRules, {}).select(number) === 'one' ? 'one' : 'other';
  return t(`report.days.${form}`, { n: formatter(Intl.NumberFormat, {}).format(number) });
}
