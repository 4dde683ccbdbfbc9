// Every change: when, by whom, what, from what to what, and back.
import { el } from '../../dom.js';
import { learn, t } from '../../settings.js';
import { toast } from '../../toast.js';
import { settingsOf } from '../about.js';
import { post } from '../api.js';
import { confirmed, openDialog } from '../dialog.js';
import { busy, choice } from '../form.js';
import { instant, relative } from '../format.js';
import { list, searchBox } from '../list.js';
import { button, buttonLink, empty, failed, heading } from '../parts.js';
import { pageAddress, pageLink, refresh } from '../router.js';
import { words } from './audit.words.js';
import { changeOf } from './audit/change.js';
import { actionText, actorText, objectName, objectPlace } from './audit/names.js';

learn(words);

const kinds = ['schedule', 'delivery', 'chat', 'settings', 'calendar', 'archive', 'tenant'];

/** Shows the place. */
export async function show(place, { query, signal }) {
  let settings;
  try {
    settings = await settingsOf();
  } catch (failure) {
    place.append(heading(t('place.audit')), failed(failure, refresh));
    return;
  }
  place.append(heading(t('place.audit'), { about: t('audit.about', { zone: settings.timezone }) }));
  const undone = async () => {
    await entries.reload();
    (entries.element.querySelector('.listing-place') ?? place.querySelector('h1')).focus();
  };
  const text = () => el('input', { type: 'text', maxlength: '200', autocomplete: 'off', spellcheck: 'false' });
  const entries = list({
    path: '/audit', label: t('place.audit'), query, signal, none, columns: columns(settings.timezone, query, undone),
    filters: [
      { name: 'q', label: t('audit.search'), control: searchBox(t('audit.search_hint')) },
      { name: 'action', label: t('audit.kind'), control: choice({ name: 'action', options: [['', t('audit.any')], ...kinds.map((kind) => [`${kind}.`, t(`audit.kind.${kind}`)])] }) },
      { name: 'actor', label: t('audit.who'), control: text() },
      { name: 'object', label: t('audit.object'), control: text() },
    ],
  });
  place.append(entries.element);
}

function columns(zone, query, undone) {
  return [
    { title: t('audit.when'), cell: (entry) => el('div', { class: 'audit-when' }, instant(entry.at, zone), el('small', { class: 'faint', text: relative(entry.at) })) },
    { title: t('audit.who'), cell: (entry) => el('div', { class: 'audit-who' }, el('bdi', { class: 'clipped', text: actorText(entry.actor) })) },
    { title: t('audit.what'), cell: (entry) => what(entry, query) },
    { title: t('audit.change'), cell: (entry) => changeOf(entry, zone) },
    { title: t('audit.undo'), cell: (entry) => undo(entry, zone, undone) },
  ];
}

/** What was done to what, with a way to all that was done to it. */
function what(entry, query) {
  const name = el('bdi', { class: 'clipped', text: objectName(entry) });
  const to = objectPlace(entry);
  return el('div', { class: 'audit-what' }, el('strong', { text: actionText(entry.action) }), to ? pageLink(to, name) : name,
    query.object !== entry.object && el('small', {}, pageLink(pageAddress('/admin/audit', { object: entry.object }), t('audit.history'))));
}

function undo(entry, zone, undone) {
  if (!entry.can_revert) return '–';
  const made = button(t('audit.undo'), (pressed) => revert(entry, zone, undone, pressed), { small: true });
  made.setAttribute('aria-label', `${t('audit.undo')}: ${actionText(entry.action)} ${objectName(entry).slice(0, 100)}`);
  return made;
}

/** Asks, and puts back what was before. */
async function revert(entry, zone, undone, pressed) {
  const back = { ...entry, before: entry.after, after: entry.before };
  const deletes = entry.before === null && entry.object.startsWith('schedule/');
  const means = deletes ? t('audit.undo_create') : entry.after === null ? t('audit.undo_delete') : t('audit.undo_update');
  if (!await confirmed({ title: t('audit.undo_title', { action: actionText(entry.action) }), text: [means, changeOf(back, zone), t('audit.undo_logged')], yes: t('audit.undo'), danger: deletes })) return;
  try {
    await busy(pressed, () => post(`/audit/${encodeURIComponent(entry.id)}/revert`));
    toast(t('audit.undone'), 'success');
    await undone();
  } catch (failure) {
    if (failure.fields === undefined) throw failure;
    notUndone(failure, entry);
  }
}

/** Says why a change could not be undone, and where to look. */
function notUndone(failure, entry) {
  const newer = buttonLink(t('audit.history'), pageAddress('/admin/audit', { object: entry.object }), { kind: 'primary' });
  const { close } = openDialog({ title: t('audit.not_undone'), content: el('div', { class: 'stack' }, el('p', { text: failure.message }), el('div', { class: 'actions' }, newer)) });
  newer.addEventListener('click', () => close());
}

function none({ q, actor, object, action }) {
  return q || actor || object || action ? empty(t('audit.none_found'), t('audit.none_found_text'), buttonLink(t('audit.all'), '/admin/audit')) : empty(t('audit.none'), t('audit.none_text'));
}
