// The platform's colour names as CSS. Shades are mixed from one hue and the
// surface, so that they suit light and dark cards alike.

const hues = [
  'blue', 'wathet', 'turquoise', 'lime', 'green', 'yellow', 'orange', 'red', 'carmine', 'violet', 'purple', 'indigo', 'grey',
];

/** How much of the hue a shade has, in percent; more than 100 goes towards the ink. */
const shades = { 50: 7, 100: 14, 200: 26, 300: 42, 350: 52, 400: 74, 500: 100, 600: 112, 700: 125, 800: 140, 900: 155 };

/** The hue a name means: "blue-500" is blue, "neutral" grey; null for none. */
export function hue(name) {
  const base = String(name ?? '').replace(/-\d+$/, '');
  if (base === 'neutral' || base === 'gray') return 'grey';
  return hues.includes(base) ? base : null;
}

/** A text colour that reads on the surface, null for the usual one. */
export function textColour(name, styles) {
  if (styles?.colours[name]) return styles.colours[name];
  if (name === 'white') return '#fff';
  const of = hue(name);
  return of ? `var(--text-${of})` : null;
}

/** A background, null for none. */
export function backgroundColour(name, styles) {
  if (styles?.colours[name]) return styles.colours[name];
  if (name === 'white' || name === 'bg-white') return 'var(--surface)';
  const of = hue(name);
  if (!of) return plainColour(name);
  const share = shades[/-(\d+)$/.exec(name)?.[1] ?? 500] ?? 100;
  if (share > 100) return `color-mix(in srgb, var(--hue-${of}) ${200 - share}%, var(--ink))`;
  return `color-mix(in srgb, var(--hue-${of}) ${share}%, var(--surface))`;
}

/** The sizes and colours that a card defines for itself. */
export function customStyles(style) {
  const sizes = {};
  const colours = {};
  for (const [name, size] of Object.entries(style?.text_size ?? {})) sizes[name] = size?.pc ?? size?.default;
  for (const [name, colour] of Object.entries(style?.color ?? {})) {
    const light = plainColour(colour?.light_mode);
    const dark = plainColour(colour?.dark_mode) ?? light;
    if (light) colours[name] = `light-dark(${light}, ${dark})`;
  }
  return { sizes, colours };
}

/** A colour written as a number, null for anything else. */
export function plainColour(text) {
  return /^(?:#[0-9a-f]{3,8}|rgba?\([\d\s.,%]+\))$/i.test(String(text ?? '')) ? text : null;
}
