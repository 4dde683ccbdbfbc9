// A line or several to type into.
import { el } from '../dom.js';
import { field } from './field.js';
import { words } from './text.js';

const longest = 1000;

/** Draws an input. */
export function input(value, context) {
  const shape = {
    placeholder: words(value.placeholder, context),
    maxlength: Math.min(Math.max(Number(value.max_length) || longest, 1), longest),
  };
  const initial = value.i18n_default_value?.[context.locale] ?? value.default_value ?? '';
  const several = value.input_type === 'multiline_text';
  const control = several
    ? el('textarea', { ...shape, rows: Math.min(Math.max(Number(value.rows) || 3, 1), 12), text: initial })
    : el('input', { ...shape, type: value.input_type === 'password' ? 'password' : 'text', value: initial, autocomplete: 'off' });
  return field(value, control, context, {
    read: () => control.value,
    wanted: () => ({ input: control.value }),
  });
}
