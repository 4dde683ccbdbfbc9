// The days of a report, covered or not, and how they are grouped for a chart.
import { dayOf, monthName, short, shortSpan, textOf, weekOf, yearBefore } from './dates.js';

export const measures = ['meeting_count', 'meeting_duration_seconds', 'participant_count'];

/**
 * Every day of a report or of what it is compared with, in order: {day, state,
 * source, …measures}. state is final, provisional or missing; a missing day has
 * null for every measure, since nothing is known of it.
 */
export function daysOf(body) {
  const covered = new Map(body.days.map((one) => [dayOf(one.date), one]));
  const days = [];
  for (let day = dayOf(body.from); day <= dayOf(body.to); day++) {
    const one = covered.get(day);
    days.push({
      day, state: !one ? 'missing' : one.final ? 'final' : 'provisional', source: one?.source ?? '',
      ...Object.fromEntries(measures.map((measure) => [measure, one?.[measure] ?? null])),
    });
  }
  return days;
}

/** How a chart goes by so many days: by day, week or month, as reports in chats do. */
export function stepOf(count) {
  if (count <= 45) return 'day';
  return count <= 200 ? 'week' : 'month';
}

/** Days in groups of a step, {label, days}. Those at the ends may be parts of a week or month. */
export function groupsOf(days, step, weekStart) {
  const keys = { day: (day) => day, week: (day) => weekOf(day, weekStart), month: (day) => textOf(day).slice(0, 7) };
  const groups = [];
  let last = null;
  for (const one of days) {
    const key = keys[step](one.day);
    if (key !== last) groups.push({ days: [] });
    groups.at(-1).days.push(one);
    last = key;
  }
  const weekdays = days.length <= 10;
  const labels = {
    day: (from) => short(from, weekdays),
    week: shortSpan,
    month: monthName,
  };
  for (const group of groups) group.label = labels[step](group.days[0].day, group.days.at(-1).day);
  return groups;
}

/** The sum of a measure over the covered days; null where none is. */
export function sumOf(days, measure) {
  const covered = days.filter((one) => one.state !== 'missing');
  return covered.length === 0 ? null : covered.reduce((sum, one) => sum + one[measure], 0);
}

/**
 * Finds the days that days are compared with, as a function of several. It is the
 * same date where the other period is the same a year before, and otherwise the
 * day as far from the beginning.
 */
export function counterparts(report, comparison) {
  const [from, to, otherFrom, otherTo] = [report.from, report.to, comparison.from, comparison.to].map(dayOf);
  const sameDates = yearBefore(from) === otherFrom && yearBefore(to) === otherTo;
  const others = new Map(daysOf(comparison).map((one) => [one.day, one]));
  const find = (day) => (sameDates ? yearBefore(day) : day - from + otherFrom);
  return (days) => [...new Set(days.map((one) => find(one.day)))].map((day) => others.get(day)).filter(Boolean);
}
