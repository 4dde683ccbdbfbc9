// What to do when somebody else changed the same thing while it was edited here.
import { el } from '../dom.js';
import { learn, t } from '../settings.js';
import { get } from './api.js';
import { openDialog } from './dialog.js';
import { instantText } from './format.js';
import { words } from './meanwhile.words.js';

learn(words);

/**
 * Says what somebody else changed, who and when. object is what the audit log calls
 * it, changes are their changes as a node; zone is what the time is shown in. Resolves
 * to "save" for saving one's own changes over it, "theirs" for going on with what is
 * stored, or "" for neither.
 */
export async function changedMeanwhile({ object, changes, zone }) {
  const { items: [last] } = await get('/audit', { object, limit: 1 });
  const text = last ? t('meanwhile.text', { who: last.actor, at: instantText(last.at, zone) }) : t('meanwhile.somebody');
  return new Promise((resolve) => {
    let answer = '';
    const say = (value) => () => { answer = value; close(); };
    const content = el('div', { class: 'stack' },
      el('p', { text }),
      changes,
      el('p', { text: t('meanwhile.what') }),
      el('div', { class: 'actions' },
        el('button', { type: 'button', class: 'button', text: t('dialog.cancel'), on: { click: say('') } }),
        el('button', { type: 'button', class: 'button', text: t('meanwhile.theirs'), on: { click: say('theirs') } }),
        el('button', { type: 'button', class: 'button danger', text: t('meanwhile.save'), on: { click: say('save') } })));
    const { close } = openDialog({ title: t('meanwhile.title'), content, closed: () => resolve(answer) });
  });
}

/** Their changes of fields, as changedMeanwhile shows them. Each is {label, theirs, mine}: mine is "" where nothing was changed here. */
export function fieldChanges(changes) {
  return el('ul', { class: 'changes' }, ...changes.map(({ label, theirs, mine }) => el('li', {},
    el('strong', { text: label }), ' ', el('bdi', { class: 'clipped', text: theirs }), mine !== '' && ownChange(mine))));
}

/** What was changed here where somebody else changed the same. */
export function ownChange(value) {
  return el('small', { class: 'faint clipped', dir: 'auto', text: t('meanwhile.mine', { value }) });
}
