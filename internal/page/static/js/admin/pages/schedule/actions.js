// What can be done with a schedule besides editing it. Each asks first and says
// what will happen.
import { el } from '../../../dom.js';
import { recall, remember, t } from '../../../settings.js';
import { toast } from '../../../toast.js';
import { settingsOf } from '../../about.js';
import { get, patch, post, remove } from '../../api.js';
import { confirmed, openDialog } from '../../dialog.js';
import { busy, field, formProblem, problemsOf, showProblems } from '../../form.js';
import { today } from '../../format.js';
import { badge, failed, loading, notice } from '../../parts.js';
import { navigate, pageLink } from '../../router.js';
import { ofTenant } from '../../tenant.js';
import { scheduleTitle } from '../posting.js';
import { requestToLookAt } from './draft.js';

/** The route of a schedule. */
export const routeOf = (id) => `/schedules/${encodeURIComponent(id)}`;

/** Asks whom to send the card of a draft to, and sends it to that person alone. */
export async function sendToMe(draft) {
  const { admins } = await settingsOf();
  const input = el('input', { type: 'text', name: 'send_to', list: 'admins', value: recall(ofTenant('send_to')) ?? admins[0] ?? '', autocomplete: 'off', spellcheck: 'false', maxlength: '100', placeholder: 'ou_…' });
  const send = el('button', { type: 'submit', class: 'button primary', text: t('schedule.send') });
  const form = el('form', { class: 'stack', on: { submit: (event) => {
    event.preventDefault();
    busy(send, submit);
  } } },
  el('p', { text: t('schedule.send_about') }),
  field({ name: 'send_to', label: t('schedule.send_to'), hint: t('schedule.send_to_hint'), input }),
  el('datalist', { id: 'admins' }, ...admins.map((one) => el('option', { value: one }))),
  formProblem(),
  el('div', { class: 'actions' }, send));
  const { close } = openDialog({ title: t('schedule.send_title'), content: form });
  input.focus();
  input.select();

  async function submit() {
    const sendTo = input.value.trim();
    if (!sendTo) {
      showProblems(form, { send_to: t('schedule.send_nobody') });
      return;
    }
    try {
      await post('/preview', { ...requestToLookAt(draft), send_to: sendTo });
      remember(ofTenant('send_to'), sendTo);
      close();
      toast(t('schedule.sent_to', { who: sendTo }), 'success');
    } catch (failure) {
      showProblems(form, problemsOf(failure));
    }
  }
}

/** Posts now, beside the schedule, once it is clear who will see it. */
export function runNow(schedule, { unsaved, signal }) {
  const key = randomKey(); // pressed twice it is posted once
  const audience = el('div', { class: 'stack' }, loading());
  const problem = formProblem();
  const go = el('button', { type: 'button', class: 'button primary', text: t('schedule.run_yes'), on: { click: () => busy(go, run) } });
  const buttons = el('div', { class: 'actions' }, el('button', { type: 'button', class: 'button', text: t('dialog.cancel'), on: { click: () => close() } }), go);
  const content = el('div', { class: 'stack' }, audience, unsaved && notice('info', el('p', { text: t('schedule.run_unsaved') })), problem, buttons);
  const { close } = openDialog({ title: t('schedule.run_title'), content });
  look();

  async function look() {
    try {
      const chat = await get(`/chats/${encodeURIComponent(schedule.chat_id)}`, {}, signal);
      audience.replaceChildren(...audienceOf(chat));
    } catch (failure) {
      audience.replaceChildren(el('p', {}, t('schedule.run_chat'), ' ', el('bdi', { text: schedule.chat_name || schedule.chat_id })), failed(failure, look));
    }
  }

  async function run() {
    try {
      const delivery = await post(`${routeOf(schedule.id)}/run`, undefined, { headers: { 'Idempotency-Key': key } });
      const link = pageLink(`/admin/deliveries/${encodeURIComponent(delivery.id)}`, t('schedule.run_open'));
      link.addEventListener('click', () => close());
      content.replaceChildren(notice('success', el('p', { role: 'status', text: t('schedule.run_done') }), link));
      link.focus();
    } catch (failure) {
      showProblems(content, problemsOf(failure));
    }
  }
}

/** Says which chat it is and how many people are in it. */
function audienceOf(chat) {
  const name = el('strong', {}, el('bdi', { class: 'clipped', text: chat.name || chat.chat_id }));
  return [
    el('p', { class: 'audience' }, name, chat.external && badge('external'), chat.access === 'blocked' && badge('blocked')),
    el('p', { text: chat.member_count === null ? t('schedule.run_unknown') : t(chat.member_count === 1 ? 'schedule.run_one' : 'schedule.run_many', { n: chat.member_count }) }),
    chat.external && notice('warning', el('p', { text: t('schedule.run_external') })),
  ].filter(Boolean);
}

/** Asks until when to pause. Resolves to the schedule as it is then, or null. */
export function pause(schedule) {
  return new Promise((resolve) => {
    let paused = null;
    const until = el('input', { type: 'date', name: 'paused_until', min: today(schedule.timezone), value: today(schedule.timezone, 7) });
    const group = el('div', { role: 'radiogroup' },
      radio('until', t('schedule.pause_date'), true), radio('off', t('schedule.pause_off'), false));
    const date = field({ name: 'paused_until', label: t('schedule.pause_last'), hint: t('schedule.pause_hint', { zone: schedule.timezone }), input: until });
    group.addEventListener('change', () => {
      date.hidden = chosen() === 'off';
      until.disabled = date.hidden; // one that is not seen is not checked
    });
    const go = el('button', { type: 'submit', class: 'button primary', text: t('schedule.pause_yes') });
    const form = el('form', { class: 'stack', on: { submit: (event) => {
      event.preventDefault();
      busy(go, submit);
    } } }, field({ name: 'how', label: t('schedule.pause_how'), input: group }), date, formProblem(), el('div', { class: 'actions' }, go));
    const { close } = openDialog({ title: t('schedule.pause_title'), content: form, closed: () => resolve(paused) });

    function chosen() {
      return group.querySelector('input:checked').value;
    }

    async function submit() {
      if (chosen() === 'until' && !until.value) {
        showProblems(form, { paused_until: t('schedule.pause_no_date') });
        return;
      }
      try {
        paused = await patch(routeOf(schedule.id), chosen() === 'off' ? { enabled: false } : { paused_until: until.value });
        close();
        toast(t('schedule.pause_done'), 'success');
      } catch (failure) {
        showProblems(form, problemsOf(failure));
      }
    }
  });
}

/** Lets a schedule run again. Resolves to the schedule as it is then, or null. */
export async function resume(schedule) {
  const text = [t('schedule.resume_text', { when: schedule.when })];
  if (schedule.disabled_reason) text.push(t('schedule.resume_disabled', { reason: schedule.disabled_reason_text }));
  if (!await confirmed({ title: t('schedule.resume_title'), text, yes: t('schedule.resume') })) return null;
  return attempted(async () => {
    const running = await patch(routeOf(schedule.id), { enabled: true, paused_until: null });
    toast(t('schedule.resume_done'), 'success');
    return running;
  });
}

/** Deletes a schedule, and leaves its place unless signal says that it was left. forget is called before. */
export async function erase(schedule, forget, signal) {
  const yes = await confirmed({
    title: t('schedule.delete_title'), danger: true, yes: t('schedule.delete_yes'),
    text: [el('p', { class: 'clipped' }, el('bdi', { text: scheduleTitle(schedule) })), t('schedule.delete_text'), t('schedule.delete_undo')],
  });
  if (!yes) return;
  await attempted(async () => {
    await remove(routeOf(schedule.id));
    forget();
    toast(t('schedule.delete_done'), 'success');
    if (!signal.aborted) navigate('/admin/schedules');
  });
}

/** Does something small; a failure is said and gives null. */
async function attempted(work) {
  try {
    return await work();
  } catch (failure) {
    if (failure.fields === undefined) throw failure;
    toast(failure.message, 'error');
    return null;
  }
}

function radio(value, label, checked) {
  return el('label', {}, el('input', { type: 'radio', name: 'how', value, checked: checked || null }), el('span', { text: label }));
}

/** A key that nobody else makes; randomUUID is not there without TLS. */
function randomKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
