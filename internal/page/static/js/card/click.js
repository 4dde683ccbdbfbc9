// What a click does: open an address, or tell the other side. Where nobody
// answers, components are there and say so, but do nothing.
import { el, webAddress } from '../dom.js';
import { t } from '../settings.js';
import { words } from './text.js';

/** The address a component opens, null for none. */
export function opens(value) {
  for (const behavior of behaviorsOf(value)) {
    if (behavior.type !== 'open_url') continue;
    const address = webAddress(behavior.pc_url) ?? webAddress(behavior.default_url);
    if (address) return address;
  }
  return null;
}

/** Whether a component tells the other side of a click. */
export function tells(value) {
  return behaviorsOf(value).some((behavior) => behavior.type === 'callback');
}

/** What the platform finds a component by: its id, its name, or the text on it. */
export function nameOf(value) {
  return value.element_id ?? value.name ?? value.text?.content ?? value.placeholder?.content ?? value.label?.content ?? '';
}

function behaviorsOf(value) {
  return (Array.isArray(value?.behaviors) ? value.behaviors : []).filter((behavior) => behavior);
}

/** Makes a control look and sound idle where nobody answers it. */
export function idle(control, context) {
  if (context.live) return control;
  control.setAttribute('aria-disabled', 'true');
  control.title = t('card.idle');
  return control;
}

/** Makes a whole block open an address, if it has one. */
export function clickable(block, action, context) {
  const value = action?.multi_url ? { behaviors: [{ type: 'open_url', default_url: action.multi_url.url, pc_url: action.multi_url.pc_url }] } : action;
  return respond(block, value, context);
}

/** Makes a block answer clicks and the Enter key as its behaviours say. */
export function respond(block, value, context) {
  const address = opens(value);
  if (!address && !tells(value)) return block;
  block.classList.add('clickable');
  block.setAttribute('role', address ? 'link' : 'button');
  block.tabIndex = 0;
  if (!address) idle(block, context);
  const go = async (event) => {
    if (event.target.closest('a, button, input, select, textarea') || (event.type === 'keydown' && event.key !== 'Enter')) return;
    if (!(await confirmed(value, context))) return;
    if (address) window.open(address, '_blank', 'noopener,noreferrer');
    if (tells(value)) await send(block, value, {}, context);
  };
  block.addEventListener('click', go);
  block.addEventListener('keydown', go);
  return block;
}

/** Sends what was done to a component and shows on its control that an answer is awaited. */
export async function send(control, value, action, context) {
  if (!context.live || control.getAttribute('aria-busy') === 'true') return;
  const title = control.getAttribute('title') ?? '';
  control.setAttribute('aria-busy', 'true');
  control.title = t('card.busy');
  try {
    await context.act({ element: nameOf(value), place: context.placeOf(value), ...action });
  } finally {
    control.removeAttribute('aria-busy');
    control.title = title;
  }
}

/** Asks "are you sure" where a component wants it. */
export function confirmed(value, context) {
  if (!value?.confirm) return Promise.resolve(true);
  return new Promise((resolve) => {
    const choose = (answer) => el('button', { type: 'submit', value: answer, class: answer === 'yes' ? 'button primary' : 'button' }, t(answer === 'yes' ? 'card.confirm' : 'card.cancel'));
    const dialog = el('dialog', { class: 'confirm', on: { close: () => { dialog.remove(); resolve(dialog.returnValue === 'yes'); } } },
      el('form', { method: 'dialog' },
        el('h2', { text: words(value.confirm.title, context) }), el('p', { text: words(value.confirm.text, context) }),
        el('div', { class: 'confirm-buttons' }, choose('no'), choose('yes'))));
    document.body.append(dialog);
    dialog.showModal();
  });
}
