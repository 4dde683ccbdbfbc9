// The table component, a page at a time.
import { el, classes, unbroken } from '../dom.js';
import { languageTag, t } from '../settings.js';
import { fullTime } from '../time.js';
import { backgroundColour, textColour } from './colours.js';
import { tagChip } from './inline.js';
import { markdown } from './markdown.js';
import { formatNumber } from './number.js';
import { pager } from './pager.js';
import { personChip } from './person.js';
import { pixels, textAlign, textSize } from './size.js';

const defaultPageSize = 5;
const largestPage = 10;
const rowHeights = { low: '34px', middle: '44px', high: '54px' };

/** Draws a table. */
export function table(value, context) {
  const columns = (Array.isArray(value.columns) ? value.columns : []).filter((column) => column?.name);
  const rows = Array.isArray(value.rows) ? value.rows : [];
  const body = el('tbody');
  const size = Math.min(Math.max(Number(value.page_size) || defaultPageSize, 1), largestPage);
  const draw = (from, to) => body.replaceChildren(...rows.slice(from, to).map((row) => tableRow(columns, row ?? {}, context)));
  const pages = pager(rows.length, size, draw);
  if (rows.length === 0) body.append(el('tr', {}, el('td', { class: 'nothing', colspan: columns.length || 1, text: t('table.empty') })));
  const inner = el('table', {}, head(columns, value.header_style ?? {}, context), body);
  if (pages) inner.style.setProperty('--rows', String(size)); // the last page keeps the height of a full one
  return el('div', {
    class: classes('table', value.freeze_first_column && 'frozen', pages && 'paged'),
    style: { '--row': rowHeights[value.row_height] ?? pixels(value.row_height) },
  }, el('div', { class: 'table-scroll', tabindex: '0', role: 'region', 'aria-label': t('table.label', { n: rows.length }) }, inner), pages);
}

function head(columns, style, context) {
  const cell = (column) => el('th', {
    scope: 'col',
    style: {
      width: pixels(column.width) ?? (/^\d{1,2}%$/.test(column.width ?? '') ? column.width : null),
      'text-align': textAlign(column.horizontal_align) ?? textAlign(style.text_align),
      'font-size': textSize(style.text_size, context.styles),
      'font-weight': style.bold === false ? '400' : null,
      color: textColour(style.text_color, context.styles),
      background: style.background_style === 'none' ? 'none' : backgroundColour(style.background_style === 'grey' ? 'grey-50' : style.background_style, context.styles),
    },
    text: column.display_name || column.name,
  });
  return el('thead', {}, el('tr', {}, ...columns.map(cell)));
}

function tableRow(columns, row, context) {
  const cell = (column) => {
    const worth = row[column.name];
    const known = worth !== undefined && worth !== null && worth !== '';
    return el('td', {
      class: classes(column.data_type === 'number' && 'number', !known && 'nothing'),
      style: { 'text-align': textAlign(column.horizontal_align), 'vertical-align': verticalAlign(column.vertical_align) },
    }, ...(known ? cellContent(column, worth, context) : ['–']));
  };
  return el('tr', {}, ...columns.map(cell));
}

function verticalAlign(name) {
  return { top: 'top', center: 'middle', bottom: 'bottom' }[name] ?? null;
}

/** What a cell shows, by its column's type. */
function cellContent(column, worth, context) {
  switch (column.data_type) {
    case 'number': return [formatNumber(worth, column.format)];
    case 'date': return [formatDate(Number(worth), column.date_format)];
    case 'lark_md':
    case 'markdown': return markdown(worth, context);
    case 'options': return asList(worth).map((option) => tagChip(option?.color, option?.text ?? String(option)));
    case 'persons': return asList(worth).map((id) => personChip(id, context));
    default: return unbroken(String(worth));
  }
}

function asList(value) {
  return Array.isArray(value) ? value : [value];
}

/** A moment in the card's own pattern, such as YYYY/MM/DD. */
function formatDate(milliseconds, pattern) {
  const moment = new Date(milliseconds);
  if (Number.isNaN(moment.getTime())) return '';
  if (typeof pattern !== 'string') return new Intl.DateTimeFormat(languageTag(), { dateStyle: 'medium' }).format(moment);
  if (pattern === '') return fullTime(milliseconds);
  const two = (number) => String(number).padStart(2, '0');
  const parts = {
    YYYY: String(moment.getFullYear()), YY: two(moment.getFullYear() % 100), MM: two(moment.getMonth() + 1), M: String(moment.getMonth() + 1),
    DD: two(moment.getDate()), D: String(moment.getDate()), HH: two(moment.getHours()), mm: two(moment.getMinutes()), ss: two(moment.getSeconds()),
  };
  return pattern.replace(/YYYY|YY|MM|M|DD|D|HH|mm|ss/g, (part) => parts[part]);
}
