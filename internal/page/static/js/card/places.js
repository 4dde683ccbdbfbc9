// Which of the components of a card that bear the same name one is: two buttons
// may have the same text and no id.
import { nameOf } from './click.js';

const interactive = new Set([
  'button', 'select_static', 'multi_select_static', 'select_person', 'date_picker', 'picker_time', 'picker_datetime', 'input', 'checker', 'overflow',
  'interactive_container',
]);

/** Walks a card's elements in reading order; the function it returns knows each component's place, from 1. */
export function places(elements) {
  const counts = new Map(); // by name
  const known = new Map(); // by component
  const walk = (list) => {
    for (const value of Array.isArray(list) ? list : []) {
      if (interactive.has(value?.tag)) {
        counts.set(nameOf(value), (counts.get(nameOf(value)) ?? 0) + 1);
        known.set(value, counts.get(nameOf(value)));
      }
      walk(value?.elements);
      walk(value?.columns);
    }
  };
  walk(elements);
  return (value) => known.get(value) ?? 0;
}
