// Reports: any period with its figures, a comparison, every day, and what the
// archive lacks of them.
import { el } from '../../dom.js';
import { learn, t } from '../../settings.js';
import { settingsOf } from '../about.js';
import { address, get } from '../api.js';
import { downloadLink } from '../download.js';
import { problemsOf, showProblems } from '../form.js';
import { instant, today } from '../format.js';
import { box, button, empty, failed, heading, loading, notice } from '../parts.js';
import { writeQuery } from '../router.js';
import { asking, readAsked, unitName } from './reports/asking.js';
import { backfills, offerBackfill } from './reports/backfill.js';
import { coverage } from './reports/coverage.js';
import { countDays, dayOf, span } from './reports/dates.js';
import { daysOf, measures } from './reports/days.js';
import { drawing } from './reports/drawing.js';
import { figures } from './reports/figures.js';
import { listing } from './reports/listing.js';
import { missing } from './reports/missing.js';
import { words } from './reports.words.js';

learn(words);

/** Shows the place. */
export async function show(place, { query, signal }) {
  place.append(heading(t('place.reports'), { about: t('report.about') }));
  let settings;
  try {
    settings = await settingsOf();
  } catch (failure) {
    place.append(failed(failure, () => { place.replaceChildren(); return show(place, { query, signal }); }));
    return;
  }
  const explorer = new Explorer(query, settings, signal);
  place.append(...explorer.elements);
  await explorer.begin();
}

class Explorer {
  #view; // how the report is looked at: measure and newest
  #asked;
  #turn = 0;
  #chart = null; // of the report that is shown
  #shown = false; // whether one is

  constructor(query, settings, signal) {
    this.settings = settings;
    this.signal = signal;
    this.#asked = readAsked(query);
    this.#view = { measure: measures.includes(query.measure) ? query.measure : measures[0], newest: query.order !== 'oldest' };
    this.form = asking(this.#asked, { unit: settings.unit, changed: (asked) => this.#ask(asked) });
    this.results = el('div', { class: 'stack report' }, loading());
    this.said = el('p', { class: 'unseen', role: 'status' });
    this.backfills = backfills({ zone: settings.timezone, signal, done: () => this.#load() });
    this.elements = [this.form, this.said, this.backfills.banner, this.results, this.backfills.element];
    signal.addEventListener('abort', () => this.#dropChart());
  }

  begin() {
    return Promise.all([this.#load(), this.backfills.follow()]);
  }

  #ask(asked) {
    this.#asked = asked;
    this.#write();
    this.#load();
  }

  #write() {
    const { measure, newest } = this.#view;
    writeQuery({ ...this.#asked, measure: measure === measures[0] ? '' : measure, order: newest ? '' : 'oldest' });
  }

  async #load() {
    const turn = ++this.#turn;
    this.results.setAttribute('aria-busy', 'true');
    try {
      const report = await get('/reports/daily', this.#asked, this.signal);
      const { items } = await get('/archive', {}, this.signal); // afterwards: the report may have filled it
      if (turn !== this.#turn) return;
      showProblems(this.form, {});
      this.#draw(report, items.find(({ unit }) => unit === report.unit));
    } catch (failure) {
      if (turn === this.#turn) this.#fail(failure);
    } finally {
      if (turn === this.#turn) this.results.removeAttribute('aria-busy');
    }
  }

  /** What is wrong with the question stands beside its field; the report before stays. */
  #fail(failure) {
    if (Object.keys(failure.fields ?? {}).length > 0) {
      showProblems(this.form, problemsOf(failure));
      if (!this.#shown) this.results.replaceChildren(empty(t('report.wrong.title'), t('report.wrong.text')));
      return;
    }
    this.#dropChart();
    this.#shown = false;
    this.results.replaceChildren(failed(failure, () => this.#load()));
  }

  #dropChart() {
    this.#chart?.dispose();
    this.#chart = null;
  }

  #draw(report, archived) {
    const days = daysOf(report);
    const focused = this.results.contains(document.activeElement) ? document.activeElement.textContent : null;
    this.#dropChart();
    this.#shown = true;
    const parts = report.totals === null ? [this.#nothing(report, archived)]
      : [figures(report), this.#drawChart(report, days)];
    const fill = () => this.#fill(report);
    this.results.replaceChildren(
      this.#head(report, days), ...caveats(report, days), ...parts,
      box(t('report.coverage.title'), el('p', { class: 'about', text: held(archived) }), el('div', { class: 'coverage-sides' },
        coverage(days, { weekStart: this.settings.week_start, zone: this.settings.timezone }), missing(days, this.settings.timezone, fill))),
      box(t('report.rows.title'), listing(days, { zone: this.settings.timezone, newest: this.#view.newest, turned: (newest) => { this.#view.newest = newest; this.#write(); } })));
    if (focused !== null) [...this.results.querySelectorAll('a, button')].find((one) => one.textContent === focused)?.focus({ preventScroll: true });
    this.said.textContent = t('report.ready', { period: span(dayOf(report.from), dayOf(report.to)) });
  }

  #fill(report) {
    offerBackfill({ report, zone: this.settings.timezone, begun: (id) => this.backfills.follow(id) });
  }

  #head(report, days) {
    const file = (format) => address('/reports/daily', { from: report.from, to: report.to, unit: report.unit, format });
    return el('div', { class: 'heading report-head' },
      el('div', {},
        el('h2', { text: span(dayOf(report.from), dayOf(report.to)) }),
        el('p', { class: 'about' }, `${countDays(days.length)} · ${report.timezone} · ${t('report.unit')}: ${unitName(report.unit)} · `,
          ...(report.as_of ? [t('report.as_of'), ' ', instant(report.as_of, report.timezone)] : [t('report.never')]))),
      el('div', { class: 'heading-actions' },
        downloadLink('CSV', file('csv')), downloadLink('XLSX', file('xlsx')),
        button(t('report.backfill.open'), () => this.#fill(report))));
  }

  #nothing(report, archived) {
    return empty(archived ? t('report.none.title') : t('report.none.archive'), t('report.none.text'), button(t('report.backfill.open'), () => this.#fill(report), { kind: 'primary' }));
  }

  #drawChart(report, days) {
    const place = el('div');
    const draw = () => {
      this.#dropChart();
      this.#chart = drawing(report, days, this.#view.measure, this.settings.week_start);
      place.replaceChildren(this.#chart);
      for (const one of switches) one.setAttribute('aria-pressed', String(one.dataset.measure === this.#view.measure));
    };
    const switches = measures.map((measure) => {
      const one = button(t(`report.measure.${measure}`), () => {
        this.#view.measure = measure;
        this.#write();
        draw();
      }, { small: true });
      one.dataset.measure = measure;
      return one;
    });
    draw();
    return box(t('report.chart.title'), el('div', { class: 'presets', role: 'group', 'aria-label': t('report.chart.measure') }, ...switches), place);
  }
}

/** What has to be known before the figures are read. */
function caveats(report, days) {
  const now = dayOf(today(report.timezone));
  const gone = days.filter((one) => one.state === 'missing').length;
  const current = days.some((one) => one.day === now);
  return [
    current && notice('info', el('p', { text: t('report.today.text', { day: span(now, now) }) })),
    gone > 0 && report.totals !== null && notice('warning', el('p', { text: t('report.missing.notice', { days: countDays(gone), all: countDays(days.length) }) })),
  ].filter(Boolean);
}

/** What the archive holds of the unit, in words. */
function held(archived) {
  if (!archived) return t('report.archive.empty');
  return t('report.archive.held', { days: span(dayOf(archived.from), dayOf(archived.to)), final: countDays(archived.final_days), provisional: countDays(archived.provisional_days) });
}
