// People in a card, by the ids that mentions use.
import { el } from '../dom.js';

/** Draws one person. */
export function person(value, context) {
  return el('div', { class: 'persons' }, personChip(value.user_id, context));
}

/** Draws several. */
export function personList(value, context) {
  const people = Array.isArray(value.persons) ? value.persons : [];
  return el('div', { class: 'persons' }, ...people.map((one) => personChip(one?.id, context)));
}

/** A person's name on a chip. */
export function personChip(id, context) {
  return el('span', { class: 'person-chip', text: context.nameOf(id) ?? String(id ?? '?') });
}
