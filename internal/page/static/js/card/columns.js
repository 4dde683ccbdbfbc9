// Columns side by side, and how they give way on a narrow card.
import { el, classes } from '../dom.js';
import { backgroundColour } from './colours.js';
import { flexAlign, gap, lengths, pixels, spacing } from './size.js';
import { clickable } from './click.js';

const flexModes = ['none', 'stretch', 'flow', 'bisect', 'trisect'];

/** Draws a column_set. */
export function columnSet(value, context) {
  const mode = flexModes.includes(value.flex_mode) ? value.flex_mode : 'none';
  const set = el('div', {
    class: `columns flex-${mode}`,
    style: {
      '--gap': spacing(value.horizontal_spacing),
      background: backgroundColour(value.background_style, context.styles),
      'justify-content': flexAlign(value.horizontal_align),
    },
  });
  if (backgroundColour(value.background_style, context.styles)) set.classList.add('filled');
  for (const one of Array.isArray(value.columns) ? value.columns : []) set.append(column(one ?? {}, context));
  return clickable(set, value.action, context);
}

function column(value, context) {
  const background = backgroundColour(value.background_style, context.styles);
  const element = el('div', {
    class: classes('column', background && 'filled', value.direction === 'horizontal' && 'horizontal', value.width === 'auto' && 'auto'),
    style: {
      background,
      padding: lengths(value.padding),
      gap: gap(value.vertical_spacing, value.horizontal_spacing),
      'align-self': value.vertical_align ? flexAlign(value.vertical_align) : null,
      'text-align': value.horizontal_align === 'center' ? 'center' : null,
      '--weight': value.width === 'weighted' ? String(Math.min(Math.max(Number(value.weight) || 1, 1), 5)) : null,
      '--basis': pixels(value.width),
    },
  }, ...context.draw(value.elements));
  if (pixels(value.width)) element.classList.add('fixed');
  if (value.element_id) element.dataset.elementId = value.element_id;
  return clickable(element, value.action, context);
}
