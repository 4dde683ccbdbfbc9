// Text objects: plain_text, lark_md and the words around them.
import { el, unbroken } from '../dom.js';
import { markdown } from './markdown.js';
import { textAlign, textSize } from './size.js';
import { textColour } from './colours.js';

/** The text of a text object in the viewer's language. */
export function words(object, context) {
  const text = object?.i18n_content?.[context.locale] ?? object?.content;
  return typeof text === 'string' ? text : '';
}

/** A text object as an element: plain_text word for word, lark_md formatted. */
export function textObject(object, context, tag = 'div') {
  const text = words(object, context);
  const lines = Number(object?.lines);
  const element = el(tag, {
    class: lines > 0 ? 'text clamped' : 'text',
    style: {
      'font-size': textSize(object?.text_size, context.styles),
      color: textColour(object?.text_color, context.styles),
      'text-align': textAlign(object?.text_align),
      '--lines': lines > 0 ? String(Math.min(lines, 20)) : null,
    },
  });
  if (object?.tag === 'lark_md') {
    element.append(...markdown(text, context));
  } else {
    element.classList.add('plain');
    element.append(...unbroken(text));
  }
  return element;
}
