// The times of a schedule said plainly and as a cron text. Both say the same: what
// changes in one is written into the other. Nothing here knows of the page.

/** How often, as people say it. own is a cron text that fits none of the others. */
export const frequencies = ['every_day', 'workdays', 'weekly', 'monthly', 'first_workday_of_week', 'first_workday_of_month', 'own'];

/** The days of the week as cron numbers them, in the order of a working week. */
export const weekdays = [1, 2, 3, 4, 5, 6, 0];

/** The days of a month that can be chosen; 29L is that day or the last of a shorter month. */
export const monthDays = [...Array.from({ length: 28 }, (_, index) => String(index + 1)), '29L', '30L', '31L'];

const names = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/**
 * A cron text and its "on" as {frequency, time, weekdays, day}: time is "09:30",
 * weekdays are numbers from 0 (Sunday), day is one of monthDays. What the cron text
 * does not say is filled with something to begin with.
 */
export function plainOf(cron, on) {
  const fields = cron.trim().split(/\s+/);
  const [minute, hour, day, month, weekday] = fields;
  const time = fields.length === 5 ? timeOf(hour, minute) : null;
  const plain = { frequency: 'own', time: time ?? '09:00', weekdays: [1], day: '1' };
  if (time === null) return plain;
  if (on === 'first_workday_of_week' || on === 'first_workday_of_month') return { ...plain, frequency: on };
  if (month !== '*') return plain;
  if (day === '*' && weekday === '*') return { ...plain, frequency: on };
  if (on !== 'every_day') return plain;
  const days = day === '*' ? weekdaysOf(weekday) : null;
  if (days) return { ...plain, frequency: 'weekly', weekdays: days };
  if (weekday === '*' && monthDays.includes(day.toUpperCase())) return { ...plain, frequency: 'monthly', day: day.toUpperCase() };
  return plain;
}

/** What plainOf gave as {cron, on}; null for a cron text of somebody's own. */
export function cronOf({ frequency, time, weekdays: days, day }) {
  const [hour, minute] = time.split(':').map(Number);
  const at = `${minute} ${hour}`;
  switch (frequency) {
    case 'weekly': return { cron: `${at} * * ${weekdays.filter((one) => days.includes(one)).join(',')}`, on: 'every_day' };
    case 'monthly': return { cron: `${at} ${day} * *`, on: 'every_day' };
    case 'own': return null;
    default: return { cron: `${at} * * *`, on: frequency };
  }
}

/** An hour and a minute as "09:30"; null when they name more than one time of day. */
function timeOf(hour, minute) {
  const number = /^\d{1,2}$/;
  if (!number.test(hour) || !number.test(minute) || Number(hour) > 23 || Number(minute) > 59) return null;
  return `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`;
}

/** The days that a list such as "1-3,sat" names, in the order of a working week; null for another text. */
function weekdaysOf(text) {
  const found = new Set();
  for (const part of text.toLowerCase().split(',')) {
    const [from, to = from, ...more] = part.split('-').map(weekdayOf);
    if (from === null || to === null || more.length > 0 || from > to) return null;
    for (let day = from; day <= to; day++) found.add(day % 7);
  }
  return weekdays.filter((day) => found.has(day));
}

/** A day of the week by number or name, from 0 to 7; null for another text. */
function weekdayOf(text) {
  if (/^[0-7]$/.test(text)) return Number(text);
  const index = names.indexOf(text);
  return index < 0 ? null : index;
}
