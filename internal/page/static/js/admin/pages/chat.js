// One chat: what it is, how it is answered, what it gets and got.
import { el } from '../../dom.js';
import { languages, learn, t } from '../../settings.js';
import { toast } from '../../toast.js';
import { settingsOf, timezones } from '../about.js';
import { get, patch } from '../api.js';
import { Edits } from '../edits.js';
import { busy, choice, field, formProblem, problemsOf, showProblems } from '../form.js';
import { count, instant } from '../format.js';
import { badge, box, button, buttonLink, empty, facts, failed, heading, loading, notice, table } from '../parts.js';
import { pageAddress, pageLink, refresh } from '../router.js';
import { guardUnsaved } from '../unsaved.js';
import { accessBadge, chatKind, chatTitle, decide, goneBadge, isWaiting } from './access.js';
import { words } from './chat.words.js';
import { scheduleLink, scheduleTitle } from './posting.js';

learn(words);

const units = ['cn', 'us', 'sg', 'jp'];
const mostSchedules = 200;
const mostDeliveries = 10;

/** Shows the place. */
export async function show(place, { params, signal }) {
  const path = `/chats/${encodeURIComponent(params.id)}`;
  place.append(loading());
  try {
    const [chat, settings] = await Promise.all([get(path, {}, signal), settingsOf()]);
    if (!signal.aborted) draw(place, chat, settings, signal);
  } catch (failure) {
    if (failure.name === 'AbortError') return;
    const gone = failure.status === 404;
    place.replaceChildren(heading(params.id), gone ? empty(t('chat.unknown'), t('chat.unknown_text'), buttonLink(t('place.chats'), '/admin/chats')) : failed(failure, refresh));
  }
}

function draw(place, chat, settings, signal) {
  const zone = chat.timezone || settings.timezone;
  const about = el('div', { class: 'stack' });
  const drawAbout = () => about.replaceChildren(...aboutChat(chat, settings, changeAccess));

  async function changeAccess(access) {
    const changed = await decide(chat, access);
    if (!changed) return;
    Object.assign(chat, changed);
    drawAbout();
    about.querySelector('h1').focus();
  }

  drawAbout();
  place.replaceChildren(about,
    el('div', { class: 'side-by-side' }, box(t('chat.facts'), chatFacts(chat, settings)), answering(chat, settings, signal)),
    part(t('chat.schedules'), () => schedules(chat, zone, signal), newSchedule(chat)),
    part(t('chat.deliveries'), () => deliveries(chat, zone, signal), buttonLink(t('chat.all_deliveries'), pageAddress('/admin/deliveries', { chat_id: chat.chat_id }))));
}

/** The head with what is to be decided or known first. */
function aboutChat(chat, settings, changeAccess) {
  const actions = [
    chat.access !== 'allowed' && button(t('access.allow'), () => changeAccess('allowed'), { kind: chat.external ? '' : 'primary' }),
    chat.access !== 'blocked' && button(t('access.block'), () => changeAccess('blocked')),
    buttonLink(t('place.audit'), pageAddress('/admin/audit', { object: `chat/${chat.chat_id}` })),
  ].filter(Boolean);
  return [
    heading(chatTitle(chat), { actions }),
    el('p', { class: 'tags' }, accessBadge(chat, settings), chat.external && badge('external'), goneBadge(chat)),
    goneBadge(chat) && notice('warning', el('p', { text: t(`chat.gone.${chat.state}`) })),
    isWaiting(chat) && notice('warning', el('p', {}, t('chat.waiting'), ' ', instant(chat.requested_at, settings.timezone))),
    chat.external && notice('warning', el('p', { text: t(chat.access === 'allowed' ? 'chat.external_allowed' : 'chat.external') })),
    chat.access === 'blocked' && notice('info', el('p', { text: t('chat.blocked') })),
  ].filter(Boolean);
}

function chatFacts(chat, settings) {
  const person = (id) => (id ? el('bdi', { class: 'mono', text: id }) : t('chat.not_known'));
  return el('div', { class: 'stack' },
    facts([
      [t('chat.kind'), chatKind(chat)],
      chat.chat_mode === 'p2p' ? [t('chat.person'), person(chat.person_id)] : [t('chat.owner'), person(chat.owner_id)],
      [t('chat.members'), chat.member_count === null ? t('chat.not_known') : count(chat.member_count)],
      ['chat_id', el('span', { class: 'mono', text: chat.chat_id })],
      [t('chat.requested'), chat.requested_at ? instant(chat.requested_at, settings.timezone) : t('chat.never')],
      [t('chat.created'), instant(chat.created_at, settings.timezone)],
    ]),
    el('p', { class: 'entry-hint', text: t('chat.times_in', { zone: settings.timezone }) }));
}

/** The form of how the chat is answered. */
function answering(chat, settings, signal) {
  const zones = el('datalist', { id: 'chat-zones' }, ...timezones().map((zone) => el('option', { value: zone })));
  const byDefault = (value) => t('chat.default', { value });
  const controls = {
    locale: choice({ name: 'locale', options: [['', byDefault(languages[settings.locale] ?? settings.locale)], ...Object.entries(languages)] }),
    timezone: el('input', { name: 'timezone', list: 'chat-zones', autocomplete: 'off', spellcheck: 'false', placeholder: byDefault(settings.timezone) }),
    unit: choice({ name: 'unit', options: [['', byDefault(settings.unit ? t(`unit.${settings.unit}`) : t('chat.whole'))], ...units.map((unit) => [unit, t(`unit.${unit}`)])] }),
  };
  const state = el('p', { class: 'entry-hint', role: 'status' });
  const save = el('button', { type: 'submit', class: 'button primary', text: t('chat.save') });
  const discard = button(t('chat.discard'), () => { edits.adopt(chat); controls.locale.focus(); });
  const form = el('form', { class: 'stack', novalidate: true, on: {
    input: () => edits.keep(),
    submit: (event) => { event.preventDefault(); busy(save, submit); },
  } },
  field({ name: 'locale', label: t('chat.label.locale'), input: controls.locale }),
  field({ name: 'timezone', label: t('chat.label.timezone'), hint: t('chat.timezone_hint'), input: controls.timezone }),
  field({ name: 'unit', label: t('chat.label.unit'), hint: t('chat.unit_hint'), input: controls.unit }),
  zones, formProblem(), el('div', { class: 'form-end' }, state, el('div', { class: 'actions' }, discard, save)));

  const edits = new Edits({
    draft: `chat.${chat.chat_id}`, names: Object.keys(controls), stored: chat,
    read: (name) => controls[name].value.trim() || null,
    write: (name, value) => { controls[name].value = value ?? ''; },
    told: (now) => {
      const pending = now.changed().length > 0;
      state.textContent = pending ? t('chat.unsaved') : '';
      discard.hidden = !pending;
    },
  });

  async function submit() {
    const path = `/chats/${encodeURIComponent(chat.chat_id)}`;
    const [sent, asked] = [edits.values(), edits.changes()];
    try {
      Object.assign(chat, await get(path, {}, signal));
      if (!await edits.mayOverwrite(chat, { object: `chat/${chat.chat_id}`, zone: settings.timezone, label: (name) => t(`chat.label.${name}`), worded })) return;
      Object.assign(chat, await patch(path, asked));
      edits.adopt(chat, sent);
      showProblems(form, {});
      toast(t('chat.saved'), 'success');
    } catch (failure) {
      if (failure.name === 'AbortError') return;
      showProblems(form, problemsOf(failure));
    }
  }

  guardUnsaved(() => edits.changed().length > 0);
  return box(t('chat.answers'), el('p', { class: 'about', text: t('chat.answers_about') }), form);
}

/** A value as its control words it. */
function worded(name, value) {
  if (!value) return t('chat.by_default');
  if (name === 'locale') return languages[value] ?? value;
  return name === 'unit' ? t(`unit.${value}`) : value;
}

/** A box whose content is asked for; more is a link at its end. */
function part(title, ask, more) {
  const content = el('div', {}, loading());
  const fill = async () => {
    try {
      content.replaceChildren(await ask());
    } catch (failure) {
      content.replaceChildren(failed(failure, fill));
    }
  };
  fill();
  return el('section', { class: 'part' }, el('div', { class: 'part-head' }, el('h2', { text: title }), more), content);
}

function newSchedule(chat) {
  return buttonLink(t('chat.new_schedule'), pageAddress('/admin/schedules/new', { chat_id: chat.chat_id }));
}

async function schedules(chat, zone, signal) {
  const { items, next_cursor: more } = await get('/schedules', { chat_id: chat.chat_id, limit: mostSchedules }, signal);
  if (items.length === 0) return empty(t('chat.no_schedules'), t('chat.no_schedules_text'));
  const shown = table(t('chat.schedules'), [
    { title: t('chat.name'), cell: (schedule) => pageLink(`/admin/schedules/${encodeURIComponent(schedule.id)}`, el('bdi', { class: 'clipped', text: scheduleTitle(schedule) })) },
    { title: t('chat.when'), cell: (schedule) => el('div', {}, el('span', { text: schedule.when }), ' ', el('small', { class: 'faint', text: schedule.timezone })) },
    { title: t('chat.state'), cell: (schedule) => badge(schedule.state) },
    { title: t('chat.next'), cell: (schedule) => instant(schedule.next_run_at, schedule.timezone || zone) },
    { title: t('chat.last'), cell: last },
  ], items);
  if (!more) return shown;
  return el('div', { class: 'stack' }, shown, el('p', {}, t('chat.some_schedules', { n: count(items.length) }), ' ', pageLink(pageAddress('/admin/schedules', { chat_id: chat.chat_id }), t('chat.all_schedules'))));
}

function last({ last_delivery: delivery, timezone }) {
  if (!delivery) return el('span', { class: 'faint', text: t('chat.never') });
  return el('div', { class: 'tags' }, badge(delivery.status), pageLink(`/admin/deliveries/${encodeURIComponent(delivery.id)}`, instant(delivery.scheduled_for, timezone)));
}

async function deliveries(chat, zone, signal) {
  const { items } = await get('/deliveries', { chat_id: chat.chat_id, limit: mostDeliveries }, signal);
  if (items.length === 0) return empty(t('chat.no_deliveries'), t('chat.no_deliveries_text'));
  return el('div', { class: 'stack' }, table(t('chat.deliveries'), [
    { title: t('chat.at'), cell: (delivery) => pageLink(`/admin/deliveries/${encodeURIComponent(delivery.id)}`, instant(delivery.scheduled_for, zone)) },
    { title: t('chat.schedule'), cell: scheduleOf },
    { title: t('chat.state'), cell: (delivery) => badge(delivery.status) },
    { title: t('chat.reason'), cell: (delivery) => el('span', { class: 'clipped', text: delivery.reason_text || '–' }) },
  ], items), el('p', { class: 'entry-hint', text: t('chat.times_in', { zone }) }));
}

function scheduleOf(delivery) {
  return el('div', {}, scheduleLink(delivery), ' ', delivery.manual && el('small', { class: 'faint', text: t('chat.by_hand') }));
}
