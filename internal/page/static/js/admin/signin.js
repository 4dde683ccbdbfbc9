// Signing in again where the session ended, without leaving what was being done.
import { el } from '../dom.js';
import { t } from '../settings.js';
import { readSession } from './api.js';
import { busy, field, showProblems } from './form.js';
import { openDialog } from './dialog.js';

let waiting = null; // the promise of all who wait for the same sign-in

/** Resolves once somebody has signed in. */
export function signInAgain() {
  waiting ??= ask().finally(() => { waiting = null; });
  return waiting;
}

async function ask() {
  const session = await readSession(); // another window may have signed in
  if (session) return;
  await new Promise((resolve) => {
    const token = el('input', { type: 'password', name: 'token', required: true, autocomplete: 'current-password', spellcheck: 'false' });
    const button = el('button', { class: 'button primary', type: 'submit', text: t('signin.button') });
    const form = el('form', { class: 'stack', on: { submit: (event) => {
      event.preventDefault();
      busy(button, () => submit(form, token, close));
    } } },
      el('p', { text: t('signin.hint') }),
      field({ name: 'token', label: t('signin.token'), input: token }),
      el('div', { class: 'actions' }, button));
    const { close } = openDialog({ title: t('signin.title'), content: form, closable: false, closed: resolve });
    token.focus();
  });
}

async function submit(form, token, close) {
  let status = 0;
  try {
    const response = await fetch('/admin/sign-in', {
      method: 'POST', redirect: 'manual', credentials: 'same-origin', body: new URLSearchParams({ token: token.value, next: '/admin' }),
    });
    status = response.type === 'opaqueredirect' ? 303 : response.status;
    if (status === 303 && await readSession()) {
      close();
      return;
    }
  } catch { // status says it
  }
  const said = { 401: t('signin.wrong'), 429: t('signin.slowed') }[status] ?? t('problem.unreachable');
  showProblems(form, { token: said });
}
