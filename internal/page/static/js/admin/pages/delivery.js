// One delivery: what became of it, why, and the card as it was sent.
import { el, icon } from '../../dom.js';
import { language, learn, t } from '../../settings.js';
import { drawCard } from '../../card/card.js';
import { settingsOf } from '../about.js';
import { get } from '../api.js';
import { count, date, hours, inSentence, instant, instantText } from '../format.js';
import { badge, box, button, buttonLink, complain, empty, facts, failed, heading, notice, redraw, table } from '../parts.js';
import { poll } from '../poll.js';
import { pageAddress, pageLink } from '../router.js';
import { words } from './delivery.words.js';
import { canRetry, chatLink, retry, scheduleLink, scheduleOf } from './posting.js';

learn(words);

const every = 2000; // milliseconds, while it is pending

/** Shows the place. */
export async function show(place, { params, signal }) {
  const path = `/deliveries/${encodeURIComponent(params.id)}`;
  const body = el('div', { class: 'whole' });
  const said = el('p', { class: 'unseen', role: 'status' });
  const trouble = el('div', { hidden: true }); // a look that failed, until the next
  let zone;
  let shown = null; // the delivery that is drawn
  let card = null;
  signal.addEventListener('abort', () => card?.dispose?.());

  place.append(trouble, body, said);

  try {
    zone = (await settingsOf()).timezone;
    draw(await get(path, {}, signal));
  } catch (failure) {
    if (failure.name === 'AbortError') return;
    body.replaceChildren(heading(t('delivery.title')));
    if (failure.status !== 404) throw failure;
    body.append(empty(t('delivery.none'), t('delivery.none_text'), buttonLink(t('place.deliveries'), '/admin/deliveries')));
    return;
  }
  if (shown.status === 'pending') follow();

  function follow() {
    poll(async () => {
      try {
        const found = await get(path, {}, signal);
        if (JSON.stringify(found) !== JSON.stringify(shown)) draw(found);
        trouble.hidden = true;
      } catch (failure) {
        complain(trouble, failed(failure));
      }
      return shown.status === 'pending';
    }, every, signal);
  }

  async function again() {
    const queued = await retry(shown, zone);
    if (!queued || signal.aborted) return;
    draw({ ...shown, ...queued });
    body.querySelector('h1').focus();
    follow();
  }

  function draw(delivery) {
    const news = shown && shown.status !== delivery.status;
    card?.dispose?.();
    shown = delivery;
    card = delivery.card && drawCard(delivery.card, { locale: language(), live: false });
    const end = outcome(delivery, zone);
    redraw(body, () => body.replaceChildren(
      heading(t('delivery.title_of', { name: inSentence(scheduleOf(delivery)), at: instantText(delivery.scheduled_for, zone) }), {
        actions: canRetry(delivery) ? [button(t('posting.retry'), again, { kind: 'primary' })] : [] }),
      end,
      el('div', { class: 'with-card' },
        el('div', { class: 'stack' }, about(delivery, zone), delivery.figures && figures(delivery.figures)),
        cardBox(delivery.status, card))));
    if (news) said.textContent = end.textContent;
  }
}

function cardBox(status, card) {
  return box(t(status === 'sent' ? 'delivery.card' : 'delivery.card_made'),
    card ? el('div', { class: 'card-place' }, card) : el('p', { class: 'about', text: t(status === 'pending' ? 'delivery.card_not_yet' : 'delivery.card_none') }));
}

const kinds = { pending: 'info', skipped: 'info', failed: 'danger', unknown: 'warning' };

/** How it ended, why, and what to do. */
function outcome({ status, reason_text: reason, finished_at: at }, zone) {
  if (status === 'sent') return el('p', { class: 'calm' }, icon('check'), el('span', { text: t('delivery.sent', { at: instantText(at, zone) }) }));
  return notice(kinds[status] ?? 'info', el('p', {}, el('strong', { text: t(`delivery.outcome.${status}`) })),
    reason && el('p', { text: reason }), el('p', { text: t(`delivery.todo.${status}`) }));
}

function about(delivery, zone) {
  return box(t('delivery.facts'), facts([
    [t('delivery.status'), badge(delivery.status)],
    [t('delivery.due'), instant(delivery.scheduled_for, zone)],
    [t('delivery.chat'), chatLink(delivery)],
    [t('delivery.schedule'), scheduleLink(delivery)],
    [t('delivery.started'), t(delivery.manual ? 'delivery.by_hand' : 'delivery.by_schedule')],
    [t('delivery.attempts'), count(delivery.attempts)],
    [t('delivery.created'), instant(delivery.created_at, zone)],
    [t('delivery.finished'), instant(delivery.finished_at, zone)],
    delivery.message_id && [t('delivery.message'), el('span', { class: 'mono', text: delivery.message_id })],
    [t('delivery.id'), el('span', { class: 'mono', text: delivery.id })],
  ]),
  el('p', { class: 'faint', text: t('delivery.zone', { zone }) }),
  el('ul', { class: 'links' },
    el('li', {}, pageLink(pageAddress('/admin/deliveries', { schedule_id: delivery.schedule_id }), t('delivery.of_schedule'))),
    el('li', {}, pageLink(pageAddress('/admin/deliveries', { chat_id: delivery.chat_id }), t('delivery.of_chat'))),
    el('li', {}, pageLink(pageAddress('/admin/audit', { object: `delivery/${delivery.id}` }), t('delivery.audit')))));
}

function figures({ from, to, timezone, unit, totals, days, missing }) {
  const name = t('delivery.days', { n: count(days.length) });
  const rows = el('details', { class: 'fold' }, el('summary', { text: name }), table(name, dayColumns(), days));
  return box(t('delivery.figures'),
    facts([
      [t('delivery.period'), from === to ? date(from) : t('delivery.range', { from: date(from), to: date(to) })],
      [t('delivery.report_zone'), timezone],
      unit && [t('delivery.unit'), t(`unit.${unit}`)],
      [t('delivery.meetings'), count(totals?.meeting_count)],
      [t('delivery.duration'), hours(totals?.meeting_duration_seconds)],
      [t('delivery.participants'), count(totals?.participant_count)],
      missing.length > 0 && [t('delivery.missing'), missing.map(date).join(t('delivery.comma'))],
    ]),
    days.length > 0 && rows);
}

function dayColumns() {
  return [
    { title: t('delivery.day'), cell: (day) => el('span', {}, el('span', { class: 'date', text: day.date }), ' ', !day.final && badge('provisional')) },
    { title: t('delivery.meetings'), kind: 'figure', cell: (day) => count(day.meeting_count) },
    { title: t('delivery.duration'), kind: 'figure', cell: (day) => hours(day.meeting_duration_seconds) },
    { title: t('delivery.participants'), kind: 'figure', cell: (day) => count(day.participant_count) },
  ];
}
