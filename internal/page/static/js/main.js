// Puts the page together.
import { el } from './dom.js';
import { callBack, Refusal } from './api.js';
import { applySettings, language, learn, settings, t } from './settings.js';
import { Chats } from './chats.js';
import { Composer } from './composer.js';
import { connect } from './connection.js';
import { Messages } from './messages.js';
import { Store } from './store.js';
import { toast, toastPlace } from './toast.js';
import { Topbar } from './topbar.js';
import { words } from './words.js';

learn(words);
applySettings();

const store = new Store();
const chats = new Chats(store);
const composer = new Composer(store);
const messages = new Messages(store, { act, write: (text) => composer.write(text) });
const topbar = new Topbar(store, () => chats.toggle(true));
const banner = el('p', { class: 'banner', role: 'status', hidden: true });
const main = el('main', { class: 'chat' }, topbar.element, banner, messages.element, composer.element);

document.body.append(chats.element, chats.shade, main, toastPlace());

chats.element.addEventListener('drawer', ({ detail }) => {
  main.inert = detail.open;
  if (!detail.open) topbar.menu.focus();
});
store.addEventListener('chat', toBox);
store.addEventListener('state', toBox, { once: true });
settings.addEventListener('language', () => {
  for (const part of [chats, topbar, composer]) part.draw();
  messages.redraw();
});
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) store.seen();
});

connect(store, banner);

/** Goes to the input box, but not on phones, where a keyboard would come up. */
function toBox() {
  if (matchMedia('(pointer: fine)').matches) composer.box.focus({ preventScroll: true });
}

/** Tells the simulator of a click on a card and shows what the bot says to it. */
async function act(message, action) {
  try {
    const { code, toast: said } = await callBack({ message_id: message.message_id, open_id: store.personID, ...action });
    if (code) toast(t('card.failed_code', { code }), 'error');
    else if (said) toast(said.i18n?.[language()] ?? said.content, said.type);
  } catch (failure) {
    toast(t('card.failed', { reason: failure instanceof Refusal ? failure.message : t('composer.unreachable') }), 'error');
  }
}
