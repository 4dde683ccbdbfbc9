// Building DOM nodes. Nothing on this page is ever parsed as HTML: texts become
// text nodes, so whatever people write shows as they wrote it.

/**
 * Makes an element. attrs take "class", "text", "style" (an object, custom
 * properties included), "dataset", "on" (listeners) and any attribute; null,
 * undefined and false are left out. children are nodes, texts or null.
 */
export function el(tag, attrs = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attrs)) set(element, name, value);
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

function set(element, name, value) {
  if (value === null || value === undefined || value === false) return;
  switch (name) {
    case 'class': element.className = value; break;
    case 'text': element.textContent = value; break;
    case 'style':
      for (const [property, worth] of Object.entries(value)) {
        if (worth !== null && worth !== undefined) element.style.setProperty(property, worth);
      }
      break;
    case 'dataset': Object.assign(element.dataset, value); break;
    case 'on':
      for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
      break;
    default: element.setAttribute(name, value === true ? '' : value);
  }
}

const dates = /(\d{4}-\d{2}(?:-\d{2})?)/;

/** A text as nodes in which no date is broken over two lines, while a range of dates may be. */
export function unbroken(text) {
  return text.split(dates).flatMap((part, index) => {
    if (index % 2 === 1) return [el('span', { class: 'date', text: part })];
    if (!part.startsWith('..')) return part ? [part] : [];
    return ['..', el('wbr'), part.slice(2)];
  });
}

/** Joins class names, leaving out what is not set. */
export function classes(...names) {
  return names.filter(Boolean).join(' ');
}

/** A web address if it is one of http or https, else null. */
export function webAddress(text) {
  try {
    const address = new URL(text);
    return address.protocol === 'http:' || address.protocol === 'https:' ? address.href : null;
  } catch {
    return null;
  }
}

/** A link that opens elsewhere, or only its content where there is no address to trust. */
export function link(address, ...children) {
  const href = webAddress(address);
  if (!href) return el('span', {}, ...children);
  return el('a', { href, target: '_blank', rel: 'noopener noreferrer' }, ...children);
}

const SVG = 'http://www.w3.org/2000/svg';

/** Drawings of our own on a grid of 24, as the "d" of stroked paths. */
const drawings = {
  menu: ['M4 7h16', 'M4 12h16', 'M4 17h10'],
  close: ['M6 6l12 12', 'M18 6L6 18'],
  send: ['M5 12l14-7-5 14-3-6z', 'M11 13l8-8'],
  sun: ['M12 8a4 4 0 100 8 4 4 0 000-8z', 'M12 3v1.5M12 19.5V21M3 12h1.5M19.5 12H21M5.6 5.6l1 1M17.4 17.4l1 1M5.6 18.4l1-1M17.4 6.6l1-1'],
  moon: ['M19.5 14.5A8 8 0 019.5 4.5a8 8 0 1010 10z'],
  auto: ['M12 4a8 8 0 100 16 8 8 0 000-16z', 'M12 4v16', 'M12 8h5.5M12 12h8M12 16h5.5'],
  down: ['M12 5v14', 'M6 13l6 6 6-6'],
  download: ['M12 4v10', 'M8 11l4 4 4-4', 'M5 19h14'],
  file: ['M7 3.5h7l4 4v13H7z', 'M14 3.5v4h4'],
  left: ['M14.5 6l-6 6 6 6'],
  right: ['M9.5 6l6 6-6 6'],
  chevron: ['M6 9.5l6 6 6-6'],
  reply: ['M10 7l-5 5 5 5', 'M5 12h9a5 5 0 015 5v1'],
  flask: ['M10 4h4', 'M11 4v6l-5 8.5A1 1 0 007 20h10a1 1 0 001-1.5L13 10V4', 'M8.5 15h7'],
  check: ['M5 12.5l4.5 4.5L19 7.5'],
  person: ['M12 4.5a3.5 3.5 0 100 7 3.5 3.5 0 000-7z', 'M5 19.5c.6-3.5 3.4-5 7-5s6.4 1.5 7 5'],
  people: ['M9 6a3 3 0 100 6 3 3 0 000-6z', 'M3.5 18.5c.5-3 2.7-4.2 5.5-4.2s5 1.2 5.5 4.2', 'M15.5 6.5a2.7 2.7 0 010 5.2', 'M17 14.5c2 .4 3.2 1.7 3.5 4'],
  calendar: ['M4.5 6.5h15v13h-15z', 'M4.5 10.5h15', 'M8.5 4v4M15.5 4v4'],
  bell: ['M6 16.5V11a6 6 0 0112 0v5.5l1.5 2h-15z', 'M10 20.5h4'],
  info: ['M12 4a8 8 0 100 16 8 8 0 000-16z', 'M12 11v5', 'M12 8v.1'],
  warning: ['M12 4.5l8.5 15h-17z', 'M12 10v4.5', 'M12 17v.1'],
  chat: ['M4.5 5.5h15v11h-8l-4 3.5v-3.5h-3z'],
  chart: ['M5 19.5V12M12 19.5v-15M19 19.5V9'],
  language: ['M12 4a8 8 0 100 16 8 8 0 000-16z', 'M4 12h16', 'M12 4c2.5 2.3 3.5 5 3.5 8s-1 5.7-3.5 8c-2.5-2.3-3.5-5-3.5-8s1-5.7 3.5-8z'],
  plus: ['M12 5.5v13M5.5 12h13'],
  home: ['M4.5 11L12 4.5l7.5 6.5', 'M6.5 9.5v9.5h11V9.5'],
  sliders: ['M4.5 8h7M17.5 8h2', 'M11.5 8a3 3 0 106 0 3 3 0 10-6 0', 'M4.5 16h2M12.5 16h7', 'M6.5 16a3 3 0 106 0 3 3 0 10-6 0'],
  history: ['M5 9a8 8 0 11-.6 5', 'M4.5 4.5V9H9', 'M12 8v4.5l3 1.5'],
  square: ['M6 6h12v12H6z'],
};

/** A drawing by name. It says nothing: whatever holds it has the label. */
export function icon(name, className = '') {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  svg.setAttribute('class', classes('icon', className));
  for (const d of drawings[name] ?? drawings.square) {
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('d', d);
    svg.append(path);
  }
  return svg;
}
