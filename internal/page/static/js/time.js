// Moments as people read them, in the browser's time zone. The simulation has
// a clock of its own, so "today" is that clock's.
import { languageTag, t } from './settings.js';

let ahead = 0; // milliseconds by which the simulation's clock is ahead of ours

/** Sets the simulation's clock from the state. */
export function setClock(now) {
  const moment = Date.parse(now);
  if (!Number.isNaN(moment)) ahead = moment - Date.now();
}

/** A clock time such as 09:05. */
export function clockTime(milliseconds) {
  return new Intl.DateTimeFormat(languageTag(), { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(milliseconds);
}

/** The whole moment, for a tooltip. */
export function fullTime(milliseconds) {
  return new Intl.DateTimeFormat(languageTag(), { dateStyle: 'full', timeStyle: 'medium' }).format(milliseconds);
}

/** A key that is the same for moments of one day. */
export function dayKey(milliseconds) {
  return new Date(milliseconds).toDateString();
}

/** The day of a moment: today, yesterday or a date. */
export function dayName(milliseconds) {
  const now = Date.now() + ahead;
  if (dayKey(milliseconds) === dayKey(now)) return t('day.today');
  if (dayKey(milliseconds) === dayKey(now - 24 * 3600 * 1000)) return t('day.yesterday');
  const sameYear = new Date(milliseconds).getFullYear() === new Date(now).getFullYear();
  const shape = { month: 'short', day: 'numeric', weekday: 'short', year: sameYear ? undefined : 'numeric' };
  return new Intl.DateTimeFormat(languageTag(), shape).format(milliseconds);
}

/** A clock time today, else the day: for the chat list. */
export function shortTime(milliseconds) {
  const today = dayKey(milliseconds) === dayKey(Date.now() + ahead);
  return today ? clockTime(milliseconds) : dayName(milliseconds);
}
