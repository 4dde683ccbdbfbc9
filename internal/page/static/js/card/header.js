// A card's header: title, subtitle, tags and icon on the template's colour.
import { el, classes } from '../dom.js';
import { hue } from './colours.js';
import { cardIcon } from './icon.js';
import { textObject, words } from './text.js';
import { tagChip } from './inline.js';

const tagsShown = 3; // the platform's own limit

/** Draws a header. */
export function header(value, context) {
  const of = hue(value.template);
  const element = el('header', { class: classes('card-header', !of && 'uncoloured'), dataset: { template: value.template ?? 'default' } });
  if (of) element.style.setProperty('--of', `var(--hue-${of})`);
  if (of) element.style.setProperty('--of-text', `var(--text-${of})`);
  const sign = cardIcon(value.icon, context);
  if (sign) element.append(sign);
  const title = textObject(value.title, context, 'h3');
  title.classList.add('card-title');
  const line = el('div', { class: 'card-title-line' }, title, ...tags(value, context));
  const texts = el('div', { class: 'card-titles' }, line);
  if (words(value.subtitle, context)) {
    const subtitle = textObject(value.subtitle, context, 'p');
    subtitle.classList.add('card-subtitle');
    texts.append(subtitle);
  }
  element.append(texts);
  return element;
}

function tags(value, context) {
  const list = value.i18n_text_tag_list?.[context.locale] ?? value.text_tag_list;
  if (!Array.isArray(list)) return [];
  return list.slice(0, tagsShown).map((tag) => tagChip(tag?.color, words(tag?.text, context)));
}
