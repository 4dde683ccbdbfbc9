// The platform's emoji by its names, as Unicode. It has far more; a name that
// is not here shows as written.

const known = {
  OK: '👌', THUMBSUP: '👍', ThumbsDown: '👎', Get: '✅', DONE: '✅', Done: '✅', CheckMark: '✅', CrossMark: '❌', OnIt: '🫡',
  HEART: '❤️', JIAYI: '👍', LGTM: '👍', SMILE: '🙂', LAUGH: '😄', THINKING: '🤔', CRY: '😢', APPLAUSE: '👏', CLAP: '👏',
  PARTY: '🎉', FIRE: '🔥', Fire: '🔥', MUSCLE: '💪', PRAY: '🙏', THANKS: '🙏', FINGERHEART: '🫰', YAY: '🎉', WOW: '😮', SHOCKED: '😮',
  EYES: '👀', GLANCE: '👀', ALARM: '⏰', Alarm: '⏰', Typing: '⌨️', OneSecond: '⏳', Hundred: '💯', ROSE: '🌹', SALUTE: '🫡', ERROR: '⚠️',
};

/** The sign of an emoji, null for one that is not known. */
export function emojiSign(name) {
  return Object.hasOwn(known, name) ? known[name] : null;
}

/** An emoji such as :OK: at a place in markdown, null where none stands. */
export function emoji(text, at) {
  const found = /^:([A-Za-z]\w{1,19}):/.exec(text.slice(at, at + 24));
  const sign = found && emojiSign(found[1]);
  return sign ? [sign, found[0].length] : null;
}
