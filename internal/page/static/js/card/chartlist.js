// The data of a chart as a table with a bar in each row.
import { el } from '../dom.js';
import { t } from '../settings.js';
import { formatNumber } from './number.js';

/** Draws rows of {label, series, value}. */
export function chartList(title, rows) {
  const most = Math.max(...rows.map((row) => Math.abs(row.value ?? 0)), 0);
  const several = new Set(rows.map((row) => row.series)).size > 1;
  const seriesNames = [...new Set(rows.map((row) => row.series))];
  const line = (row) => el('tr', {},
    el('th', { scope: 'row', text: row.label }),
    el('td', { class: 'bar-cell' }, el('span', {
      class: 'bar', title: several ? row.series : null,
      style: { width: `${most > 0 ? (Math.abs(row.value ?? 0) / most) * 100 : 0}%`, '--series': String(seriesNames.indexOf(row.series)) },
    })),
    el('td', { class: 'number', text: row.value === null ? '–' : formatNumber(row.value, { separator: true }) }));
  return el('div', { class: 'chart-list', tabindex: '0', role: 'region', 'aria-label': title || t('chart.untitled') },
    el('table', {},
      el('caption', { text: title || t('chart.untitled') }),
      el('thead', { class: 'unseen' }, el('tr', {}, el('th', { scope: 'col', text: t('chart.category') }), el('td'), el('th', { scope: 'col', text: t('chart.value') }))),
      ...(several ? seriesNames : [null]).map((name) => el('tbody', {},
        name && el('tr', {}, el('th', { scope: 'rowgroup', colspan: '3', class: 'series-name', text: name })),
        ...rows.filter((row) => name === null || row.series === name).map(line)))));
}
