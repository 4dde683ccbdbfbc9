// The controls of when a schedule runs: plainly, and as a cron text beside it.
import { el } from '../../../dom.js';
import { languageTag, t } from '../../../settings.js';
import { timezones } from '../../about.js';
import { choice, field } from '../../form.js';
import { cronOf, frequencies, monthDays, plainOf, weekdays } from './times.js';

/**
 * The controls of cron, on and timezone, for a draft. changed is called with the
 * fields that were changed.
 */
export function when(draft, changed) {
  let plain = plainOf(draft.cron, draft.on);
  const frequency = choice({ name: 'frequency', options: frequencies.map((one) => [one, t(`schedule.frequency.${one}`)]), value: plain.frequency });
  const days = dayChoice();
  const month = choice({ name: 'day', options: monthDays.map((day) => [day, dayLabel(day)]), value: plain.day });
  const time = el('input', { type: 'time', name: 'time', required: true });
  const cron = el('input', { type: 'text', name: 'cron', class: 'mono', autocomplete: 'off', spellcheck: 'false', maxlength: '200' });
  const on = choice({ name: 'on', options: ['every_day', 'workdays', 'first_workday_of_week', 'first_workday_of_month'].map((one) => [one, t(`schedule.on.${one}`)]), value: draft.on });
  const zone = el('input', { type: 'text', name: 'timezone', list: 'zones', autocomplete: 'off', spellcheck: 'false' });
  const parts = {
    days: field({ name: 'weekdays', label: t('schedule.weekdays'), input: days }),
    month: field({ name: 'day', label: t('schedule.day'), input: month }),
    time: field({ name: 'time', label: t('schedule.time'), input: time }),
  };

  /** Writes what is known into the controls that somebody is not just typing in. */
  function draw(except = null) {
    frequency.value = plain.frequency;
    month.value = plain.day;
    for (const box of days.querySelectorAll('input')) box.checked = plain.weekdays.includes(Number(box.value));
    if (except !== time) time.value = plain.time;
    if (except !== cron) cron.value = draft.cron;
    on.value = draft.on;
    zone.value = draft.timezone;
    parts.days.hidden = plain.frequency !== 'weekly';
    parts.month.hidden = plain.frequency !== 'monthly';
    parts.time.hidden = plain.frequency === 'own';
  }

  function say(change, except) {
    Object.assign(draft, change);
    draw(except);
    changed(Object.keys(change));
  }

  /** Takes over a change that was made plainly. */
  function plainly(change, except) {
    plain = { ...plain, ...change };
    say(cronOf(plain) ?? {}, except);
  }

  /** Takes over a change that was made in cron terms; what it does not say is kept. */
  function exactly(change, except) {
    const read = plainOf(change.cron ?? draft.cron, change.on ?? draft.on);
    plain = read.frequency === 'own' ? { ...plain, frequency: 'own' } : { ...read, weekdays: read.frequency === 'weekly' ? read.weekdays : plain.weekdays, day: read.frequency === 'monthly' ? read.day : plain.day };
    say(change, except);
  }

  frequency.addEventListener('change', () => {
    plainly({ frequency: frequency.value });
    if (frequency.value === 'own') cron.focus();
  });
  month.addEventListener('change', () => plainly({ day: month.value }));
  days.addEventListener('change', (event) => {
    const chosen = [...days.querySelectorAll('input:checked')].map((box) => Number(box.value));
    parts.days.querySelector('.entry-problem').textContent = chosen.length > 0 ? '' : t('schedule.weekdays_none');
    if (chosen.length > 0) plainly({ weekdays: chosen });
    else event.target.checked = true;
  });
  time.addEventListener('input', () => { if (time.value) plainly({ time: time.value }, time); });
  time.addEventListener('blur', () => draw());
  cron.addEventListener('input', () => exactly({ cron: cron.value }, cron));
  on.addEventListener('change', () => exactly({ on: on.value }));
  zone.addEventListener('input', () => say({ timezone: zone.value.trim() }, zone));

  draw();
  return el('div', { class: 'stack' },
    el('div', { class: 'entry-grid' },
      field({ name: 'frequency', label: t('schedule.frequency'), input: frequency }),
      parts.month, parts.time,
      field({ name: 'timezone', label: t('schedule.label.timezone'), input: zone })),
    parts.days,
    el('datalist', { id: 'zones' }, ...timezones().map((name) => el('option', { value: name }))),
    el('div', { class: 'entry-grid same' },
      field({ name: 'cron', label: t('schedule.label.cron'), hint: t('schedule.cron_hint'), input: cron }),
      field({ name: 'on', label: t('schedule.label.on'), input: on })));
}

function dayChoice() {
  const name = new Intl.DateTimeFormat(languageTag(), { weekday: 'short', timeZone: 'UTC' });
  const sunday = Date.UTC(2024, 0, 7);
  return el('div', { role: 'group', class: 'day-choice' }, ...weekdays.map((day) => el('label', {},
    el('input', { type: 'checkbox', value: String(day) }), el('span', { text: name.format(sunday + day * 86400_000) }))));
}

function dayLabel(day) {
  if (day === '31L') return t('schedule.day_last');
  return day.endsWith('L') ? t('schedule.day_or_last', { day: parseInt(day, 10) }) : day;
}
