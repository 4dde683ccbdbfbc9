// When a schedule runs: the sentence in words, and the next times with reasons.
import { el } from '../../../dom.js';
import { t } from '../../../settings.js';
import { post } from '../../api.js';
import { date, relative } from '../../format.js';
import { badge, loading, notice } from '../../parts.js';
import { pageLink } from '../../router.js';
import { requestToLookAt } from './draft.js';
import { latest } from './latest.js';

const pause = 350; // milliseconds after the last key

/**
 * The times of a draft. checked is called with what is wrong as {field: message},
 * {} for nothing. Returns {element, look}: look(draft) shows another draft.
 */
export function runs({ signal, checked }) {
  const sentence = el('p', { class: 'when-words', role: 'status' });
  const place = el('div', { class: 'runs-place' }, loading());
  const ask = latest({
    pause, signal,
    ask: (draft, taken) => post('/schedules/preview-runs', requestToLookAt(draft), { query: { count: 10 }, signal: taken }),
    answered: (answer, draft) => {
      sentence.textContent = t('schedule.when_in', { when: answer.when, zone: draft.timezone });
      place.replaceChildren(...drawRuns(answer.items));
      place.removeAttribute('aria-busy');
      checked({});
    },
    failed: (failure) => {
      if (failure.fields === undefined) throw failure;
      const wrong = Object.keys(failure.fields).length > 0;
      sentence.textContent = '';
      place.replaceChildren(notice(wrong ? 'info' : 'warning', el('p', { text: wrong ? t('schedule.runs_wrong') : failure.message })));
      place.removeAttribute('aria-busy');
      checked(failure.fields);
    },
  });
  const look = (draft, wait) => {
    place.setAttribute('aria-busy', 'true');
    ask(draft, wait);
  };
  return { element: el('div', { class: 'stack' }, sentence, el('h3', { text: t('schedule.runs') }), place), look };
}

function drawRuns(items) {
  const next = items.find((run) => run.runs);
  const rows = items.map((run) => el('li', { class: run.runs ? 'run' : 'run off' },
    el('time', { datetime: run.at }, el('span', { text: date(run.at.slice(0, 10)) }), ' ', el('span', { class: 'run-time', text: run.at.slice(11, 16) })),
    badge(run.runs ? 'ok' : 'skipped', t(`schedule.run.${run.reason}`)),
    run === next && el('small', { class: 'faint', text: relative(run.at) })));
  const years = [...new Set(items.filter((run) => !run.calendar_known).map((run) => run.at.slice(0, 4)))];
  return [
    el('ol', { class: 'runs' }, ...rows),
    ...years.map((year) => notice('warning', el('p', { text: t('schedule.calendar_unknown', { year }) }), pageLink(`/admin/calendar/${year}`, t('schedule.calendar_open', { year })))),
  ];
}
