// The components of a card by their tags. A new component is a file of its own
// and a line here.
import { el } from '../dom.js';
import { t } from '../settings.js';
import { lengths } from './size.js';
import { div, image, markdownElement, rule } from './simple.js';
import { columnSet } from './columns.js';
import { table } from './table.js';
import { chart } from './chart.js';
import { button } from './button.js';
import { multiSelect, select } from './select.js';
import { datePicker, dateTimePicker, timePicker } from './picker.js';
import { input } from './input.js';
import { checker } from './checker.js';
import { form } from './form.js';
import { container, panel } from './panel.js';
import { person, personList } from './person.js';

const components = {
  plain_text: (value, context) => div({ text: value }, context),
  lark_md: (value, context) => div({ text: value }, context),
  markdown: markdownElement,
  div,
  hr: rule,
  img: image,
  column_set: columnSet,
  table,
  chart,
  button,
  select_static: select,
  multi_select_static: multiSelect,
  date_picker: datePicker,
  picker_time: timePicker,
  picker_datetime: dateTimePicker,
  input,
  checker,
  form,
  collapsible_panel: panel,
  interactive_container: container,
  person,
  person_list: personList,
};

/** Draws a list of components. */
export function elements(list, context) {
  if (!Array.isArray(list)) return [];
  return list.map((value) => element(value, context));
}

/** Draws one component, or what stands in for it. */
export function element(value, context) {
  const tag = typeof value?.tag === 'string' ? value.tag : '';
  const draw = Object.hasOwn(components, tag) ? components[tag] : null;
  if (!draw) return unknown(tag || '?');
  try {
    const drawn = draw(value, { ...context, draw: (inner, changes) => elements(inner, { ...context, ...changes }) });
    drawn.dataset.tag = tag;
    if (value.element_id) drawn.dataset.elementId = value.element_id;
    if (lengths(value.margin)) drawn.style.margin = value.margin;
    return drawn;
  } catch (failure) {
    console.warn(`the component ${tag} cannot be drawn`, failure);
    return unknown(tag);
  }
}

/** The neutral block in place of what cannot be drawn. */
export function unknown(tag, text = t('card.unknown', { tag })) {
  return el('div', { class: 'unknown', dataset: { unknown: tag }, text });
}
