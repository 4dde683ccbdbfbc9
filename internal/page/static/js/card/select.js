// Choosing one or several of given options.
import { el } from '../dom.js';
import { t } from '../settings.js';
import { field } from './field.js';
import { words } from './text.js';

/** Draws a select_static. */
export function select(value, context) {
  const options = optionsOf(value);
  const initial = value.initial_option ?? options[Number(value.initial_index) - 1]?.value;
  const hint = words(value.placeholder, context) || t('card.choose');
  const control = el('select', {},
    el('option', { value: '', selected: initial === undefined, disabled: true, hidden: true, text: hint }),
    ...options.map((option) => el('option', { value: option.value, selected: option.value === initial, text: words(option.text, context) })));
  return field(value, control, context, {
    read: () => control.value,
    wanted: () => ({ option: control.value }),
  });
}

/** Draws a multi_select_static as boxes to tick. */
export function multiSelect(value, context) {
  const chosen = new Set(Array.isArray(value.selected_values) ? value.selected_values : []);
  const box = (option) => el('label', { class: 'choice' },
    el('input', { type: 'checkbox', value: option.value, checked: chosen.has(option.value) }), el('span', { text: words(option.text, context) }));
  const label = words(value.label, context) || words(value.placeholder, context) || value.name;
  const control = el('div', { class: 'choices', role: 'group', 'aria-label': label }, ...optionsOf(value).map(box));
  const read = () => [...control.querySelectorAll('input:checked')].map((one) => one.value);
  const wrapped = field(value, control, context, {
    read, roomy: false, wanted: () => ({ options: read() }),
  });
  const group = el('div', { class: wrapped.className }); // a label around several boxes would tick the first
  group.append(...wrapped.childNodes);
  return group;
}

function optionsOf(value) {
  return (Array.isArray(value.options) ? value.options : []).filter((option) => typeof option?.value === 'string');
}
