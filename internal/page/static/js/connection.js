// Keeps the store as the simulator is: loads everything whenever the stream
// begins, then follows it. What arrives while loading waits until it is done,
// so that an older answer never overwrites a newer event.
import { fetchMessages, fetchState, listen } from './api.js';
import { t } from './settings.js';
import { setClock } from './time.js';

const stoppedAfter = 8000; // milliseconds without connection until the page says what to do

/** Connects a store; banner is the element that tells of a lost connection. */
export function connect(store, banner) {
  let waiting = null; // events that arrived while loading, null when nothing loads
  let stale = false; // whether chats changed while loading
  let timer = null;
  listen({ opened, lost, happened });

  /** Loads anew; of many calls while something loads, one is answered by another round. */
  function again() {
    if (waiting) stale = true;
    else opened();
  }

  async function opened() {
    waiting ??= [];
    stale = false;
    try {
      await load(store);
      clearTimeout(timer);
      timer = null;
      banner.hidden = true;
    } catch (failure) {
      console.warn('the state cannot be loaded', failure);
      lost();
    }
    const events = waiting;
    waiting = null;
    events?.forEach((message) => store.take(message));
    if (stale) opened();
  }

  function lost() {
    if (timer) return;
    banner.textContent = t('connection.lost');
    banner.hidden = false;
    timer = setTimeout(() => { banner.textContent = t('connection.stopped'); }, stoppedAfter);
  }

  function happened(kind, message) {
    if (kind === 'chats') again();
    else if (waiting) waiting.push(message);
    else store.take(message);
  }
}

async function load(store) {
  const state = await fetchState();
  const ids = state.chats.map((chat) => chat.chat_id);
  const lists = await Promise.all(ids.map(fetchMessages));
  setClock(state.now);
  store.load(state, Object.fromEntries(ids.map((id, index) => [id, lists[index]])));
}
