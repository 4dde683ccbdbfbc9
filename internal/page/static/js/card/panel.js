// Containers: the panel that folds, and the block that can be clicked.
import { el, classes, icon } from '../dom.js';
import { backgroundColour } from './colours.js';
import { respond } from './click.js';
import { gap, lengths, pixels } from './size.js';
import { textObject } from './text.js';

/** Draws a collapsible_panel. */
export function panel(value, context) {
  const head = value.header ?? {};
  const title = textObject(head.title, context, 'span');
  title.classList.add('panel-title');
  const summary = el('summary', { style: { background: backgroundColour(head.background_color, context.styles), padding: lengths(head.padding) } });
  const sign = icon('chevron', 'panel-sign');
  summary.append(...(head.icon_position === 'left' || head.icon_position === 'follow_text' ? [sign, title] : [title, sign]));
  return el('details', {
    class: classes('panel', value.border && 'bordered', head.icon_position === 'follow_text' && 'follow'),
    open: Boolean(value.expanded),
    style: {
      background: backgroundColour(value.background_color, context.styles),
      'border-color': backgroundColour(value.border?.color, context.styles),
      'border-radius': pixels(value.border?.corner_radius),
    },
  }, summary, el('div', { class: 'panel-body', style: { padding: lengths(value.padding), gap: gap(value.vertical_spacing) } }, ...context.draw(value.elements)));
}

/** Draws an interactive_container. */
export function container(value, context) {
  const block = el('div', {
    class: classes('container', value.has_border && 'bordered', value.direction === 'horizontal' && 'horizontal'),
    style: {
      background: backgroundColour(value.background_style, context.styles),
      'border-color': backgroundColour(value.border_color, context.styles),
      'border-radius': pixels(value.corner_radius),
      padding: lengths(value.padding),
      width: pixels(value.width),
      'min-height': pixels(value.height),
      gap: gap(value.vertical_spacing, value.horizontal_spacing),
    },
  }, ...context.draw(value.elements));
  return value.disabled ? block : respond(block, value, context);
}
