// Dates and times.
import { el } from '../dom.js';
import { field } from './field.js';

/** Draws a date_picker. */
export function datePicker(value, context) {
  return picker(value, context, 'date', value.initial_date);
}

/** Draws a picker_time. */
export function timePicker(value, context) {
  return picker(value, context, 'time', value.initial_time);
}

/** Draws a picker_datetime. */
export function dateTimePicker(value, context) {
  return picker(value, context, 'datetime-local', value.initial_datetime?.replace(' ', 'T'));
}

function picker(value, context, type, initial) {
  const control = el('input', { type, value: initial });
  const read = () => control.value.replace('T', ' ');
  return field(value, control, context, { read, roomy: false, wanted: () => ({ option: read() }) });
}
