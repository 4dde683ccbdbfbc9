// Figures and instants as people read them, in the viewer's language.
import { el } from '../dom.js';
import { languageTag, t } from '../settings.js';
import { usableZone } from './about.js';

const made = new Map(); // Intl objects are dear to make

/** The Intl object of a kind and options in the viewer's language. */
export function formatter(Kind, options) {
  const key = `${Kind.name}${languageTag()}${JSON.stringify(options)}`;
  if (!made.has(key)) made.set(key, new Kind(languageTag(), options));
  return made.get(key);
}

/** A count, such as 12,345; a dash for what is not known. */
export function count(number) {
  return number === null || number === undefined ? '–' : formatter(Intl.NumberFormat, {}).format(number);
}

/** Seconds as hours with one decimal; a dash for what is not known. */
export function hours(seconds) {
  if (seconds === null || seconds === undefined) return '–';
  const number = formatter(Intl.NumberFormat, { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(seconds / 3600);
  return t('format.hours', { n: number });
}

/** A change in whole percent with its sign; a dash where there is no base. */
export function percent(number) {
  return number === null || number === undefined ? '–' : formatter(Intl.NumberFormat, { style: 'percent', signDisplay: 'exceptZero', maximumFractionDigits: 0 }).format(number / 100);
}

const instead = 'UTC'; // of a zone that the browser does not know

/** An instant (RFC 3339) in a time zone, as an element with the exact one as its title. */
export function instant(text, zone) {
  if (!text) return el('span', { text: '–' });
  return el('time', { datetime: text, title: `${text} · ${usableZone(zone, instead)}`, text: instantText(text, zone) });
}

/** instant as a text. The year stands there when it is not this one, UTC where it stands for the zone. */
export function instantText(text, zone) {
  const at = new Date(text);
  const timeZone = usableZone(zone, instead);
  const year = (when) => formatter(Intl.DateTimeFormat, { year: 'numeric', timeZone }).format(when);
  return formatter(Intl.DateTimeFormat, {
    ...(year(at) === year(new Date()) ? {} : { year: 'numeric' }),
    month: 'short', day: 'numeric', weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone,
    ...(timeZone === zone ? {} : { timeZoneName: 'short' }),
  }).format(at);
}

/** A date (YYYY-MM-DD) with its weekday. */
export function date(text) {
  return formatter(Intl.DateTimeFormat, { year: 'numeric', month: 'short', day: 'numeric', weekday: 'short', timeZone: 'UTC' }).format(new Date(`${text}T00:00:00Z`));
}

/** How long from now, such as "in 3 hours". */
export function relative(text, now = Date.now()) {
  const seconds = Math.round((new Date(text) - now) / 1000);
  const [unit, size] = [['day', 86400], ['hour', 3600], ['minute', 60], ['second', 1]].find(([, worth]) => Math.abs(seconds) >= worth) ?? ['second', 1];
  return formatter(Intl.RelativeTimeFormat, { numeric: 'auto' }).format(Math.round(seconds / size), unit);
}

/** Dates (YYYY-MM-DD) of a time zone: today, moved by days. */
export function today(zone, days = 0) {
  const at = new Date(`${localDate(new Date(), zone)}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + days);
  return at.toISOString().slice(0, 10);
}

const longest = 60; // characters of a name inside a sentence

/** A name inside a sentence: short, and with directions of writing that end with it. */
export function inSentence(name) {
  const characters = [...name];
  const short = characters.length > longest ? `${characters.slice(0, longest).join('')}…` : name;
  return `\u2068${short}\u2069`;
}

/** The instant (RFC 3339) at which a date (YYYY-MM-DD) begins in a time zone. */
export function dayStart(text, zone) {
  const midnight = new Date(`${text}T00:00:00Z`);
  const minute = 60000;
  const candidates = [-1, 1].map((days) => midnight.getTime() - offset(new Date(midnight.getTime() + days * 1440 * minute), zone));
  const begun = candidates.filter((at) => localDate(new Date(at), zone) === text); // a clock change may leave out midnight
  return new Date(Math.min(...(begun.length > 0 ? begun : candidates))).toISOString();
}

/** The date (YYYY-MM-DD) of an instant in a zone. */
const localDate = (at, zone) => new Intl.DateTimeFormat('en-CA', { timeZone: usableZone(zone, instead), year: 'numeric', month: '2-digit', day: '2-digit' }).format(at);

/** How far a zone's clocks are ahead of UTC at an instant, in milliseconds. */
function offset(at, zone) {
  const clock = new Intl.DateTimeFormat('sv-SE', { timeZone: usableZone(zone, instead), dateStyle: 'short', timeStyle: 'medium' }).format(at);
  return new Date(`${clock.replace(' ', 'T')}Z`) - at + at.getUTCMilliseconds();
}
