// Icons of cards. The platform's own drawings are not ours to ship, so a token
// is shown by the nearest of our own.
import { el, icon } from '../dom.js';
import { textColour } from './colours.js';

const nearest = [
  [/calendar|time|date/, 'calendar'],
  [/bell|alarm|notice|remind/, 'bell'],
  [/warn|error|risk|alert/, 'warning'],
  [/info|help|maybe/, 'info'],
  [/chat|message|comment|forward|reply/, 'chat'],
  [/chart|data|report|status|sheet|bar/, 'chart'],
  [/member|people|group|community/, 'people'],
  [/user|person|contact|admin/, 'person'],
  [/down|export|save/, 'download'],
  [/file|doc|note/, 'file'],
  [/done|yes|check|succeed|approve/, 'check'],
  [/right|arrow|more|expand/, 'right'],
];

/** An icon element of a card, null where there is none. */
export function cardIcon(value, context) {
  if (typeof value !== 'object' || value === null) return null;
  if (value.tag !== 'standard_icon' && value.tag !== 'custom_icon') return null;
  const token = String(value.token ?? '');
  const found = nearest.find(([pattern]) => pattern.test(token));
  return el('span', { class: 'card-icon', style: { color: textColour(value.color, context.styles) } }, icon(found?.[1] ?? 'square'));
}
