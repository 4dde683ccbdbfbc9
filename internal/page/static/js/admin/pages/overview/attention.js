// What needs an admin: digests that are paused, deliveries that failed or whose
// outcome is unknown, chats that wait for a word, and what is broken. Where there
// is nothing of it, one line says so.
import { el, icon } from '../../../dom.js';
import { t } from '../../../settings.js';
import { get } from '../../api.js';
import { count, dayStart, inSentence, instant, instantText, today } from '../../format.js';
import { badge, box, button, buttonLink, failed, loading, notice } from '../../parts.js';
import { pageAddress, pageLink } from '../../router.js';
import { chatName } from '../access.js';
import { chatLink, deliveryPath, retry, scheduleLink, scheduleOf } from '../posting.js';
import { checkName, checksBesides } from './checks.js';

const days = 7; // back from today
const most = 5; // of each kind

/** The box. retried is called after a delivery was posted again. */
export function attention(about, retried) {
  const calm = el('div', {}, loading());
  const parts = [
    part(async () => paused(await about.status(), about.zone)),
    part(async () => broken(await about.status())),
    part(() => troubles(about, async () => { await parts[2].reload(); focusTitle(); retried(); })),
    part(() => requests(about.signal)),
  ];
  const element = box(t('attention.title'), calm, ...parts.map(({ place }) => place));
  const focusTitle = () => element.querySelector('h2').focus();
  element.querySelector('h2').tabIndex = -1;
  for (const one of parts) one.reload();
  return element;

  /** A part of the box. make resolves to its nodes, none where all is well. */
  function part(make) {
    const own = { place: el('div', { class: 'stack', hidden: true }), ended: false };
    own.reload = async () => {
      try {
        own.place.replaceChildren(...await make());
      } catch (failure) {
        own.place.replaceChildren(failed(failure, own.reload));
      }
      own.ended = true;
      own.place.hidden = !own.place.firstChild;
      tell();
    };
    return own;
  }

  function tell() {
    if (parts.some(({ place }) => !place.hidden)) calm.replaceChildren();
    else if (parts.every(({ ended }) => ended)) calm.replaceChildren(el('p', { class: 'calm' }, icon('check'), el('span', { text: t('attention.none', { days }) })));
    calm.hidden = !calm.firstChild;
  }
}

function paused({ digests }, zone) {
  if (!digests.paused) return [];
  return [notice('danger',
    el('p', {}, el('strong', { text: t('attention.paused', { since: instantText(digests.paused_since, zone) }) })),
    el('p', { class: 'clipped', text: digests.paused_reason_text || digests.paused_reason }),
    el('p', { text: t('attention.paused_text', { n: count(digests.pending) }) }),
    digests.pending > 0 && pageLink(pageAddress('/admin/deliveries', { status: 'pending' }), t('attention.paused_look')))];
}

/** What huibao itself fails at. */
function broken({ checks, health }) {
  const failures = [
    ...checksBesides({ checks, health }).filter(({ ok }) => !ok).map(({ check }) => ({ name: check })),
    ...health.filter(({ status }) => status === 'failed').map(({ check, detail, todo }) => ({ name: check, detail, todo })),
  ];
  if (failures.length === 0) return [];
  return [notice('danger', el('p', {}, el('strong', { text: t('attention.broken') })),
    ...failures.map(({ name, detail, todo }) => el('p', {}, el('strong', { text: checkName(name) }), ' ', detail && el('span', { text: detail }), todo && el('span', { class: 'todo', text: todo }))))];
}

async function troubles({ zone, signal }, done) {
  const from = dayStart(today(zone, 1 - days), zone);
  const counts = await get('/deliveries/counts', { from }, signal);
  const lists = await Promise.all(['unknown', 'failed'].filter((status) => counts[status] > 0)
    .map((status) => get('/deliveries', { status, from, limit: most }, signal)));
  if (lists.length === 0) return [];
  const found = lists.flatMap(({ items }) => items).sort((a, b) => b.scheduled_for.localeCompare(a.scheduled_for));
  return [
    el('ul', { class: 'troubles', 'aria-label': t('attention.troubles', { days }) }, ...found.map((delivery) => trouble(delivery, zone, done))),
    ...['failed', 'unknown'].filter((status) => counts[status] > 0).map((status) => advice(status, counts[status])),
  ];
}

function trouble(delivery, zone, done) {
  const again = async () => {
    if (await retry(delivery, zone)) await done();
  };
  return el('li', {},
    badge(delivery.status),
    el('div', { class: 'trouble-text' },
      el('p', { class: 'named' }, scheduleLink(delivery), chatLink(delivery), el('span', { class: 'faint' }, instant(delivery.scheduled_for, zone))),
      delivery.reason_text && el('p', { class: 'clipped', text: delivery.reason_text })),
    el('div', { class: 'actions' },
      of(delivery, zone, buttonLink(t('attention.look'), deliveryPath(delivery), { kind: 'small' })),
      of(delivery, zone, button(t('posting.retry'), again, { small: true }))));
}

/** Has a control say which delivery it is of, since there are several of its name. */
function of(delivery, zone, control) {
  control.setAttribute('aria-label', [control.textContent, inSentence(scheduleOf(delivery)), instantText(delivery.scheduled_for, zone)].join(' '));
  return control;
}

/** What a state means and what to do, with the way to all of them. */
function advice(status, number) {
  return el('p', { class: 'about' }, el('strong', { text: t(`state.${status}`) }), ' ', t(`attention.advice.${status}`), ' ',
    number > most && pageLink(pageAddress('/admin/deliveries', { status, when: '7d' }), t('attention.all', { n: count(number) })));
}

async function requests(signal) {
  const { items, next_cursor: more } = await get('/chats', { access: 'waiting', limit: most }, signal);
  if (items.length === 0) return [];
  const chats = items.map((chat) => el('li', {}, pageLink(`/admin/chats/${encodeURIComponent(chat.chat_id)}`, chatName(chat)), chat.external && badge('external')));
  return [notice('warning',
    el('p', {}, el('strong', { text: t('attention.requests', { n: more ? `${items.length}+` : items.length }) })),
    el('ul', { class: 'names' }, ...chats),
    buttonLink(t('attention.decide'), pageAddress('/admin/chats', { access: 'waiting' }), { kind: 'small' }))];
}
