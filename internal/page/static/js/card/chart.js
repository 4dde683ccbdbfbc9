// Charts, drawn by VChart from chart_spec as it was sent. Without the library
// the same data shows as a list of bars.
import { el } from '../dom.js';
import { settings, t, theme } from '../settings.js';
import { chartData, chartTitle, summary } from './chartdata.js';
import { chartList } from './chartlist.js';
import { chartTheme } from './charttheme.js';
import { pixels } from './size.js';
import { inTurn } from './turns.js';

const aspects = { '1:1': '1 / 1', '2:1': '2 / 1', '4:3': '4 / 3', '16:9': '16 / 9' };

/** Where the library is, as the page says. */
const libraryAddress = new URL(document.querySelector('meta[name="chart-library"]').content, document.baseURI).href;

let library; // the promise of the module, asked for by the first chart

/** Draws a chart. It is drawn once its place is known, so this returns before. */
export function chart(value, context) {
  const spec = value.chart_spec;
  const box = el('div', { class: 'chart', dataset: { drawn: 'false' }, style: { '--aspect': aspects[value.aspect_ratio], height: pixels(value.height) } });
  if (!pixels(value.height) && !aspects[value.aspect_ratio]) box.classList.add('free');
  const place = el('div', { class: 'chart-place', role: 'img', 'aria-label': summary(spec) }, el('p', { class: 'chart-wait', text: t('chart.drawing') }));
  box.append(place);
  const life = { gone: false, chart: null };
  context.dispose.push(() => end(life));
  begin(box, place, spec, life);
  return box;
}

async function begin(box, place, spec, life) {
  let VChart;
  try {
    library ??= import(libraryAddress);
    ({ VChart } = await library);
  } catch {
    if (!life.gone) fallBack(box, spec, t('chart.without'));
    return;
  }
  const redraw = () => inTurn(() => draw(VChart, box, place, spec, life));
  if (life.gone) return;
  life.redraw = redraw;
  settings.addEventListener('theme', redraw);
  redraw();
}

/** Draws the chart in the theme in force. VChart changes specs, so it gets a copy. */
function draw(VChart, box, place, spec, life) {
  if (life.gone) return;
  try {
    life.chart?.release();
    box.dataset.drawn = 'false';
    const stage = el('div', { class: 'chart-stage' }); // a new one each time, since VChart leaves its styles behind
    place.replaceChildren(stage);
    life.chart = new VChart(structuredClone(spec), {
      dom: stage, mode: 'desktop-browser', animation: false, autoFit: true, theme: chartTheme(theme()),
      onError: (message) => console.warn(`VChart: ${message}`),
    });
    life.chart.on('renderFinished', () => mark(box, life.chart));
    life.chart.renderSync();
    if (!life.chart.getChart()) throw new Error('VChart refuses the spec'); // it only tells onError
    mark(box, life.chart);
  } catch (failure) {
    console.warn('the chart cannot be drawn', failure);
    end(life);
    fallBack(box, spec, t('chart.failed'));
  }
}

/** Notes that a chart is drawn, and how many marks its series show. */
function mark(box, drawn) {
  let marks = 0;
  for (const series of drawn?.getChart()?.getAllSeries() ?? []) {
    for (const one of series.getMarks()) marks += shown(one);
  }
  box.dataset.marks = String(marks);
  box.dataset.drawn = String(marks > 0);
}

/** How many of a mark's elements have a size. */
function shown(one) {
  const elements = one.getProduct()?.elements ?? [];
  return elements.filter((element) => {
    const bounds = element.getGraphicItem?.()?.AABBBounds;
    return bounds && bounds.width() > 0 && bounds.height() > 0;
  }).length;
}

function fallBack(box, spec, reason) {
  box.classList.add('listed');
  box.dataset.drawn = 'false';
  box.dataset.listed = 'true';
  box.style.height = '';
  box.replaceChildren(chartList(chartTitle(spec), chartData(spec)), el('p', { class: 'chart-reason', text: reason }));
}

/** Frees what a chart holds; it is not drawn any more. */
function end(life) {
  life.gone = true;
  if (life.redraw) settings.removeEventListener('theme', life.redraw);
  life.chart?.release();
}
