// What to do first, where nothing is set up yet.
import { el } from '../../../dom.js';
import { t } from '../../../settings.js';
import { get } from '../../api.js';
import { badge, box, buttonLink, failed } from '../../parts.js';

/** The first steps; nothing once there is a schedule. */
export function firstSteps({ settings, signal }) {
  const place = el('div', { class: 'stack', hidden: true });
  const look = async () => {
    try {
      const [schedules, allowed] = await Promise.all([get('/schedules', { limit: 1 }, signal), get('/chats', { access: 'allowed', limit: 1 }, signal)]);
      place.hidden = schedules.items.length > 0;
      if (!place.hidden) place.replaceChildren(steps(settings.access === 'open' || allowed.items.length > 0));
    } catch (failure) {
      place.hidden = false;
      place.replaceChildren(failed(failure, look));
    }
  };
  look();
  return place;
}

function steps(chatAllowed) {
  return box(t('steps.title'), el('ol', { class: 'steps' },
    step(t('steps.chat'), t('steps.chat_text'), chatAllowed ? badge('done') : buttonLink(t('place.chats'), '/admin/chats', { kind: 'primary' })),
    step(t('steps.schedule'), t('steps.schedule_text'), buttonLink(t('steps.new_schedule'), '/admin/schedules/new', { kind: chatAllowed ? 'primary' : '' }))));
}

function step(title, text, action) {
  return el('li', {}, el('div', {}, el('h3', { text: title }), el('p', { class: 'about', text })), action);
}
