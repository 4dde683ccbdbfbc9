// What went out today.
import { el } from '../../../dom.js';
import { t } from '../../../settings.js';
import { get } from '../../api.js';
import { count, dayStart, instant, today as dateOf } from '../../format.js';
import { badge } from '../../parts.js';
import { poll } from '../../poll.js';
import { pageAddress, pageLink } from '../../router.js';
import { chatLink, deliveryPath, scheduleLink } from '../posting.js';
import { section } from './section.js';

const most = 6;
const every = 2000; // milliseconds, while something is pending
const idle = 30_000; // milliseconds, while nothing is

/** The box: how many there are of each state, and the newest. */
export function today({ zone, signal }) {
  const own = { live: false, pending: false };
  const load = async () => {
    const day = { from: dayStart(dateOf(zone), zone), to: dayStart(dateOf(zone, 1), zone) };
    const [counts, newest] = await Promise.all([get('/deliveries/counts', day, signal), get('/deliveries', { ...day, limit: most }, signal)]);
    own.pending = counts.pending > 0;
    return { counts, newest };
  };
  const draw = ({ counts, newest }) => {
    if (own.pending && !own.live) watch();
    if (counts.total === 0) return [el('p', { class: 'about', text: t('today.none') })];
    return [tally(counts), el('ul', { class: 'lines' }, ...newest.items.map((delivery) => line(delivery, zone))), pageLink(pageAddress('/admin/deliveries', { when: 'today' }), t('today.all', { n: count(counts.total) }))];
  };
  function watch() {
    own.live = true;
    poll(async () => {
      await box.reload();
      own.live = own.pending;
      return own.live;
    }, every, signal);
  }
  const box = section(t('today.title'), { load, draw });
  poll(async () => {
    if (!own.live) await box.reload();
    return true;
  }, idle, signal);
  return box;
}

/** The numbers by state; those of none are left out, sent is always there. */
function tally(counts) {
  const shown = ['sent', 'pending', 'failed', 'unknown', 'skipped'].filter((status) => status === 'sent' || counts[status] > 0);
  return el('ul', { class: 'tally' }, ...shown.map((status) => el('li', {},
    pageLink(pageAddress('/admin/deliveries', { when: 'today', status }), el('strong', { text: count(counts[status]) }), ' ', badge(status)))));
}

function line(delivery, zone) {
  return el('li', {},
    pageLink(deliveryPath(delivery), instant(delivery.scheduled_for, zone)),
    el('div', { class: 'named' }, scheduleLink(delivery), chatLink(delivery)),
    badge(delivery.status));
}
