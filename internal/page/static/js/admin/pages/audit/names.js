// Who, what and whereof of an audit entry, in words. What is not known is shown
// as it is.
import { t } from '../../../settings.js';
import { chatTitle } from '../access.js';

/** Words by their key, or what stands for those that are not known. */
export function asText(key, otherwise) {
  const found = t(key);
  return found === key ? otherwise : found;
}

/** An action in words. */
export function actionText(action) {
  return asText(`audit.action.${action.replaceAll('.', '_')}`, action);
}

/** Who did it: an admin token's name, a person in a chat, the shell or huibao itself. */
export function actorText(actor) {
  if (actor.startsWith('chat:')) return t('audit.actor.chat', { person: actor.slice('chat:'.length) });
  return ['cli', 'system'].includes(actor) ? t(`audit.actor.${actor}`) : actor;
}

/** What it was done to: its name where the entry knows one. */
export function objectName({ object, before, after }) {
  const [kind, id] = parts(object);
  if (kind === 'settings') return t('place.settings');
  const state = after ?? before;
  if (kind === 'chat' && state) return chatTitle(state);
  return state?.name || id || object;
}

/** The address of what it was done to; "" where it has none. */
export function objectPlace({ object, action }) {
  const [kind, id] = parts(object);
  const path = { schedule: '/admin/schedules/', chat: '/admin/chats/', delivery: '/admin/deliveries/', calendar: '/admin/calendar/' }[kind];
  if (kind === 'settings') return '/admin/settings';
  if (kind === 'archive') return '/admin/reports';
  return path && id && !action.endsWith('.delete') ? path + encodeURIComponent(id) : '';
}

function parts(object) {
  const at = object.indexOf('/');
  return at < 0 ? [object, ''] : [object.slice(0, at), object.slice(at + 1)];
}
