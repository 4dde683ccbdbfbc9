// Forms: a label for every control, and what is wrong beside the field it belongs
// to. What was typed is kept for this window until it is saved.
import { el } from '../dom.js';
import { ofTenant } from './tenant.js';

let count = 0;

/**
 * A control with its label, a hint and a place for what is wrong with it. name is
 * the API's name of the field. input is a control, or a group with role="group".
 */
export function field({ name, label, hint = '', input, className = '' }) {
  const id = `field-${++count}`;
  const group = input.getAttribute('role') === 'group' || input.getAttribute('role') === 'radiogroup';
  input.id ||= id;
  const labelled = group ? el('span', { class: 'entry-label', id: `${id}-label`, text: label }) : el('label', { for: input.id, text: label });
  if (group) input.setAttribute('aria-labelledby', `${id}-label`);
  const described = [];
  const parts = [labelled, input];
  if (hint) {
    const text = typeof hint === 'string' ? el('p', { class: 'entry-hint', text: hint }) : hint;
    text.id ||= `${id}-hint`;
    described.push(text.id);
    parts.push(text);
  }
  const problem = el('p', { class: 'entry-problem', id: `${id}-problem`, role: 'alert' });
  described.push(problem.id);
  input.setAttribute('aria-describedby', described.join(' '));
  return el('div', { class: `entry ${className}`.trim(), dataset: { field: name } }, ...parts, problem);
}

/** A box to tick with its words beside it. */
export function tick({ name, label, hint = '', checked = false, on = {} }) {
  const input = el('input', { type: 'checkbox', name, checked: checked || null, on });
  const words = el('span', {}, el('span', { text: label }), hint && el('small', { class: 'entry-hint', text: hint }));
  const problem = el('p', { class: 'entry-problem', id: `field-${++count}-problem`, role: 'alert' });
  input.setAttribute('aria-describedby', problem.id);
  return el('div', { class: 'entry tick', dataset: { field: name } }, el('label', {}, input, words), problem);
}

/** A choice of [value, label] pairs. */
export function choice({ name, options, value = '', on = {} }) {
  return el('select', { name, on }, ...options.map(([worth, label]) => el('option', { value: worth, text: label, selected: worth === value || null })));
}

/**
 * Puts messages beside the fields they belong to and takes the others away; those
 * of no field here go to the form's own place (formProblem). Returns the first
 * control that is wrong, and goes there unless told not to.
 */
export function showProblems(form, problems, { focus = true } = {}) {
  const left = { ...problems };
  let first = null;
  for (const place of form.querySelectorAll('[data-field]')) {
    const { field: name } = place.dataset;
    const message = Object.hasOwn(left, name) ? left[name] : '';
    delete left[name];
    const control = place.querySelector('input, select, textarea, [role=group], [role=radiogroup]');
    place.classList.toggle('wrong', message !== '');
    const said = place.querySelector(':scope > .entry-problem');
    if (said.textContent !== message) said.textContent = message; // what stays is not said again
    if (message) control?.setAttribute('aria-invalid', 'true');
    else control?.removeAttribute('aria-invalid');
    if (message) first ??= control;
  }
  const rest = form.querySelector('.form-problem');
  if (rest) rest.textContent = Object.entries(left).map(([name, message]) => (name ? `${name}: ${message}` : message)).join(' ');
  if (focus) (first ? focusable(first) : Object.keys(left).length > 0 ? rest : null)?.focus();
  return first;
}

/** What of a control takes the focus: of a group its first part. */
function focusable(control) {
  return control.matches('[role]') ? control.querySelector('input, select, textarea, button') ?? control : control;
}

/** The place of what is wrong with a form as a whole. */
export function formProblem() {
  return el('p', { class: 'form-problem', role: 'alert', tabindex: '-1' });
}

/** What a failed request says, as showProblems takes it; failures of the program itself go on. */
export function problemsOf(failure) {
  if (failure?.fields === undefined) throw failure;
  return Object.keys(failure.fields).length > 0 ? failure.fields : { '': failure.message };
}

/** Runs work while a button says that it is busy and takes no second press. */
export async function busy(button, work) {
  if (button.getAttribute('aria-busy') === 'true') return undefined;
  button.setAttribute('aria-busy', 'true');
  try {
    return await work();
  } finally {
    button.removeAttribute('aria-busy');
  }
}

const draftsBegin = 'huibao.draft.';
const draftKey = (name) => draftsBegin + ofTenant(name);

/** What was typed and is not saved yet, kept for this window under a name, each organisation's by itself. */
export const drafts = {
  read(name) {
    try {
      return JSON.parse(sessionStorage.getItem(draftKey(name)));
    } catch {
      return null;
    }
  },
  keep(name, value) {
    try {
      sessionStorage.setItem(draftKey(name), JSON.stringify(value));
    } catch { // a browser that forbids storage keeps it on the page alone
    }
  },
  forget(name) {
    try {
      sessionStorage.removeItem(draftKey(name));
    } catch { // nothing was kept
    }
  },
  forgetAll() {
    try {
      for (const key of Object.keys(sessionStorage)) {
        if (key.startsWith(draftsBegin)) sessionStorage.removeItem(key);
      }
    } catch { // nothing was kept
    }
  },
};
