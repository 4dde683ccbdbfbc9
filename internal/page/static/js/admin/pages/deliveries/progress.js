// How far a run has come whose deliveries are on the list.
import { el } from '../../../dom.js';
import { t } from '../../../settings.js';
import { get } from '../../api.js';
import { count } from '../../format.js';
import { advance, complain, failed, progress } from '../../parts.js';
import { poll } from '../../poll.js';

const every = 2000; // milliseconds, while a run is followed
const idle = 30_000; // milliseconds, while none is
const longest = 12 * 3600_000; // milliseconds between the deliveries of one run

/**
 * Follows a run while any of its deliveries is pending: asks for the list again
 * (reload), and counts what fell due when the pending ones did. asked is what the
 * list asks the API for. Returns {elements, look}; look is told what is on the list.
 */
export function progressOf({ asked, reload, signal }) {
  const said = el('p', { class: 'unseen', role: 'status' });
  const bar = progress(0, 0, '');
  const shown = el('div', { hidden: true }, bar);
  const run = { live: false, from: 0, until: 0 };

  function look(items) {
    const due = items.filter(({ status }) => status === 'pending').map(({ scheduled_for: at }) => Date.parse(at));
    if (due.length === 0) return;
    const newest = Math.max(...due);
    if (!run.live || newest - run.until > longest) Object.assign(run, { from: newest, until: newest }); // an older one is posted again for itself
    run.until = Math.max(run.until, newest);
    run.from = Math.min(run.from, ...due.filter((at) => run.until - at <= longest));
    if (!run.live) begin();
  }

  function begin() {
    run.live = true;
    said.textContent = '';
    tally();
    poll(async () => {
      await reload();
      const counts = await tally();
      run.live = counts === null || counts.pending > 0;
      if (!run.live) said.textContent = t('deliveries.ended', { what: words(counts) });
      return run.live;
    }, every, signal);
  }

  poll(async () => {
    if (!run.live) await reload();
    return true;
  }, idle, signal);

  /** Counts and shows; null when it could not be told. */
  async function tally() {
    const { schedule_id, chat_id } = asked();
    try {
      const counts = await get('/deliveries/counts', { schedule_id, chat_id, from: instantOf(run.from), to: instantOf(run.until + 1000) }, signal);
      shown.hidden = counts.total < 2;
      advance(bar, counts.total - counts.pending, counts.total, words(counts));
      if (!bar.parentNode) shown.replaceChildren(bar); // after a complaint
      return counts;
    } catch (failure) {
      complain(shown, failed(failure));
      return null;
    }
  }

  return { elements: [shown, said], look };
}

/** An instant as the API takes it; it tells whole seconds. */
const instantOf = (at) => new Date(at).toISOString();

/** Such as "412 of 1,000 sent, 3 failed". */
function words(counts) {
  const others = ['failed', 'unknown', 'skipped'].filter((status) => counts[status] > 0);
  return t('deliveries.sent_of', { sent: count(counts.sent), total: count(counts.total) }) + others.map((status) => t(`deliveries.and.${status}`, { n: count(counts[status]) })).join('');
}
