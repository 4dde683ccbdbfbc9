// Draws card JSON 2.0. What stands in a card is data: unknown components show
// as a neutral placeholder, broken ones never take the page with them.
//
// The context of a card:
//   locale      of the viewer, such as "zh_cn": which i18n_content is shown
//   nameOf(id)  the name of a person, for mentions
//   live        whether clicks are answered
//   act(click)  tells the other side of a click, as {element, option, options,
//               input, checked, form}; resolves when it answered
//   dispose     functions to call when the card is taken away
//   placeOf(value)  which of the components of the same name one is, from 1
import { el, classes } from '../dom.js';
import { learn, t } from '../settings.js';
import { header } from './header.js';
import { elements, unknown } from './elements.js';
import { customStyles } from './colours.js';
import { lengths, gap } from './size.js';
import { places } from './places.js';
import { words } from './words.js';

learn(words);

/** Draws a card. Its dispose method frees what its charts hold. */
export function drawCard(card, context) {
  const full = { live: false, nameOf: (id) => id, act: async () => {}, ...context, dispose: [] };
  const root = el('article', { class: classes('card', `card-${widthMode(card)}`) });
  root.dispose = () => full.dispose.splice(0).forEach((free) => free());
  if (!isObject(card) || card.schema !== '2.0') {
    root.append(el('div', { class: 'card-body' }, unknown('schema', t('card.broken'))));
    return root;
  }
  full.styles = customStyles(card.config?.style);
  full.placeOf = places(card.body?.elements);
  if (isObject(card.header)) root.append(header(card.header, full));
  root.append(body(card.body, full));
  root.setAttribute('aria-label', t('card.label', { title: cardTitle(card, context.locale) || t('card.untitled') }));
  return root;
}

/** A card's title in a language, "" without one. */
export function cardTitle(card, locale) {
  return localised(card?.header?.title, locale);
}

/** The line that stands for a card in lists and quotes. */
export function cardSummary(card, locale) {
  return localised(card?.config?.summary, locale) || cardTitle(card, locale);
}

function localised(text, locale) {
  return String(text?.i18n_content?.[locale] ?? text?.content ?? '');
}

function widthMode(card) {
  const mode = card?.config?.width_mode;
  return mode === 'fill' || mode === 'compact' ? mode : 'default';
}

function body(value, context) {
  const source = isObject(value) ? value : {};
  const inner = el('div', {
    class: classes('card-body', source.direction === 'horizontal' && 'horizontal'),
    style: { padding: lengths(source.padding), gap: gap(source.vertical_spacing, source.horizontal_spacing) },
  });
  inner.append(...elements(source.elements, context));
  return inner;
}

function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
