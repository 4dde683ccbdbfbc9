// Calls of the platform this month, which count against the organisation's quota.
import { el } from '../../../dom.js';
import { t } from '../../../settings.js';
import { get } from '../../api.js';
import { count } from '../../format.js';
import { section } from './section.js';

const known = ['reports', 'messages', 'chats', 'reactions', 'tokens', 'other'];

/** The box: calls and forecast, in all and by purpose. */
export function calls({ signal }) {
  const draw = ({ month, items, total }) => [
    el('table', { class: 'small-table' },
      el('caption', { text: t('calls.month', { month }) }),
      el('thead', {}, el('tr', {}, el('th', { scope: 'col', text: t('calls.purpose') }), el('th', { scope: 'col', class: 'figure', text: t('calls.so_far') }), el('th', { scope: 'col', class: 'figure', text: t('calls.forecast') }))),
      el('tbody', {}, ...[...items].sort((a, b) => b.calls - a.calls).map((one) => row(purpose(one.purpose), one))),
      el('tfoot', {}, row(t('calls.total'), total))),
    el('p', { class: 'faint', text: t('calls.about') }),
  ];
  return section(t('calls.title'), { load: () => get('/usage', {}, signal), draw });
}

const purpose = (name) => (known.includes(name) ? t(`calls.purpose.${name}`) : name);

function row(name, { calls: number, forecast }) {
  return el('tr', {}, el('th', { scope: 'row', text: name }), el('td', { class: 'figure', text: count(number) }), el('td', { class: 'figure', text: count(forecast) }));
}
