// What an audit entry says of before and after, field by field.
import { el } from '../../../dom.js';
import { languages, learn, t } from '../../../settings.js';
import { instantText } from '../../format.js';
import { pageLink } from '../../router.js';
import { words as calendarWords } from '../calendar.words.js';
import { words as settingsWords } from '../settings.words.js';
import { compared } from '../calendar/compare.js';
import { differenceList } from '../calendar/days.js';
import { asText } from './names.js';

learn(calendarWords);
learn(settingsWords);

const unsaid = ['id', 'tenant_key', 'number', 'created_at', 'updated_at', 'looked_up_at', 'manual', 'round', 'refused']; // what follows by itself
const secret = /secret|token|password/i; // none is logged; should one ever be, it is not shown
const instantPattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/;
const long = 180; // characters from which a text is clamped
const shownWhole = 6; // fields of what was made or deleted that need no unfolding

/** The fields that changed, old and new; all that say something for what was made or deleted. */
export function changeOf({ before, after, action }, zone) {
  if (action === 'schedule.run' && after) return pageLink(`/admin/deliveries/${encodeURIComponent(after.id)}`, t('audit.delivery'));
  if (before === null && after === null) return el('span', { class: 'faint', text: '–' });
  if (before === null || after === null) return whole(before ?? after, before === null, zone);
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => !unsaid.includes(name) && JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  if (names.length === 0) return el('span', { class: 'faint', text: t('audit.nothing') });
  return el('dl', { class: 'field-changes' }, ...names.flatMap((name) => [el('dt', { text: fieldName(name) }), el('dd', {}, fieldChange(name, before[name], after[name], zone))]));
}

/** All fields of what was made (new) or deleted. */
function whole(state, made, zone) {
  const names = Object.keys(state).filter((name) => !unsaid.includes(name) && !isNothing(state[name]) && state[name] !== false);
  const fields = el('dl', { class: 'field-changes' }, ...names.flatMap((name) => [el('dt', { text: fieldName(name) }), el('dd', {}, el(made ? 'ins' : 'del', {}, value(name, state[name], zone)))]));
  return names.length <= shownWhole ? fields : el('details', {}, el('summary', { text: t(made ? 'audit.made' : 'audit.deleted', { n: names.length }) }), fields);
}

function fieldName(name) {
  return asText(`audit.field.${name}`, name);
}

function fieldChange(name, before, after, zone) {
  if (name === 'days' && [before, after].every(isDays)) return differenceList(compared(before, after));
  return [isNothing(before) ? el('span', { class: 'faint' }, value(name, before, zone)) : el('del', {}, value(name, before, zone)), el('span', { class: 'arrow', 'aria-label': t('audit.becomes'), role: 'img', text: '→' }), el('ins', {}, value(name, after, zone))];
}

const isDays = (list) => Array.isArray(list) && list.every((day) => typeof day?.date === 'string');

const isNothing = (worth) => worth === null || worth === undefined || worth === '' || (Array.isArray(worth) && worth.length === 0);

/** A value as people read it. */
function value(name, worth, zone) {
  if (secret.test(name)) return '•••';
  if (typeof worth === 'boolean') return t(worth ? 'audit.yes' : 'audit.no');
  if (isNothing(worth)) return t('audit.empty');
  if (typeof worth === 'string') return text(inWords(name, worth, zone));
  if (Array.isArray(worth) && worth.every((one) => typeof one !== 'object')) return text(worth.join(', '));
  return typeof worth === 'object' ? el('code', { class: 'mono' }, text(JSON.stringify(worth))) : String(worth);
}

function inWords(name, worth, zone) {
  if (instantPattern.test(worth) && !Number.isNaN(Date.parse(worth))) return instantText(worth, zone);
  if (name === 'locale') return languages[worth] ?? worth;
  if (name === 'unit') return asText(`unit.${worth}`, worth);
  if (name === 'access') return asText(`settings.access.${worth}`, asText(`audit.access.${worth}`, worth));
  return ['week_start', 'calendar', 'top_users'].includes(name) ? asText(`settings.${name}.${worth}`, worth) : worth;
}

/** A text, clamped when it is long, with a way to see all of it. */
function text(words) {
  if (words.length <= long) return el('bdi', { class: 'typed', text: words });
  const content = el('bdi', { class: 'typed clipped', text: words });
  const more = el('button', { type: 'button', class: 'button quiet small', 'aria-expanded': 'false', text: t('audit.show_all'), on: { click: () => {
    const clipped = content.classList.toggle('clipped');
    more.setAttribute('aria-expanded', String(!clipped));
    more.textContent = t(clipped ? 'audit.show_all' : 'audit.show_less');
  } } });
  return el('span', {}, content, more);
}
