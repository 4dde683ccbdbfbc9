// What somebody else changed of a schedule while it was edited here.
import { t } from '../../../settings.js';
import { changedMeanwhile, fieldChanges } from '../../meanwhile.js';
import { differing, draftOf } from './draft.js';

/**
 * Says what somebody else changed, and asks what to do with one's own changes: "save",
 * "theirs" or "" as changedMeanwhile says.
 */
export function scheduleChanged(base, draft, now, { timezone }) {
  const theirs = draftOf(now);
  const mine = differing(base, draft);
  const changes = differing(base, theirs).map((name) => ({
    label: t(`schedule.label.${name}`), theirs: inWords(theirs[name]), mine: mine.includes(name) ? inWords(draft[name]) : '',
  }));
  return changedMeanwhile({ object: `schedule/${now.id}`, zone: timezone, changes: fieldChanges(changes) });
}

/** A value in words. */
function inWords(value) {
  if (value === true || value === false) return t(value ? 'schedule.yes' : 'schedule.no');
  return value === '' ? '–' : value;
}
