// The buttons under a table that has more rows than a page shows.
import { el, icon } from '../dom.js';
import { t } from '../settings.js';

/** Draws the first page by draw(from, to) and returns the pager, or null if all rows fit. */
export function pager(rows, size, draw) {
  const pages = Math.max(Math.ceil(rows / size), 1);
  let page = 0;
  const place = el('span', { class: 'pager-place', role: 'status' });
  const previous = step('left', t('table.previous'), -1);
  const next = step('right', t('table.next'), 1);
  show();
  if (pages === 1) return null;
  return el('nav', { class: 'pager', 'aria-label': t('table.label', { n: rows }) }, place, previous, next);

  function step(drawing, label, by) {
    const turn = () => {
      if (page + by < 0 || page + by >= pages) return;
      page += by;
      show();
    };
    return el('button', { type: 'button', class: 'icon-button small', 'aria-label': label, title: label, on: { click: turn } }, icon(drawing));
  }

  function show() {
    const from = page * size;
    const to = Math.min(from + size, rows);
    draw(from, to);
    place.textContent = t('table.rows', { from: from + 1, to, n: rows });
    previous.setAttribute('aria-disabled', String(page === 0));
    next.setAttribute('aria-disabled', String(page === pages - 1));
  }
}
