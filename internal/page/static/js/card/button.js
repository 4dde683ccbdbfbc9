// Buttons: they open an address, send a value, or send and reset a form.
import { el, classes } from '../dom.js';
import { cardIcon } from './icon.js';
import { confirmed, idle, opens, send, tells } from './click.js';
import { pixels } from './size.js';
import { words } from './text.js';

const types = ['default', 'primary', 'danger', 'text', 'primary_text', 'danger_text', 'primary_filled', 'danger_filled', 'laser'];
const sizes = ['tiny', 'small', 'medium', 'large'];

/** Draws a button; one that only opens an address is a link. */
export function button(value, context) {
  const address = value.disabled ? null : opens(value);
  const element = address ? el('a', { href: address, target: '_blank', rel: 'noopener noreferrer' }) : el('button', { type: 'button' });
  element.className = classes('button', `type-${types.includes(value.type) ? value.type : 'default'}`,
    `size-${sizes.includes(value.size) ? value.size : 'medium'}`, value.width === 'fill' && 'wide');
  if (pixels(value.width)) element.style.width = value.width;
  const sign = cardIcon(value.icon, context);
  element.append(...(sign ? [sign] : []), el('span', { text: words(value.text, context) }));
  const tips = words(value.disabled ? (value.disabled_tips ?? value.hover_tips) : value.hover_tips, context);
  if (tips) element.title = tips;
  if (value.disabled) element.disabled = true;
  else connect(element, value, address, context);
  return element;
}

function connect(element, value, address, context) {
  if (value.form_action_type === 'reset' && context.form) {
    element.addEventListener('click', () => context.form.reset());
    return;
  }
  const submits = value.form_action_type === 'submit' && context.form;
  if (!address) idle(element, context);
  if (address && !tells(value) && !value.confirm) return;
  element.addEventListener('click', async (event) => {
    if (address && value.confirm) event.preventDefault();
    if (!context.live && !address) return;
    if (submits && !context.form.valid()) return;
    if (!(await confirmed(value, context))) return;
    if (address && value.confirm) window.open(address, '_blank', 'noopener,noreferrer');
    if (submits) await send(element, value, { form: context.form.values() }, context);
    else if (tells(value)) await send(element, value, {}, context);
  });
}
