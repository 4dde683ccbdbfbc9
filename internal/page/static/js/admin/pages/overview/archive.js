// How much of the past the archive holds.
import { el } from '../../../dom.js';
import { t } from '../../../settings.js';
import { get } from '../../api.js';
import { count, date, formatter, instant } from '../../format.js';
import { badge, buttonLink } from '../../parts.js';
import { pageAddress, pageLink } from '../../router.js';
import { section } from './section.js';

const most = 3; // missing ranges that are named

/** The box: a line of days for each unit. */
export function archive({ zone, signal }) {
  const draw = ({ items }) => (items.length === 0
    ? [el('p', { class: 'about', text: t('archive.none') }), el('div', {}, buttonLink(t('place.reports'), '/admin/reports'))]
    : items.map((coverage) => covered(coverage, zone)));
  return section(t('archive.title'), { load: () => get('/archive', {}, signal), draw });
}

function covered(coverage, zone) {
  const missing = coverage.missing.reduce((sum, { from, to }) => sum + daysOf(from, to), 0);
  const states = [['final', coverage.final_days], ['provisional', coverage.provisional_days], ['missing', missing]];
  return el('div', { class: 'coverage' },
    el('p', { class: 'named' }, pageLink(pageAddress('/admin/reports', { unit: coverage.unit }), coverage.unit ? t(`unit.${coverage.unit}`) : t('archive.default')),
      el('span', { class: 'faint', text: t('archive.range', { from: date(coverage.from), to: date(coverage.to) }) })),
    el('div', { class: 'share', 'aria-hidden': 'true' }, ...states.filter(([, days]) => days > 0).map(([state, days]) => el('span', { class: state, style: { 'flex-grow': String(days) } }))),
    el('ul', { class: 'tally' }, ...states.filter(([state, days]) => days > 0 || state === 'final').map(([state, days]) => el('li', {}, el('strong', { text: formatter(Intl.NumberFormat, { style: 'unit', unit: 'day', unitDisplay: 'long' }).format(days) }), ' ', badge(state)))),
    missing > 0 && el('p', { class: 'about', text: gaps(coverage.missing) }),
    el('p', { class: 'faint' }, t('archive.fetched'), ' ', instant(coverage.fetched_at, zone)));
}

/** How many days a range holds. Both are YYYY-MM-DD, and both count. */
const daysOf = (from, to) => Math.round((new Date(to) - new Date(from)) / 86400000) + 1;

/** The first missing ranges in words. */
function gaps(ranges) {
  const named = ranges.slice(0, most).map(({ from, to }) => (from === to ? date(from) : t('archive.range', { from: date(from), to: date(to) })));
  const list = named.join(t('archive.comma'));
  return ranges.length > most ? t('archive.missing_more', { list, n: count(ranges.length - most) }) : t('archive.missing', { list });
}
