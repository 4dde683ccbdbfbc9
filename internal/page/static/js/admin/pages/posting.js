// How a delivery is named, and posting one again.
import { el } from '../../dom.js';
import { learn, t } from '../../settings.js';
import { toast } from '../../toast.js';
import { post } from '../api.js';
import { confirmed } from '../dialog.js';
import { inSentence, instantText } from '../format.js';
import { pageLink } from '../router.js';
import { chatName, chatTitle } from './access.js';
import { words } from './posting.words.js';

learn(words);

/** The address of a delivery's place. */
export const deliveryPath = ({ id }) => `/admin/deliveries/${encodeURIComponent(id)}`;

/** A link to the chat that a delivery or a schedule posts to. */
export function chatLink({ chat_id: id, chat_name: name }) {
  return pageLink(`/admin/chats/${encodeURIComponent(id)}`, chatName({ chat_id: id, name }));
}

/** What a schedule is called: its name, else its number in its chat where that is known. */
export function scheduleTitle({ name, number }) {
  return name || (number ? t('posting.nameless_number', { n: number }) : t('posting.nameless'));
}

/** What the schedule of a delivery is called: its name is null where it is gone. */
export function scheduleOf({ schedule_name: name }) {
  return name === null ? t('posting.schedule_gone') : scheduleTitle({ name });
}

/** A link to a delivery's schedule; a word where the schedule is gone. */
export function scheduleLink(delivery) {
  const { schedule_id: id, schedule_name: name } = delivery;
  if (name === null) return el('span', { class: 'faint', text: scheduleOf(delivery) });
  return pageLink(`/admin/schedules/${encodeURIComponent(id)}`, el('bdi', { class: 'clipped', text: scheduleOf(delivery) }));
}

/** Whether an admin can have a delivery posted again. */
export const canRetry = ({ status }) => status === 'failed' || status === 'unknown';

/**
 * Asks whether a failed or unknown delivery shall be posted again, and has it done.
 * Resolves to the delivery as it is then, null when it was left as it is.
 */
export async function retry(delivery, zone) {
  const chat = inSentence(chatTitle({ chat_id: delivery.chat_id, name: delivery.chat_name }));
  const sure = await confirmed({
    title: t('posting.retry_title'), yes: t('posting.retry'),
    text: [t('posting.retry_text', { chat, at: instantText(delivery.scheduled_for, zone) }), delivery.status === 'unknown' && t('posting.retry_unknown')].filter(Boolean),
  });
  if (!sure) return null;
  try {
    const again = await post(`/deliveries/${encodeURIComponent(delivery.id)}/retry`);
    toast(t('posting.retrying'), 'success');
    return again;
  } catch (failure) {
    if (failure.fields === undefined) throw failure;
    toast(failure.message, 'error');
    return null;
  }
}
