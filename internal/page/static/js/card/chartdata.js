// What a chart shows, read from its spec: for screen readers and for pages
// without the library.
import { t } from '../settings.js';
import { formatNumber } from './number.js';

const labelFields = ['xField', 'categoryField', 'nameField'];
const valueFields = ['yField', 'valueField', 'angleField'];

/** A chart's title, "" without one. */
export function chartTitle(spec) {
  const text = spec?.title?.text;
  return typeof text === 'string' ? text : '';
}

/**
 * The rows of a chart as {label, series, value}; value is null where nothing is
 * known. A chart of bars that lie has its value along x.
 */
export function chartData(spec) {
  const rows = [];
  const series = Array.isArray(spec?.series) && spec.series.length > 0 ? spec.series : [{}];
  series.forEach((one, index) => {
    const merged = { ...spec, ...one };
    const source = one.data ?? sourceOf(spec?.data, one.dataIndex ?? (series.length > 1 ? index : 0));
    for (const value of valuesOf(source)) rows.push(rowOf(merged, value));
  });
  return rows.filter((row) => row.label !== '');
}

function sourceOf(data, index) {
  return Array.isArray(data) ? (data[index] ?? data[0]) : data;
}

function valuesOf(source) {
  const values = Array.isArray(source) ? source : source?.values;
  return Array.isArray(values) ? values.filter((value) => typeof value === 'object' && value !== null) : [];
}

function rowOf(spec, value) {
  const lying = spec.direction === 'horizontal';
  const label = field(spec, lying ? ['yField'] : labelFields, value) ?? Object.values(value).find((one) => typeof one === 'string');
  const number = field(spec, lying ? ['xField'] : valueFields, value);
  return {
    label: String(label ?? ''),
    series: spec.seriesField ? String(value[spec.seriesField] ?? '') : '',
    value: typeof number === 'number' && Number.isFinite(number) ? number : null,
  };
}

/** The value of the first field that the spec names. */
function field(spec, names, value) {
  for (const name of names) {
    const key = Array.isArray(spec[name]) ? spec[name][0] : spec[name];
    if (typeof key === 'string' && value[key] !== undefined && value[key] !== null) return value[key];
  }
  return undefined;
}

/** One sentence that says what a chart shows. */
export function summary(spec) {
  const title = chartTitle(spec) || t('chart.untitled');
  const known = chartData(spec).map((row) => row.value).filter((value) => value !== null);
  if (known.length === 0) return title;
  const number = (value) => formatNumber(value, { separator: true });
  return t('chart.label', { title, n: known.length, min: number(Math.min(...known)), max: number(Math.max(...known)) });
}
