// Short notices: answers to clicks, and the state of the connection. They go by
// themselves, save that of a failure: it stays until it is closed.
import { el, icon } from './dom.js';
import { t } from './settings.js';

const shownFor = 4000; // milliseconds

const said = el('div', { role: 'status', 'aria-live': 'polite', 'aria-atomic': 'false' });
const alarming = el('div', { role: 'alert', 'aria-atomic': 'false' });
const place = el('div', { class: 'toasts' }, alarming, said);

/** Where toasts appear. */
export function toastPlace() {
  return place;
}

/** Shows a notice of a kind: info, success, error or warning. */
export function toast(text, kind = 'info') {
  if (kind === 'error') {
    showFailure(text);
    return;
  }
  const known = ['info', 'success', 'warning'].includes(kind) ? kind : 'info';
  const notice = el('p', { class: `toast ${known}`, text });
  said.append(notice);
  setTimeout(() => notice.remove(), shownFor);
}

/** Shows what went wrong, once however often it does. */
function showFailure(text) {
  for (const before of [...alarming.children]) {
    if (before.textContent === text) before.remove();
  }
  const label = t('toast.close');
  const notice = el('p', { class: 'toast error' }, el('span', { text }),
    el('button', { type: 'button', class: 'icon-button', 'aria-label': label, title: label, on: { click: () => notice.remove() } }, icon('close')));
  alarming.append(notice);
}
