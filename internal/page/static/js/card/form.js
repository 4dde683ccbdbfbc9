// A form: its fields are sent together by its submit button.
import { el } from '../dom.js';
import { flexAlign, gap, lengths } from './size.js';

/** Draws a form. */
export function form(value, context) {
  const fields = [];
  const element = el('form', {
    class: `form${value.direction === 'horizontal' ? ' horizontal' : ''}`,
    novalidate: true,
    style: { padding: lengths(value.padding), gap: gap(value.vertical_spacing, value.horizontal_spacing), 'justify-content': flexAlign(value.horizontal_align) },
    on: { submit: (event) => event.preventDefault() },
  });
  const handle = {
    add: (field) => fields.push(field),
    reset: () => {
      element.reset();
      fields.forEach((field) => field.control.removeAttribute('aria-invalid'));
    },
    values: () => Object.fromEntries(fields.map((field) => [field.name, field.read()])),
    valid: () => check(fields),
  };
  element.append(...context.draw(value.elements, { form: handle }));
  return element;
}

/** Marks the required fields that are empty and goes to the first. */
function check(fields) {
  const empty = fields.filter((field) => field.required && String(field.read()).trim() === '');
  for (const field of fields) field.control.setAttribute('aria-invalid', String(empty.includes(field)));
  const first = empty[0]?.control;
  (first?.querySelector('input') ?? first)?.focus();
  return empty.length === 0;
}
