// Whether a chat is served: how it is named, shown and decided about.
import { el } from '../../dom.js';
import { learn, t } from '../../settings.js';
import { toast } from '../../toast.js';
import { patch } from '../api.js';
import { confirmed } from '../dialog.js';
import { inSentence } from '../format.js';
import { badge } from '../parts.js';
import { words } from './access.words.js';

learn(words);

/** What a chat is called: its name, its person for a private one, else its chat_id. */
export function chatTitle(chat) {
  if (chat.name) return chat.name;
  if (chat.chat_mode === 'p2p') return chat.person_id ? t('access.private_with', { person: chat.person_id }) : t('access.private');
  return chat.chat_id;
}

/** chatTitle as an element that keeps its direction of writing to itself. */
export function chatName(chat) {
  return el('bdi', { class: 'clipped', text: chatTitle(chat) });
}

/** What kind of chat it is, in a word. */
export function chatKind(chat) {
  return ['group', 'topic', 'p2p'].includes(chat.chat_mode) ? t(`access.kind.${chat.chat_mode}`) : t('access.kind.unknown');
}

/** Whether somebody asked for access and nobody decided yet. */
export function isWaiting(chat) {
  return chat.access === 'pending' && Boolean(chat.requested_at);
}

/** Whether the chat is served, as a coloured word. settings are the organisation's. */
export function accessBadge(chat, settings) {
  if (chat.access !== 'pending') return badge(chat.access);
  if (isWaiting(chat)) return badge('waiting');
  return badge('undecided', t(settings.access === 'open' && !chat.external ? 'access.open' : 'access.undecided'));
}

/** That the chat is gone, as a coloured word; null while the bot is in it. */
export function goneBadge(chat) {
  return ['removed', 'dissolved'].includes(chat.state) ? badge('disabled', t(`access.state.${chat.state}`)) : null;
}

/**
 * Asks whether a chat shall be allowed or blocked, says what that means, and does
 * it. Resolves to the changed chat, null when it was left as it is.
 */
export async function decide(chat, access) {
  const name = inSentence(chatTitle(chat));
  const allow = access === 'allowed';
  const told = allow ? meaning(chat, name) : [t('access.block_text', { name }), chat.schedule_count > 0 && t('access.block_schedules', { n: chat.schedule_count })];
  const sure = await confirmed({
    title: t(allow ? 'access.allow_title' : 'access.block_title', { name }), text: told.filter(Boolean),
    yes: t(allow ? (chat.external ? 'access.allow_external' : 'access.allow') : 'access.block'), danger: !allow || chat.external,
  });
  if (!sure) return null;
  try {
    const changed = await patch(`/chats/${encodeURIComponent(chat.chat_id)}`, { access });
    toast(t(allow ? 'access.allowed_now' : 'access.blocked_now', { name }), 'success');
    return changed;
  } catch (failure) {
    if (failure.fields === undefined) throw failure;
    toast(failure.message, 'error');
    return null;
  }
}

/** What allowing a chat means for those who see it. */
function meaning(chat, name) {
  if (chat.external) return [el('strong', { text: t('access.outside') }), t('access.allow_outside', { name })];
  return [t(chat.chat_mode === 'p2p' ? 'access.allow_person' : 'access.allow_group', { name })];
}
