// The components that hold nothing but words: markdown, div, hr and img.
import { el, classes } from '../dom.js';
import { t } from '../settings.js';
import { cardIcon } from './icon.js';
import { markdown } from './markdown.js';
import { pixels, textAlign, textSize } from './size.js';
import { textObject, words } from './text.js';

/** Draws a markdown element. */
export function markdownElement(value, context) {
  const content = el('div', {
    class: 'md',
    style: { 'font-size': textSize(value.text_size, context.styles), 'text-align': textAlign(value.text_align) },
  }, ...markdown(words(value, context), context));
  return withIcon(value, content, context);
}

/** Draws a div: a text, with fields in two columns where it has some. */
export function div(value, context) {
  const content = el('div', { class: 'div', style: { width: pixels(value.width) } });
  if (value.text) content.append(textObject(value.text, context));
  if (Array.isArray(value.fields)) {
    const field = (one) => el('div', { class: classes('field', one?.is_short && 'short') }, textObject(one?.text, context));
    content.append(el('div', { class: 'fields' }, ...value.fields.map(field)));
  }
  return withIcon(value.icon ? value : (value.text ?? {}), content, context);
}

/** Draws a dividing line. */
export function rule() {
  return el('hr', { class: 'rule' });
}

/** Stands in for an image, which a simulation has none of. */
export function image(value, context) {
  const said = words(value.alt, context) || words(value.title, context);
  return el('div', { class: 'image', role: 'img', 'aria-label': said || t('card.image'), text: said || t('card.image') });
}

function withIcon(value, content, context) {
  const sign = cardIcon(value.icon, context);
  return sign ? el('div', { class: 'with-icon' }, sign, content) : content;
}
