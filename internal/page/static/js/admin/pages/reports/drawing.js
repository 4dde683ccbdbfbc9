// The chart of a report: bars of the period, and a line of what it is compared
// with. What is missing is a gap.
import { chart } from '../../../card/chart.js';
import { words } from '../../../card/words.js';
import { el } from '../../../dom.js';
import { learn, t } from '../../../settings.js';
import { dayOf, span } from './dates.js';
import { counterparts, daysOf, groupsOf, stepOf, sumOf } from './days.js';

learn(words); // those of charts

const bars = '#3370ff';
const line = '#d9730d';

/** Draws a measure of a report. Its dispose method frees what the chart holds. */
export function drawing(report, days, measure, weekStart) {
  const step = stepOf(days.length);
  const groups = groupsOf(days, step, weekStart);
  const partial = step !== 'day' && groups.some((group) => isPartial(group));
  for (const group of groups) if (step !== 'day' && isPartial(group)) group.label += ' *';
  const others = report.comparison?.totals ? counterparts(report, report.comparison) : null;
  const dispose = [];
  const said = notes({ report, days, step, partial, others });
  const element = el('div', { class: 'stack' },
    chart({ chart_spec: specOf({ report, groups, step, measure, others }), height: '300px' }, { dispose }),
    said.length > 0 && el('p', { class: 'entry-hint', text: said.join(' ') }));
  element.dispose = () => dispose.splice(0).forEach((free) => free());
  return element;
}

const isMissing = (one) => one.state === 'missing';
const isPartial = (group) => group.days.some(isMissing) && !group.days.every(isMissing);
const isProvisional = (group) => group.days.some((one) => one.state === 'provisional');

function specOf({ report, groups, step, measure, others }) {
  const named = measure === 'meeting_duration_seconds' ? t('report.chart.hours') : t(`report.measure.${measure}`);
  const point = (group, value, series) => ({ x: group.label, y: shown(value, measure), s: series });
  const covered = groups.filter((group) => !group.days.every(isMissing)); // one without a figure would be drawn as zero
  const settled = covered.filter((group) => !isProvisional(group)).map((group) => point(group, sumOf(group.days, measure), named));
  const provisional = covered.filter(isProvisional).map((group) => point(group, sumOf(group.days, measure), t('report.chart.provisional')));
  const compared = () => t('report.chart.compared', { period: span(dayOf(report.comparison.from), dayOf(report.comparison.to)) });
  const series = [
    bar(settled, { fill: bars }),
    provisional.length > 0 && bar(provisional, { fill: 'rgba(51,112,255,0.3)', stroke: bars, lineWidth: 1, texture: 'bias-rl', textureColor: bars, textureSize: 8 }),
    others && lineOf(groups.map((group) => point(group, sumOf(others(group.days), measure), compared())), groups.length),
  ].filter(Boolean);
  return {
    type: 'common',
    title: { visible: false, text: t(`report.chart.${step}`, { measure: named }) },
    data: series.map((one) => one.data),
    series: series.map(({ data, ...one }, dataIndex) => ({ ...one, dataIndex, stack: false })), // stack: else a series stands on the others
    axes: [
      { orient: 'bottom', type: 'band', domain: groups.map((group) => group.label), label: { autoHide: true, autoRotate: false } },
      { orient: 'left', type: 'linear', min: 0, tick: { noDecimals: true }, label: { formatter: '{label:,}' } },
    ],
    legends: { visible: series.length > 1, orient: 'bottom' },
    color: [bars, ...(provisional.length > 0 ? ['rgba(51,112,255,0.3)'] : []), line],
    tooltip: { dimension: { title: { value: '{x}' } } },
  };
}

function bar(values, style) {
  return { type: 'bar', data: { values }, xField: 'x', yField: 'y', seriesField: 's', barMaxWidth: 48, barMinHeight: 2, bar: { style } };
}

function lineOf(values, count) {
  return {
    type: 'line', data: { values }, xField: 'x', yField: 'y', seriesField: 's', invalidType: 'break',
    line: { style: { stroke: line, lineWidth: 2, lineDash: [5, 4] } },
    point: { visible: count <= 45, style: { fill: line, size: 5 } },
  };
}

/** A value as it is drawn: durations in hours. */
function shown(value, measure) {
  return value === null || measure !== 'meeting_duration_seconds' ? value : Math.round(value / 360) / 10;
}

/** What has to be said of a chart for it to be read right. */
function notes({ report, days, step, partial, others }) {
  const said = [];
  if (step !== 'day') said.push(t(`report.chart.sums_${step}`));
  if (days.some(isMissing)) said.push(t('report.chart.gaps'));
  if (partial) said.push(t('report.chart.partial'));
  if (days.some((one) => one.state === 'provisional')) said.push(t('report.chart.striped'));
  if (others) {
    const drawn = new Set(others(days));
    const left = daysOf(report.comparison).length - drawn.size;
    if (left > 0) said.push(t('report.chart.left', { n: left }));
  }
  return said;
}
