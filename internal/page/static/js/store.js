// What the page knows: people, chats, messages, who writes and which chat is
// open. Changes are announced: "state", "person", "chat", "message", "reload",
// "unread", "pending".
import { recall, remember } from './settings.js';

const pendingFor = 20000; // milliseconds after which no answer is expected any more

export class Store extends EventTarget {
  state = { people: [], chats: [], commands: [], bot: { name: '', open_id: '' }, callbacks: false };
  personID = '';
  chatID = '';
  #messages = new Map(); // by chat, each a map by message id in order of arrival
  #unread = new Map();
  #pending = new Map(); // by id of the message that awaits its answer: {chatID, timer}

  /** Takes the state and the messages of each chat, as {chat_id: messages}. */
  load(state, messages) {
    const again = this.personID !== '';
    this.state = { ...state, commands: state.commands ?? [] };
    for (const [chatID, list] of Object.entries(messages)) {
      if (again) list.filter((message) => !this.#messages.get(chatID)?.has(message.message_id)).forEach((message) => this.#count(message));
      this.#messages.set(chatID, new Map(list.map((message) => [message.message_id, message])));
      list.forEach((message) => this.#answered(message));
    }
    if (!this.person) this.personID = this.#keptPerson();
    if (!this.chats.some((chat) => chat.chat_id === this.chatID)) this.chatID = this.#firstChat();
    this.#announce('state');
    this.#announce('reload');
    if (again) this.#announce('unread');
  }

  /** The person who writes. */
  get person() {
    return this.state.people.find((person) => person.open_id === this.personID);
  }

  /** The chats of the person who writes. */
  get chats() {
    return this.state.chats.filter((chat) => chat.members.includes(this.personID));
  }

  /** The open chat. */
  get chat() {
    return this.state.chats.find((chat) => chat.chat_id === this.chatID);
  }

  /** A chat's messages in order. */
  messages(chatID = this.chatID) {
    return [...(this.#messages.get(chatID)?.values() ?? [])];
  }

  /** A message by its id, wherever it is. */
  message(messageID) {
    for (const chat of this.#messages.values()) {
      if (chat.has(messageID)) return chat.get(messageID);
    }
    return undefined;
  }

  /** How many messages of a chat were not seen. */
  unread(chatID) {
    return this.#unread.get(chatID) ?? 0;
  }

  /** How many messages were not seen in those chats that one person reads and another does not. */
  unreadOf(personID, butNot) {
    return this.state.chats.filter((chat) => chat.members.includes(personID) && !chat.members.includes(butNot))
      .reduce((sum, chat) => sum + this.unread(chat.chat_id), 0);
  }

  /** Whether an answer is awaited in a chat. */
  pending(chatID = this.chatID) {
    return [...this.#pending.values()].some((one) => one.chatID === chatID);
  }

  /** A name for an id: a person's, the bot's, or null. */
  nameOf(id) {
    if (id === this.state.bot.open_id) return this.state.bot.name;
    return this.state.people.find((person) => person.open_id === id)?.name ?? null;
  }

  /** What a chat is called; a private one bears the bot's name. */
  chatName(chat) {
    return chat?.name || this.state.bot.name;
  }

  /** Takes a message that arrived or changed. */
  take(message) {
    const chat = this.#messages.get(message.chat_id) ?? new Map();
    const isNew = !chat.has(message.message_id);
    chat.set(message.message_id, message);
    this.#messages.set(message.chat_id, chat);
    this.#answered(message);
    if (isNew && this.#count(message)) this.#announce('unread');
    this.#announce('message', { message, isNew });
  }

  /** Notes that a message awaits an answer, until it comes or too much time has passed. */
  await(message) {
    if (this.messages(message.chat_id).some((one) => one.parent_id === message.message_id)) return;
    const timer = setTimeout(() => this.#forget(message.message_id), pendingFor);
    this.#pending.set(message.message_id, { chatID: message.chat_id, timer });
    this.#announce('pending');
  }

  /** Opens a chat. */
  open(chatID) {
    this.chatID = chatID;
    remember('chat', chatID);
    this.seen();
    this.#announce('chat');
  }

  /** Writes as somebody else from now on. */
  become(personID) {
    this.personID = personID;
    remember('person', personID);
    this.#announce('person');
    if (!this.chats.some((chat) => chat.chat_id === this.chatID)) this.open(this.#firstChat());
  }

  /** Marks the open chat as seen. */
  seen() {
    if (!this.#unread.delete(this.chatID)) return;
    this.#announce('unread');
  }

  /** Counts a new message of the bot that nobody sees; false for any other. */
  #count(message) {
    if (message.sender.type !== 'app' || (message.chat_id === this.chatID && !document.hidden)) return false;
    this.#unread.set(message.chat_id, this.unread(message.chat_id) + 1);
    return true;
  }

  #answered(message) {
    if (message.parent_id) this.#forget(message.parent_id);
  }

  #forget(messageID) {
    const one = this.#pending.get(messageID);
    if (!one) return;
    clearTimeout(one.timer);
    this.#pending.delete(messageID);
    this.#announce('pending');
  }

  #keptPerson() {
    const kept = recall('person');
    const people = this.state.people;
    return (people.find((person) => person.open_id === kept) ?? people[0])?.open_id ?? '';
  }

  /** The chat that was open before, else the private one: there, a command alone is enough. */
  #firstChat() {
    const kept = recall('chat');
    const chats = this.chats;
    const chosen = chats.find((chat) => chat.chat_id === kept) ?? chats.find((chat) => chat.chat_mode === 'p2p') ?? chats[0];
    return chosen?.chat_id ?? '';
  }

  #announce(what, detail = {}) {
    this.dispatchEvent(new CustomEvent(what, { detail }));
  }
}
