// The platform's markdown: blocks here, what stands in a line in inline.js. It
// is CommonMark without HTML, a line end is a line end, and a few tags.
import { el } from '../dom.js';
import { inline } from './inline.js';
import { markdownTable } from './markdowntable.js';

const deepest = 8; // nesting of lists and quotes that is followed

const heading = /^ {0,3}(#{1,6})[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*$/;
const rule = /^ {0,3}(?:-[ \t]*){3,}$|^ {0,3}(?:\*[ \t]*){3,}$|^ {0,3}(?:_[ \t]*){3,}$|^\s*<hr\s*\/?>\s*$/;
const item = /^(\s*)([-*+]|\d{1,9}[.)])(?:[ \t]+(.*)|)$/;
const fence = /^ {0,3}(`{3,}|~{3,})\s*([\w+-]*)\s*$/;
const quote = /^ {0,3}>[ \t]?(.*)$/;
const tableRule = /^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/;

/** Draws markdown as a list of nodes. */
export function markdown(text, context, depth = 0) {
  const lines = String(text).replace(/\r\n?/g, '\n').split('\n');
  const nodes = [];
  let at = 0;
  while (at < lines.length) {
    const [node, next] = block(lines, at, context, depth);
    if (node) nodes.push(node);
    at = next;
  }
  return nodes;
}

/** Draws the block that begins at a line; returns it and the line after it. */
function block(lines, at, context, depth) {
  const line = lines[at];
  if (line.trim() === '') return [null, at + 1];
  const title = heading.exec(line);
  if (title) { // cards choose among headings by their size, so all are of one level
    return [el('p', { class: `md-heading md-h${title[1].length}`, role: 'heading', 'aria-level': '3' }, ...inline(title[2], context)), at + 1];
  }
  if (rule.test(line)) return [el('hr'), at + 1];
  const opening = fence.exec(line);
  if (opening) return fenced(lines, at, opening[1]);
  if (depth < deepest && quote.test(line)) return quoted(lines, at, context, depth);
  if (depth < deepest && item.test(line)) return list(lines, at, context, depth);
  if (line.includes('|') && tableRule.test(lines[at + 1] ?? '') && lines[at + 1].includes('-')) {
    return markdownTable(lines, at, context);
  }
  return paragraph(lines, at, context);
}

/** Whether a line begins something else than more of a paragraph. */
function interrupts(line) {
  return line.trim() === '' || heading.test(line) || rule.test(line) || fence.test(line) || quote.test(line) || item.test(line);
}

function paragraph(lines, at, context) {
  let end = at + 1;
  while (end < lines.length && !interrupts(lines[end])) end++;
  return [el('p', {}, ...inline(lines.slice(at, end).join('\n'), context)), end];
}

function fenced(lines, at, marks) {
  let end = at + 1;
  while (end < lines.length && !lines[end].trim().startsWith(marks)) end++;
  return [el('pre', {}, el('code', { text: lines.slice(at + 1, end).join('\n') })), end + 1];
}

function quoted(lines, at, context, depth) {
  const inner = [];
  let end = at;
  for (let found; end < lines.length && (found = quote.exec(lines[end])); end++) inner.push(found[1]);
  return [el('blockquote', {}, ...markdown(inner.join('\n'), context, depth + 1)), end];
}

/** Draws the items that stand at one indentation, with what is indented below. */
function list(lines, at, context, depth) {
  const first = item.exec(lines[at]);
  const indent = first[1].length;
  const ordered = /\d/.test(first[2]);
  const element = el(ordered ? 'ol' : 'ul', ordered && first[2].slice(0, -1) !== '1' ? { start: parseInt(first[2], 10) } : {});
  let end = at;
  while (end < lines.length) {
    const found = item.exec(lines[end]);
    if (!found || found[1].length < indent || found[1].length > indent + 1 || /\d/.test(found[2]) !== ordered) break;
    const below = [];
    let next = end + 1;
    for (; next < lines.length && continues(lines, next, indent); next++) below.push(lines[next]);
    element.append(el('li', {}, ...inline(found[3] ?? '', context), ...markdown(outdented(below), context, depth + 1)));
    end = next;
  }
  return [element, end];
}

/** Whether a line belongs to the list item above it. */
function continues(lines, at, indent) {
  const line = lines[at];
  if (line.trim() === '') return at + 1 < lines.length && leading(lines[at + 1]) > indent + 1;
  return leading(line) > indent + 1;
}

function leading(line) {
  return line.length - line.trimStart().length;
}

function outdented(lines) {
  const least = Math.min(...lines.filter((line) => line.trim() !== '').map(leading));
  return lines.map((line) => line.slice(Number.isFinite(least) ? least : 0)).join('\n');
}
