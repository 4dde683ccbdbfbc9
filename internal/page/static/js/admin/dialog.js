// Dialogs. The browser keeps the focus inside and gives it back.
import { el, icon } from '../dom.js';
import { t } from '../settings.js';

let count = 0;
const closable = new Set(); // the functions that close the dialogs that may be closed

/**
 * Opens a dialog and returns {element, close}. closed is called once it is gone.
 * One that is not closable stays until it is closed by the program.
 */
export function openDialog({ title, content, wide = false, closable: mayClose = true, closed = () => {} }) {
  const id = `dialog-title-${++count}`;
  const close = () => element.close();
  const element = el('dialog', { class: wide ? 'dialog wide' : 'dialog', 'aria-labelledby': id, on: {
    close: () => { closable.delete(close); element.remove(); closed(); },
    cancel: (event) => { if (!mayClose) event.preventDefault(); },
    keydown: (event) => { if (!mayClose && event.key === 'Escape') event.preventDefault(); },
  } },
  el('div', { class: 'dialog-head' },
    el('h2', { id, text: title }),
    mayClose && el('button', { type: 'button', class: 'icon-button', 'aria-label': t('dialog.close'), title: t('dialog.close'), on: { click: close } }, icon('close'))),
  content);
  document.body.append(element);
  element.showModal();
  if (mayClose) closable.add(close);
  return { element, close };
}

/** Closes what is open when its place is left; what was asked is answered with no. */
export function closeDialogs() {
  for (const close of closable) close();
}

/** Asks for a yes; resolves to true or false. */
export function confirmed({ title, text, yes, danger = false }) {
  return new Promise((resolve) => {
    let answer = false;
    const say = (value) => () => { answer = value; close(); };
    const content = el('div', { class: 'stack' },
      ...[text].flat().map((line) => (typeof line === 'string' ? el('p', { text: line }) : line)),
      el('div', { class: 'actions' },
        el('button', { type: 'button', class: 'button', text: t('dialog.cancel'), autofocus: danger, on: { click: say(false) } }),
        el('button', { type: 'button', class: danger ? 'button danger' : 'button primary', text: yes, autofocus: !danger, on: { click: say(true) } })));
    const { close } = openDialog({ title, content, closed: () => resolve(answer) });
  });
}
