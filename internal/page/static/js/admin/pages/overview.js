// What an admin should know first: what needs them, what went out and what is due,
// and how huibao is. Each part is asked for by itself, so that one that fails
// takes nothing else with it.
import { el } from '../../dom.js';
import { learn, t } from '../../settings.js';
import { settingsOf } from '../about.js';
import { get } from '../api.js';
import { heading } from '../parts.js';
import { words } from './overview.words.js';
import { archive } from './overview/archive.js';
import { attention } from './overview/attention.js';
import { calls } from './overview/calls.js';
import { firstSteps } from './overview/firststeps.js';
import { next } from './overview/next.js';
import { service } from './overview/service.js';
import { today } from './overview/today.js';

learn(words);

/** Shows the place. */
export async function show(place, { signal }) {
  const head = heading(t('place.overview'));
  place.append(head);
  const settings = await settingsOf();
  const about = { settings, zone: settings.timezone, signal, status: statusOf(signal) };
  head.firstChild.append(el('p', { class: 'about', text: t('overview.zone', { zone: about.zone }) }));
  const wentOut = today(about);
  place.append(
    firstSteps(about),
    attention(about, () => wentOut.reload()),
    el('div', { class: 'side-by-side even' }, wentOut.element, next(about).element),
    el('div', { class: 'side-by-side even' }, archive(about).element, calls(about).element),
    service(about).element);
}

/** Asks how the service is once for all who want to know; anew after a failure. */
function statusOf(signal) {
  let asked = null;
  return () => {
    asked ??= get('/status', {}, signal).catch((failure) => { asked = null; throw failure; });
    return asked;
  };
}
