// What this browser remembers of its viewer: language, appearance, the person
// written as. A change is announced on "settings".

export const settings = new EventTarget();

/** The languages by their own names. */
export const languages = { zh_cn: '中文', en_us: 'English', ja_jp: '日本語' };

const words = { zh_cn: {}, en_us: {}, ja_jp: {} }; // by language and key

/** Adds words that a part of the page shows, by language and key. */
export function learn(more) {
  for (const name of Object.keys(words)) Object.assign(words[name], more[name]);
}

const systemDark = matchMedia('(prefers-color-scheme: dark)');
const appearances = ['auto', 'light', 'dark'];

/** The tags that HTML and Intl know the languages by. */
const tags = { zh_cn: 'zh-CN', en_us: 'en-GB', ja_jp: 'ja-JP' };

/** The language of the page and of cards that hold several: zh_cn, en_us or ja_jp. */
export function language() {
  const kept = recall('language');
  if (Object.hasOwn(words, kept)) return kept;
  const begins = navigator.language.slice(0, 2).toLowerCase();
  return Object.keys(words).find((name) => name.startsWith(begins)) ?? 'en_us';
}

/** The tag of the language in force. */
export function languageTag() {
  return tags[language()];
}

/** Changes to a language. */
export function chooseLanguage(name) {
  remember('language', name);
  announce('language');
}

/** What was chosen: auto, light or dark. */
export function appearance() {
  const kept = recall('appearance');
  return appearances.includes(kept) ? kept : 'auto';
}

/** Changes to the next appearance. */
export function switchAppearance() {
  remember('appearance', appearances[(appearances.indexOf(appearance()) + 1) % appearances.length]);
  applyTheme();
}

/** The theme in force: light or dark. */
export function theme() {
  return appearance() === 'auto' ? (systemDark.matches ? 'dark' : 'light') : appearance();
}

/** Puts language and theme on the document. */
export function applySettings() {
  document.documentElement.lang = languageTag();
  document.documentElement.dataset.theme = theme();
}

/** A text in the viewer's language, with {name} filled in. */
export function t(key, args = {}) {
  const text = words[language()][key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in args ? String(args[name]) : whole));
}

const withoutStorage = new Map(); // what a browser that forbids storage forgets with the page

/** Reads what was remembered; null for nothing. */
export function recall(key) {
  try {
    return localStorage.getItem(`huibao.${key}`);
  } catch {
    return withoutStorage.get(key) ?? null;
  }
}

/** Remembers a text. */
export function remember(key, value) {
  try {
    localStorage.setItem(`huibao.${key}`, value);
  } catch {
    withoutStorage.set(key, value);
  }
}

function applyTheme() {
  applySettings();
  announce('theme');
}

function announce(what) {
  applySettings();
  settings.dispatchEvent(new CustomEvent(what));
}

systemDark.addEventListener('change', () => {
  if (appearance() === 'auto') applyTheme();
});
