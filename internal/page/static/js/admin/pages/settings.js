// What the organisation chose: how it is answered, who may ask, who decides.
import { el } from '../../dom.js';
import { languages, learn, t } from '../../settings.js';
import { toast } from '../../toast.js';
import { timezones } from '../about.js';
import { get, put } from '../api.js';
import { confirmed } from '../dialog.js';
import { Edits } from '../edits.js';
import { busy, choice, field, formProblem, problemsOf, showProblems } from '../form.js';
import { box, button, failed, heading, loading, notice } from '../parts.js';
import { refresh } from '../router.js';
import { guardUnsaved } from '../unsaved.js';
import { words } from './settings.words.js';

learn(words);

const draftName = 'settings';
const posted = ['timezone', 'week_start', 'calendar']; // what changes when or what schedules post
const names = ['locale', 'timezone', 'unit', 'week_start', 'calendar', 'access', 'top_users', 'admins'];

/** Shows the place. */
export async function show(place, { signal }) {
  place.append(heading(t('place.settings'), { about: t('settings.about') }), loading());
  try {
    const saved = await get('/settings', {}, signal);
    place.lastChild.replaceWith(draw(saved, signal));
  } catch (failure) {
    place.lastChild.replaceWith(failed(failure, refresh));
  }
}

function draw(saved, signal) {
  const controls = makeControls();
  const changes = el('div', { class: 'stack' });
  const save = el('button', { type: 'submit', class: 'button primary', text: t('settings.save') });
  const discard = button(t('settings.discard'), () => {
    edits.adopt(saved);
    showProblems(form, {});
    controls.locale.focus();
  });
  const form = el('form', { class: 'stack', novalidate: true, on: {
    input: () => edits.keep(),
    submit: (event) => { event.preventDefault(); busy(save, submit); },
  } }, ...boxes(controls), formProblem(), changes,
  el('div', { class: 'form-end' }, el('div', { class: 'actions' }, discard, save)));

  const edits = new Edits({
    draft: draftName, names, stored: saved,
    read: (name) => (name === 'admins' ? controls.admins.read() : controls[name].value.trim() || (name === 'unit' ? null : '')),
    write: (name, value) => {
      if (name === 'admins') controls.admins.write(value);
      else controls[name].value = value ?? '';
    },
    told: (now) => {
      const different = now.changed();
      discard.hidden = different.length === 0;
      changes.replaceChildren(...different.length > 0 ? [differences(now.base, now.values(), different)] : []);
    },
  });

  async function submit() {
    const [sent, asked] = [edits.values(), edits.changes()];
    try {
      Object.assign(saved, await get('/settings', {}, signal));
      if (!await edits.mayOverwrite(saved, { object: 'settings', zone: saved.timezone, label: (name) => t(`settings.label.${name}`), worded })) return;
      const sure = questions(edits.base, sent);
      if (sure.length > 0 && !await confirmed({ title: t('settings.sure'), text: sure, yes: t('settings.save') })) return;
      Object.assign(saved, await put('/settings', asked));
      edits.adopt(saved, sent);
      showProblems(form, {});
      toast(t('settings.saved'), 'success');
    } catch (failure) {
      if (failure.name === 'AbortError') return;
      const problems = problemsOf(failure);
      controls.admins.wrong(problems);
      showProblems(form, problems);
    }
  }

  controls.admins.changed = () => edits.keep();
  guardUnsaved(() => edits.changed().length > 0);
  return form;
}

function makeControls() {
  const worded = (name, values) => choice({ name, options: values.map((value) => [value, t(`settings.${name}.${value}`)]) });
  return {
    locale: choice({ name: 'locale', options: Object.entries(languages) }),
    timezone: el('input', { name: 'timezone', list: 'settings-zones', autocomplete: 'off', spellcheck: 'false' }),
    unit: choice({ name: 'unit', options: [['', t('settings.unit.none')], ...['cn', 'us', 'sg', 'jp'].map((unit) => [unit, t(`unit.${unit}`)])] }),
    week_start: worded('week_start', ['monday', 'sunday']),
    calendar: worded('calendar', ['cn', 'weekdays']),
    access: worded('access', ['approval', 'open']),
    top_users: worded('top_users', ['off', 'admins', 'private', 'on']),
    admins: adminList(),
  };
}

function boxes(controls) {
  const entry = (name, hint = t(`settings.hint.${name}`)) => field({ name, label: t(`settings.label.${name}`), hint, input: controls[name] });
  const explained = (name) => entry(name, el('ul', { class: 'entry-hint explained' },
    ...[...controls[name].options].map(({ value, text }) => el('li', {}, el('strong', { text }), ' ', t(`settings.means.${name}.${value}`)))));
  return [
    box(t('settings.answers'), el('p', { class: 'about', text: t('settings.answers_about') }),
      el('div', { class: 'entry-grid' }, entry('locale'), entry('timezone'), entry('unit')),
      el('datalist', { id: 'settings-zones' }, ...timezones().map((zone) => el('option', { value: zone })))),
    box(t('settings.days'), el('p', { class: 'about', text: t('settings.days_about') }), el('div', { class: 'entry-grid' }, entry('week_start'), explained('calendar'))),
    box(t('settings.privacy'), el('p', { class: 'about', text: t('settings.privacy_about') }), el('div', { class: 'entry-grid' }, explained('access'), explained('top_users'))),
    box(t('settings.admins'), el('p', { class: 'about', text: t('settings.admins_about') }), controls.admins.element),
  ];
}

/**
 * The list of admins: {element, read, write, wrong, changed}. wrong takes what the
 * API says of admins out of problems and puts it beside the ones meant.
 */
function adminList() {
  const rows = el('ol', { class: 'admins' });
  const add = button(t('settings.add_admin'), () => {
    rows.append(row(''));
    rows.lastChild.querySelector('input').focus();
    list.changed();
  }, { small: true });
  const list = {
    changed: () => {},
    element: el('div', { class: 'stack' }, rows, el('div', { class: 'entry', dataset: { field: 'admins' } }, el('p', { class: 'entry-problem', role: 'alert' }), el('div', {}, add))),
    read: () => [...rows.querySelectorAll('input')].map((input) => input.value.trim()),
    write: (admins) => rows.replaceChildren(...admins.map(row)),
    wrong: (problems) => {
      number();
      const at = list.read().findIndex((admin) => admin !== '' && (problems.admins ?? '').includes(admin));
      const empty = list.read().indexOf('');
      const meant = at >= 0 ? at : empty;
      if (problems.admins === undefined || meant < 0) return;
      problems[`admins[${meant}]`] = problems.admins;
      delete problems.admins;
    },
  };

  function row(admin) {
    const input = el('input', { type: 'text', placeholder: 'ou_…', autocomplete: 'off', spellcheck: 'false', maxlength: '200' });
    input.value = admin;
    const entry = field({ name: 'admins', label: t('settings.admin'), input });
    const take = button(t('settings.remove_admin'), () => {
      const next = item.nextElementSibling ?? item.previousElementSibling;
      item.remove();
      (next?.querySelector('input') ?? add).focus();
      list.changed();
    }, { small: true });
    take.setAttribute('aria-describedby', input.id);
    const item = el('li', {}, entry, take);
    return item;
  }

  /** Names each field by its place, as the API does. */
  function number() {
    [...rows.children].forEach((item, index) => { item.querySelector('[data-field]').dataset.field = `admins[${index}]`; });
  }

  return list;
}

/** What differs from what is saved. */
function differences(saved, values, different) {
  return notice('info',
    el('p', {}, el('strong', { text: t('settings.unsaved') })),
    el('ul', { class: 'changes' }, ...different.map((name) => el('li', {},
      el('span', { text: t('settings.change', { name: t(`settings.label.${name}`) }) }), ' ', el('del', { text: worded(name, saved[name]) }), ' → ', el('ins', { text: worded(name, values[name]) })))),
    different.some((name) => posted.includes(name)) && el('p', { text: t('settings.posted') }));
}

/** A value as its control words it. */
function worded(name, value) {
  if (name === 'admins') return value.join(', ') || t('settings.nobody');
  if (name === 'locale') return languages[value] ?? value;
  if (name === 'timezone') return value || '–';
  if (name === 'unit') return value ? t(`unit.${value}`) : t('settings.unit.none');
  return t(`settings.${name}.${value}`);
}

/** What to say before it is saved: what others will see. */
function questions(saved, values) {
  const differs = (name) => values[name] !== saved[name];
  return [
    posted.some(differs) && t('settings.sure_posted'),
    differs('access') && t(`settings.sure_access.${values.access}`),
    differs('top_users') && values.top_users !== 'off' && t(`settings.sure_top.${values.top_users}`),
    saved.admins.length > 0 && values.admins.length === 0 && t('settings.sure_nobody'),
  ].filter(Boolean);
}
