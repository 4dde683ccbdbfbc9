// Lengths and sizes of cards as CSS. What is not one of the documented forms
// is left to the style sheet.

const spacings = { small: '4px', medium: '8px', large: '12px', extra_large: '16px' };

const textSizes = {
  'heading-0': 30, 'heading-1': 24, 'heading-2': 20, 'heading-3': 18, 'heading-4': 16, heading: 16,
  normal: 14, notation: 12, 'xxxx-large': 30, 'xxx-large': 24, 'xx-large': 20, 'x-large': 18, large: 16,
  medium: 14, small: 12, 'x-small': 10,
};

const alignments = { left: 'left', center: 'center', right: 'right' };
const flexAlignments = { left: 'flex-start', top: 'flex-start', center: 'center', right: 'flex-end', bottom: 'flex-end' };

/** One to four pixel lengths as of a padding or margin, null for anything else. */
export function lengths(text) {
  return /^-?\d{1,2}px(?: -?\d{1,2}px){0,3}$/.test(text ?? '') ? text : null;
}

/** A single length in pixels up to 999, null for anything else. */
export function pixels(text) {
  return /^[1-9]\d{0,2}px$/.test(text ?? '') ? text : null;
}

/** A spacing's length: a documented word or pixels. */
export function spacing(text) {
  return spacings[text] ?? (/^\d{1,2}px$/.test(text ?? '') ? text : null);
}

/** Row and column gap of a container, null when neither is set. */
export function gap(vertical, horizontal) {
  const rows = spacing(vertical);
  const columns = spacing(horizontal);
  return rows || columns ? `${rows ?? '8px'} ${columns ?? '8px'}` : null;
}

/** A text size in pixels as CSS, by its name or one the card defines. */
export function textSize(name, styles) {
  const size = styles?.sizes[name] ?? name;
  return textSizes[size] ? `${textSizes[size]}px` : pixels(size);
}

/** text-align, null for none. */
export function textAlign(name) {
  return alignments[name] ?? null;
}

/** align-items or justify-content, null for none. */
export function flexAlign(name) {
  return flexAlignments[name] ?? null;
}
