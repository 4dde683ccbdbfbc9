// A schedule as it is edited: the fields that people set, as texts and yes or no.

/** The fields, in the order they stand on the page. */
export const fields = [
  'name', 'chat_id', 'cron', 'on', 'timezone', 'period', 'compare', 'unit', 'locale', 'title', 'note', 'skip_if_empty', 'enabled', 'paused_until',
];

/** What of a schedule can be edited. An empty text stands for null. */
export function draftOf(schedule) {
  return Object.fromEntries(fields.map((name) => [name, schedule[name] ?? '']));
}

/** A schedule to begin with, by the settings of the organisation. */
export function freshDraft(settings, chatID = '') {
  return {
    name: '', chat_id: chatID, cron: '0 9 * * *', on: 'first_workday_of_week', timezone: settings.timezone, period: 'last week', compare: 'previous',
    unit: settings.unit ?? '', locale: settings.locale, title: '', note: '', skip_if_empty: false, enabled: true, paused_until: '',
  };
}

/** The fields in which two drafts differ. */
export function differing(one, other) {
  return fields.filter((name) => one[name] !== other[name]);
}

/** Some fields of a draft. */
export function picked(draft, names) {
  return Object.fromEntries(names.map((name) => [name, draft[name]]));
}

/** Fields of a draft as the API takes them. */
export function requestOf(draft, names = fields) {
  const nullable = ['unit', 'paused_until'];
  return Object.fromEntries(names.map((name) => [name, draft[name] === '' && nullable.includes(name) ? null : draft[name]]));
}

/** Any chat: the API wants one, and neither times nor figures depend on which. */
const anyChat = 'oc_any';

/** A draft whose chat may not be chosen yet, to be looked at. */
export function requestToLookAt(draft) {
  return { ...requestOf(draft), chat_id: draft.chat_id || anyChat };
}

/** What the card of a draft depends on, and nothing else that may still be wrong. */
export function requestOfCard(draft) {
  return { chat_id: anyChat, cron: '0 9 * * *', ...requestOf(draft, ['timezone', 'period', 'compare', 'unit', 'locale', 'title', 'note']) };
}
