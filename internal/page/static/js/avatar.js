// Round pictures of people and chats: the first character of the name on a
// colour of its own.
import { el, icon } from './dom.js';

const colours = ['blue', 'turquoise', 'violet', 'orange', 'carmine', 'green', 'indigo', 'purple'];

/** Draws an avatar. kind is "person", "bot" or "group". */
export function avatar(name, id, kind = 'person') {
  if (kind === 'bot') return el('span', { class: 'avatar bot', 'aria-hidden': 'true' }, icon('chart'));
  return el('span', {
    class: `avatar ${kind}`, 'aria-hidden': 'true', style: { '--of': `var(--avatar-${colours[hash(id) % colours.length]})` }, text: initial(name),
  });
}

/** The first letter or character that says something. */
function initial(name) {
  const found = /[\p{L}\p{N}]/u.exec(name.replace(/<[^>]*>/g, ''));
  return (found?.[0] ?? '#').toUpperCase();
}

function hash(text) {
  let sum = 0;
  for (const character of String(text)) sum = (sum * 31 + character.codePointAt(0)) >>> 0;
  return sum;
}
