// The empty chat: says what to do and offers lines to try.
import { el, icon } from './dom.js';
import { language, t } from './settings.js';
import { examples } from './words.js';

/** Draws the invitation; write(text) sends a line. */
export function empty(store, write) {
  const { bot } = store.state;
  const chip = (line) => el('button', { type: 'button', class: 'example', text: line, on: { click: () => write(line) } });
  return el('section', { class: 'empty' },
    el('div', { class: 'empty-sign' }, icon('chart')),
    el('h2', { text: t('empty.title', { name: bot.name }) }),
    el('p', { text: t(`empty.${kindOf(store.chat)}`, { name: bot.name }) }),
    el('div', { class: 'examples' }, ...exampleLines(store).map(chip)));
}

/** A chat's kind: private, group or external. */
export function kindOf(chat) {
  if (chat?.external) return 'external';
  return chat?.chat_mode === 'p2p' ? 'private' : 'group';
}

/** The lines to try whose command the bot has. */
export function exampleLines(store) {
  const names = store.state.commands.map((command) => command.name);
  return examples[language()].filter((line) => names.includes(line.slice(1).split(' ')[0]));
}
