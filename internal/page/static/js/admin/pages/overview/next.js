// What is due next.
import { el } from '../../../dom.js';
import { t } from '../../../settings.js';
import { get } from '../../api.js';
import { instant, relative } from '../../format.js';
import { buttonLink } from '../../parts.js';
import { pageAddress, pageLink } from '../../router.js';
import { chatLink, scheduleTitle } from '../posting.js';
import { section } from './section.js';

const most = 5;
const soonest = { sort: 'next_run_at', state: 'active' };

/** The box: the schedules that run next. */
export function next({ zone, signal }) {
  const draw = ({ items }) => {
    const due = items.filter((schedule) => schedule.next_run_at);
    if (due.length === 0) return [el('p', { class: 'about', text: t('next.none') }), el('div', {}, buttonLink(t('steps.new_schedule'), '/admin/schedules/new'))];
    return [el('ul', { class: 'lines' }, ...due.map((schedule) => line(schedule, zone))), pageLink(pageAddress('/admin/schedules', soonest), t('next.all'))];
  };
  return section(t('next.title'), { load: () => get('/schedules', { ...soonest, limit: most }, signal), draw });
}

function line(schedule, zone) {
  return el('li', {},
    el('div', {}, instant(schedule.next_run_at, zone), el('small', { class: 'faint', text: relative(schedule.next_run_at) })),
    el('div', {}, el('div', { class: 'named' }, pageLink(`/admin/schedules/${encodeURIComponent(schedule.id)}`, el('bdi', { class: 'clipped', text: scheduleTitle(schedule) })), chatLink(schedule)), el('small', { class: 'faint', text: schedule.when })));
}
