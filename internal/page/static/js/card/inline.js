// What stands in a line of the platform's markdown: emphasis, code, links,
// entities, and the tags it knows. Everything else is text.
import { el, link, unbroken, webAddress } from '../dom.js';
import { languageTag, t } from '../settings.js';
import { fullTime } from '../time.js';
import { hue, textColour } from './colours.js';
import { emoji } from './emoji.js';

const deepest = 16;

const names = 'at|person|font|text_tag|link|a|number_tag|local_datetime|br|hr';
const opening = new RegExp(`^<(${names})((?:\\s+[\\w-]+\\s*=\\s*(?:'[^']*'|"[^"]*"|[^\\s'">]+))*)\\s*(/?)>`);
const attribute = /([\w-]+)\s*=\s*(?:'([^']*)'|"([^"]*)"|([^\s'">]+))/g;
const empty = ['br', 'hr'];
const entity = /^&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(lt|gt|amp|quot|apos|nbsp));/i;
const named = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'", nbsp: '\u00a0' };
const address = /^https?:\/\/[^\s<>"'`\u3000-\u303f\uff00-\uffef]+/;
const active = /[\\&`*~[!<:h\n]/g;

/** Draws a run of text as a list of nodes. */
export function inline(text, context, depth = 0) {
  const nodes = [];
  let plain = '';
  let at = 0;
  const flush = () => {
    nodes.push(...unbroken(plain));
    plain = '';
  };
  while (at < text.length) {
    active.lastIndex = at;
    const stop = active.exec(text)?.index ?? text.length;
    plain += text.slice(at, stop);
    at = stop;
    if (at >= text.length) break;
    const [made, length] = token(text, at, context, depth);
    if (typeof made === 'string') plain += made;
    else {
      flush();
      nodes.push(...made);
    }
    at += length;
  }
  flush();
  return nodes;
}

/** What begins at a place: nodes or text, and how long it is in the source. */
function token(text, at, context, depth) {
  const rest = text.slice(at, at + 2);
  const found = depth < deepest ? marked(text, at, rest, context, depth) : null;
  if (found) return found;
  if (rest[0] === '\n') return [[el('br')], 1];
  if (rest[0] === '\\' && /^\\[!-/:-@[-`{-~]/.test(rest)) return [rest[1], 2];
  if (rest[0] === '&') return decoded(text, at);
  return [rest[0], 1];
}

/** A marked-up run, null where none begins. */
function marked(text, at, rest, context, depth) {
  const within = (inner) => inline(inner, context, depth + 1);
  switch (rest[0]) {
    case '`': return code(text, at);
    case '*': return rest === '**' ? emphasis(text, at, '**', 'strong', within) : emphasis(text, at, '*', 'em', within);
    case '~': return rest === '~~' ? emphasis(text, at, '~~', 'del', within) : null;
    case '!': return rest === '![' ? image(text, at) : null;
    case '[': return bracketed(text, at, within);
    case '<': return tagged(text, at, context, within);
    case ':': return emoji(text, at);
    case 'h': return bare(text, at);
    default: return null;
  }
}

function code(text, at) {
  const marks = /^`+/.exec(text.slice(at))[0];
  const end = text.indexOf(marks, at + marks.length);
  if (end < 0) return [marks, marks.length];
  return [[el('code', { text: text.slice(at + marks.length, end).trim() })], end + marks.length - at];
}

function emphasis(text, at, mark, name, within) {
  const from = at + mark.length;
  if (!text[from] || /\s/.test(text[from])) return null;
  for (let end = text.indexOf(mark, from + 1); end > 0; end = text.indexOf(mark, end + 1)) {
    if (/\s/.test(text[end - 1]) || (mark === '*' && (text[end + 1] === '*' || text[end - 1] === '*'))) continue;
    if (text.slice(from, end).includes('\n\n')) return null;
    return [[el(name, {}, ...within(text.slice(from, end)))], end + mark.length - at];
  }
  return null;
}

function image(text, at) {
  const found = /^!\[([^\]\n]*)\]\(([^()\s]*)\)/.exec(text.slice(at, at + 1000));
  return found ? [[el('span', { class: 'image-gone', text: found[1] || t('card.image') })], found[0].length] : null;
}

function bracketed(text, at, within) {
  const found = /^\[((?:[^[\]\\\n]|\\.)+)\]\(((?:[^()\s]|\([^()\s]*\))+)\)/.exec(text.slice(at, at + 4000));
  return found ? [[link(unescaped(found[2]), ...within(found[1]))], found[0].length] : null;
}

function bare(text, at) {
  if (at > 0 && /\w/.test(text[at - 1])) return null;
  const found = address.exec(text.slice(at, at + 2000))?.[0].replace(/[.,;:!?)\]}*~]+$/, '');
  return found && webAddress(found) ? [[link(found, found)], found.length] : null;
}

function decoded(text, at) {
  const found = entity.exec(text.slice(at, at + 12));
  if (!found) return ['&', 1];
  if (found[3]) return [named[found[3].toLowerCase()], found[0].length];
  const point = found[1] ? parseInt(found[1], 10) : parseInt(found[2], 16);
  const valid = point > 0 && point <= 0x10ffff && !(point >= 0xd800 && point <= 0xdfff);
  return [valid ? String.fromCodePoint(point) : '\ufffd', found[0].length];
}

/** A text with its entities decoded, for addresses. */
function unescaped(text) {
  return text.replace(/&[#\w]+;/g, (whole) => decoded(whole, 0)[0]);
}

/** A tag with its content, null where it is none of those known. */
function tagged(text, at, context, within) {
  const found = opening.exec(text.slice(at, at + 2000));
  if (!found) return null;
  const [whole, name, written, closed] = found;
  const attributes = {};
  for (const [, key, single, double, bareWord] of written.matchAll(attribute)) attributes[key] = single ?? double ?? bareWord;
  if (closed || empty.includes(name)) return [[drawTag(name, attributes, '', context, within)], whole.length];
  const end = closing(text, at + whole.length, name);
  if (end < 0) return name === 'at' ? [[drawTag(name, attributes, '', context, within)], whole.length] : null;
  const inner = text.slice(at + whole.length, end);
  return [[drawTag(name, attributes, inner, context, within)], end + name.length + 3 - at];
}

/** Where a tag ends, tags of its own kind inside it counted. */
function closing(text, from, name) {
  let depth = 1;
  const either = new RegExp(`<(/?)${name}(?=[\\s>])[^>]*>`, 'g');
  either.lastIndex = from;
  for (let found = either.exec(text); found; found = either.exec(text)) {
    if (!found[1]) depth++;
    else if (--depth === 0) return found.index;
  }
  return -1;
}

function drawTag(name, attributes, inner, context, within) {
  switch (name) {
    case 'br': return el('br');
    case 'hr': return el('hr');
    case 'at': return mention(attributes.id ?? attributes.user_id ?? attributes.ids, inner, context);
    case 'person': return mention(attributes.id, inner, context);
    case 'font': return el('span', { style: { color: textColour(attributes.color, context.styles) } }, ...within(inner));
    case 'text_tag': return tagChip(attributes.color, ...within(inner));
    case 'number_tag': return numberTag(attributes, inner);
    case 'local_datetime': return localTime(attributes);
    default: return link(unescaped(attributes.url ?? attributes.href ?? attributes.pc_url ?? ''), ...within(inner));
  }
}

/** A mention of a person or of everyone. */
export function mention(id, name, context) {
  const who = id === 'all' ? t('card.all') : (context.nameOf(id) ?? (name || id || '?'));
  return el('span', { class: 'mention', text: `@${who}` });
}

/** A small coloured tag. */
export function tagChip(colour, ...content) {
  const of = hue(colour) ?? 'grey';
  return el('span', { class: 'tag', style: { '--of': `var(--hue-${of})`, '--of-text': `var(--text-${of})` } }, ...content);
}

function numberTag(attributes, inner) {
  const of = hue(attributes.background_color) ?? 'grey';
  const chip = el('span', { class: 'number-tag', text: inner || attributes.number || '', style: { '--of': `var(--hue-${of})`, '--of-text': `var(--text-${of})` } });
  return webAddress(attributes.url) ? link(attributes.url, chip) : chip;
}

const shapes = {
  date: { dateStyle: 'long' }, date_num: { dateStyle: 'short' }, date_short: { month: 'short', day: 'numeric' },
  week: { weekday: 'long' }, week_short: { weekday: 'short' }, time: { timeStyle: 'short' }, time_sec: { timeStyle: 'medium' },
  timezone: { timeZoneName: 'short', hour: 'numeric' },
};

function localTime(attributes) {
  const milliseconds = Number(attributes.millisecond || Date.now());
  if (!Number.isFinite(milliseconds) || Math.abs(milliseconds) > 8.64e15) return document.createTextNode('');
  const shape = shapes[attributes.format_type] ?? { dateStyle: 'medium', timeStyle: 'short' };
  const text = new Intl.DateTimeFormat(languageTag(), shape).format(milliseconds);
  return el('time', { datetime: new Date(milliseconds).toISOString(), title: fullTime(milliseconds), text });
}
