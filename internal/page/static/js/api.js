// The simulator's JSON API, and the stream of what happens.

/** Everything around the messages. */
export function fetchState() {
  return getJSON('/api/state');
}

/** A chat's messages, the oldest first. */
export async function fetchMessages(chatID) {
  return (await getJSON(`/api/chats/${encodeURIComponent(chatID)}/messages`)).items;
}

/** Writes a text as a person; returns the message. */
export function writeMessage(chatID, sender, text) {
  return postJSON(`/api/chats/${encodeURIComponent(chatID)}/messages`, { sender, text });
}

/** Tells of a click on a card; returns what the bot made of it, as {code, toast}. */
export function callBack(click) {
  return postJSON('/api/callback', click);
}

/** The address of a file that was sent. */
export function fileAddress(key) {
  return `/api/files/${encodeURIComponent(key)}`;
}

/**
 * Listens for messages, updates and changes of chats. opened is called whenever the stream
 * begins, since what happened before is not repeated; lost when it breaks. The
 * browser reconnects by itself.
 */
export function listen({ opened, lost, happened }) {
  const source = new EventSource('/api/events');
  source.addEventListener('open', opened);
  source.addEventListener('error', () => {
    lost();
    if (source.readyState === EventSource.CLOSED) {
      source.close();
      setTimeout(() => listen({ opened, lost, happened }), 2000);
    }
  });
  for (const kind of ['message', 'update', 'chats']) source.addEventListener(kind, (event) => happened(kind, JSON.parse(event.data)));
}

async function getJSON(address) {
  return read(await fetch(address, { headers: { Accept: 'application/json' } }));
}

async function postJSON(address, body) {
  return read(await fetch(address, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }));
}

async function read(response) {
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refusal(body.error || `HTTP ${response.status}`);
  return body;
}

/** A request that was answered with a no; the message is for people. */
export class Refusal extends Error {}
