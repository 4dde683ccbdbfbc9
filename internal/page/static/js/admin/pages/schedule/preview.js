// The card of a draft, drawn as it would be posted now.
import { el } from '../../../dom.js';
import { drawCard } from '../../../card/card.js';
import { t } from '../../../settings.js';
import { post } from '../../api.js';
import { box, failed as failedNotice, notice } from '../../parts.js';
import { requestOfCard } from './draft.js';
import { latest } from './latest.js';

const pause = 600; // milliseconds after the last key; figures may have to be fetched

/** The card. Returns {element, look}: look(draft) shows another draft. */
export function preview({ signal }) {
  const said = el('p', { class: 'faint', role: 'status' });
  const place = el('div', { class: 'card-place' });
  let shown = ''; // the request whose card is drawn or on its way
  let card = null;

  const ask = latest({
    pause, signal,
    ask: ({ request }, taken) => {
      said.textContent = t('schedule.card_fetching');
      place.setAttribute('aria-busy', 'true');
      return post('/preview', request, { signal: taken });
    },
    answered: (answer, { request }) => {
      card?.dispose();
      card = drawCard(answer, { locale: request.locale, nameOf: (id) => id });
      put(card, t('schedule.card_now'));
    },
    failed: (failure, { draft }) => {
      shown = '';
      const wrong = Object.keys(failure.fields ?? {}).length > 0;
      if (!wrong) card?.dispose();
      if (wrong) put(notice('info', el('p', { text: t('schedule.card_wrong') })), '');
      else put(failedNotice(failure, () => look(draft, 0)), '');
    },
  });

  function put(content, words) {
    place.replaceChildren(content);
    place.removeAttribute('aria-busy');
    said.textContent = words;
  }

  function look(draft, wait) {
    const request = requestOfCard(draft);
    if (JSON.stringify(request) === shown) return; // nothing that the card depends on was changed
    shown = JSON.stringify(request);
    ask({ request, draft }, wait);
  }

  signal.addEventListener('abort', () => card?.dispose());
  return { element: box(t('schedule.card'), said, place), look };
}
