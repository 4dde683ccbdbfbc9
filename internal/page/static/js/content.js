// What a message holds, by its type: text, rich text, cards, files.
import { el, icon, link, webAddress } from './dom.js';
import { fileAddress } from './api.js';
import { language, t } from './settings.js';
import { drawCard, cardSummary } from './card/card.js';
import { markdown } from './card/markdown.js';
import { mention } from './card/inline.js';
import { formatNumber } from './card/number.js';

/** Draws a message's content. context is that of cards. */
export function content(message, context) {
  const value = message.content ?? {};
  switch (message.msg_type) {
    case 'text': return el('div', { class: 'bubble' }, el('p', { class: 'plain' }, ...textParts(String(value.text ?? ''), message, context)));
    case 'post': return el('div', { class: 'bubble' }, ...post(value, message, context));
    case 'interactive': return drawCard(value, context);
    case 'file': return file(value, message.file);
    case 'image': return el('div', { class: 'bubble' }, el('span', { class: 'image-gone', text: t('messages.image') }));
    default: return el('div', { class: 'bubble' }, el('span', { class: 'image-gone', text: t('messages.other', { type: message.msg_type }) }));
  }
}

/** A message in one line, for the chat list and quotes. */
export function oneLine(message, store) {
  if (message.deleted) return t('messages.recalled_short');
  const value = message.content ?? {};
  switch (message.msg_type) {
    case 'text': return spoken(String(value.text ?? ''), message, store);
    case 'post': return paragraphs(value).map((line) => line.map((part) => partText(part, message, store)).join('')).join(' ');
    case 'interactive': return cardSummary(value, language()) || t('messages.card');
    case 'file': return t('messages.file', { name: message.file?.name ?? '' });
    case 'image': return t('messages.image');
    default: return t('messages.other', { type: message.msg_type });
  }
}

const parts = /(@_user_\d+|@_all|<at (?:user_id|id)="?[\w-]+"?>[^<]*<\/at>|https?:\/\/[^\s<>"'\u3000-\u303f\uff00-\uffef]+)/;
const markup = /<at (?:user_id|id)="?([\w-]+)"?>([^<]*)<\/at>/;

/** The parts of a text: words, mentions and links. Only apps write mentions as markup; what a person types is text. */
function textParts(text, message, context) {
  return text.split(parts).map((part, index) => {
    if (index % 2 === 0) return part;
    const tagged = markup.exec(part);
    if (tagged) return message.sender.type === 'app' ? mention(tagged[1], tagged[2], context) : part;
    if (webAddress(part)) return link(part, part);
    const found = mentionOf(part, message);
    return found ? mention(found.open_id, found.name, context) : part === '@_all' ? mention('all', '', context) : part;
  });
}

function mentionOf(key, message) {
  return (message.mentions ?? []).find((one) => one.key === key);
}

/** A text with its mentions by name. */
function spoken(text, message, store) {
  const named = text.replace(/@_user_\d+/g, (key) => (mentionOf(key, message) ? `@${mentionOf(key, message).name}` : key));
  if (message.sender.type !== 'app') return named;
  return named.replace(new RegExp(markup, 'g'), (_, id, name) => `@${store.nameOf(id) ?? name}`);
}

/** The lines of rich text, whether or not a language stands around them. */
function paragraphs(value) {
  const inner = Array.isArray(value.content) ? value : (value[language()] ?? Object.values(value).find((one) => Array.isArray(one?.content)));
  return (inner?.content ?? []).filter(Array.isArray);
}

function post(value, message, context) {
  const title = value.title ?? value[language()]?.title;
  const lines = paragraphs(value).map((line) => el('p', { class: 'plain' }, ...line.map((part) => postPart(part, message, context))));
  return title ? [el('p', { class: 'post-title', text: title }), ...lines] : lines;
}

function postPart(part, message, context) {
  switch (part?.tag) {
    case 'at': return mention(mentionOf(part.user_id, message)?.open_id ?? part.user_id, mentionOf(part.user_id, message)?.name ?? part.user_name, context);
    case 'a': return link(part.href, part.text ?? part.href ?? '');
    case 'md': return el('div', { class: 'md' }, ...markdown(part.text ?? '', context));
    case 'img': return el('span', { class: 'image-gone', text: t('messages.image') });
    case 'hr': return el('hr');
    default: return String(part?.text ?? '');
  }
}

function partText(part, message, store) {
  if (part?.tag !== 'at') return String(part?.text ?? '');
  return `@${mentionOf(part.user_id, message)?.name ?? store.nameOf(part.user_id) ?? ''}`;
}

/** Draws a file as a link to it; its name and size are those of the upload. */
function file(value, about) {
  const name = String(about?.name ?? value.file_key ?? '');
  const kind = /\.([a-z0-9]{1,5})$/i.exec(name)?.[1].toUpperCase() ?? '';
  return el('a', { class: 'file', href: fileAddress(String(value.file_key ?? '')), download: name, title: t('messages.download', { name }) },
    el('span', { class: 'file-kind' }, icon('file'), el('small', { text: kind })),
    el('span', { class: 'file-texts' }, el('span', { class: 'file-name', text: name }), el('small', { class: 'file-size', text: fileSize(about?.size ?? 0) })),
    icon('download'));
}

/** A number of bytes as people read it. */
function fileSize(bytes) {
  const units = ['B', 'KB', 'MB'];
  const power = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), units.length - 1);
  return `${formatNumber(bytes / 1024 ** power, { precision: power > 0 && bytes / 1024 ** power < 10 ? 1 : 0 })} ${units[power]}`;
}
