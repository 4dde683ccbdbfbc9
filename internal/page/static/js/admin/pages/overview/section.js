// A box of the overview that fills itself.
import { el } from '../../../dom.js';
import { box, complain, failed, loading, redraw } from '../../parts.js';

/**
 * A box with a title. load asks for what draw(found) makes nodes of. Returns
 * {element, reload}: reload asks again and leaves what is shown until then.
 */
export function section(title, { load, draw }) {
  const content = el('div', { class: 'stack' }, loading());
  const reload = async () => {
    try {
      const found = await load();
      redraw(content, () => content.replaceChildren(...draw(found)));
    } catch (failure) {
      complain(content, failed(failure, reload));
    }
  };
  reload();
  return { element: box(title, content), reload };
}
