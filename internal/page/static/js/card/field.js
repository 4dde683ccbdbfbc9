// What inputs, selects and pickers have in common: a label, being idle where
// nobody answers, and telling a form or the other side what was chosen.
import { el, classes } from '../dom.js';
import { t } from '../settings.js';
import { confirmed, idle, send } from './click.js';
import { pixels } from './size.js';
import { words } from './text.js';

/**
 * Puts a control into its place. read() is its value for a form, wanted is
 * called when it changes outside one and returns what to send, or null. A
 * control that has no room for its placeholder bears it as its label.
 */
export function field(value, control, context, { read, wanted, roomy = true }) {
  const hint = words(value.placeholder, context);
  const label = words(value.label, context) || (roomy ? '' : hint);
  control.classList.add('control');
  if (!label) control.setAttribute('aria-label', hint || value.name || value.tag);
  if (value.required) control.setAttribute('aria-required', 'true');
  if (value.disabled) disable(control);
  else if (!context.form) idle(control, context);
  if (context.form && value.name) context.form.add({ name: value.name, required: Boolean(value.required), control, read });
  if (!context.form && !value.disabled && wanted) control.addEventListener('change', () => report(value, control, context, wanted));
  if (!context.form && !context.live && !value.disabled) hold(control);
  const element = el('label', { class: classes('field-control', value.label_position === 'left' && 'label-left', value.width === 'fill' && 'wide') });
  if (pixels(value.width)) element.style.width = value.width;
  if (label) element.append(el('span', { class: 'field-label' }, label, value.required && el('span', { class: 'required', title: t('card.required'), text: ' *' })));
  element.append(control);
  return element;
}

/** Keeps a control that nobody answers from being changed. */
function hold(control) {
  for (const name of ['mousedown', 'keydown', 'click']) {
    control.addEventListener(name, (event) => {
      if (event.key !== 'Tab') event.preventDefault();
    });
  }
}

function disable(control) {
  const inner = control.matches('input, select, textarea') ? [control] : control.querySelectorAll('input, select, textarea');
  for (const one of inner) one.disabled = true;
}

/** Shows again what a control held before somebody thought better of it. */
function restore(control) {
  if (control.matches('select')) [...control.options].forEach((option) => { option.selected = option.defaultSelected; });
  else if (control.matches('[type=checkbox]')) control.checked = control.defaultChecked;
  else if ('defaultValue' in control) control.value = control.defaultValue;
}

async function report(value, control, context, wanted) {
  if (!context.live || control.getAttribute('aria-busy') === 'true') return;
  const action = wanted();
  if (!action) return;
  if (await confirmed(value, context)) await send(control, value, action, context);
  else restore(control);
}
