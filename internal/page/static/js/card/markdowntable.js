// Tables written in markdown.
import { el } from '../dom.js';
import { inline } from './inline.js';
import { pager } from './pager.js';

const rowsPerPage = 5; // of a table in markdown

/** Draws the table that begins at a line; returns it and the line after it. */
export function markdownTable(lines, at, context) {
  const heads = cells(lines[at]);
  const aligns = cells(lines[at + 1]).map((rule) => (rule.startsWith(':') ? (rule.endsWith(':') ? 'center' : 'left') : rule.endsWith(':') ? 'right' : null));
  const rows = [];
  let end = at + 2;
  for (; end < lines.length && lines[end].includes('|'); end++) rows.push(cells(lines[end]));
  const cell = (tag, text, column) => el(tag, { scope: tag === 'th' ? 'col' : null, style: { 'text-align': aligns[column] } }, ...inline(text, context));
  const body = el('tbody');
  const table = el('table', {}, el('thead', {}, el('tr', {}, ...heads.map((head, column) => cell('th', head, column)))), body);
  const draw = (from, to) => body.replaceChildren(...rows.slice(from, to).map((row) => el('tr', {}, ...heads.map((_, column) => cell('td', row[column] ?? '', column)))));
  return [el('div', { class: 'table markdown-table' }, el('div', { class: 'table-scroll', tabindex: '0' }, table), pager(rows.length, rowsPerPage, draw)), end];
}

/** The cells of a line, an escaped bar kept. */
function cells(line) {
  const inner = line.trim().replace(/^\|/, '').replace(/\|$/, '');
  return inner.split(/(?<!\\)\|/).map((cell) => cell.replaceAll('\\|', '|').trim());
}
