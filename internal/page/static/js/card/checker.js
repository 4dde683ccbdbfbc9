// A box to tick.
import { el } from '../dom.js';
import { field } from './field.js';
import { textObject } from './text.js';

/** Draws a checker. */
export function checker(value, context) {
  const box = el('input', { type: 'checkbox', checked: Boolean(value.checked) });
  const drawn = field(value, box, context, {
    read: () => box.checked,
    wanted: () => ({ checked: box.checked }),
  });
  drawn.classList.add('choice');
  if (value.text) drawn.append(textObject(value.text, context, 'span'));
  return drawn;
}
