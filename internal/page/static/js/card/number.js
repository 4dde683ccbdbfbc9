// Numbers as a table's format says.

const most = 10; // decimals that are shown

/** A number with its symbol, decimals and thousands, alike in every language. */
export function formatNumber(worth, format) {
  const number = Number(worth);
  if (!Number.isFinite(number)) return String(worth);
  const precision = Number.isInteger(format?.precision) ? Math.min(Math.max(format.precision, 0), most) : null;
  const text = new Intl.NumberFormat('en-US', {
    useGrouping: Boolean(format?.separator),
    minimumFractionDigits: precision ?? 0,
    maximumFractionDigits: precision ?? most,
  }).format(number);
  return `${format?.symbol ?? ''}${text}`;
}
