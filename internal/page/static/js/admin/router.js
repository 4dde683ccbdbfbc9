// Addresses of the page. Every place, filter and search has one, so that it can be
// kept, sent and gone back to.
import { el } from '../dom.js';
import { t } from '../settings.js';
import { forgetSettings } from './about.js';
import { closeDialogs } from './dialog.js';
import { button, failed, loading, notice } from './parts.js';
import { takeTenant, tenantKey, withTenant } from './tenant.js';

const leaving = { controller: new AbortController(), guard: null };
let shown = ''; // the address of the place that is shown
let routes = [];
let place = null;
let announce = () => {};

/**
 * Begins. Each route is {path, load}: path like "/admin/schedules/:id", load the
 * import of a module whose show(place, {params, query, signal}) draws the place.
 * told is called with the route after each move.
 */
export function begin(list, element, told) {
  routes = list;
  place = element;
  announce = told;
  addEventListener('popstate', goBack);
  document.addEventListener('click', follow);
  return show();
}

/** Goes to an address of the page. Resolves to whether the place before could be left. */
export async function navigate(path, { replace = false } = {}) {
  if (!await mayLeave()) return false;
  history[replace ? 'replaceState' : 'pushState'](null, '', withTenant(path));
  scrollTo(0, 0);
  await arrive();
  return true;
}

/** Asks, where something is not saved, whether the place may be left. */
export async function mayLeave() {
  return !leaving.guard || leaving.guard();
}

/** Shows the place of the address; a screen reader says where one is. */
async function arrive() {
  leaving.guard = null;
  await show();
  place.querySelector('h1')?.focus({ preventScroll: true });
}

/** Follows the browser's back and forward, or stays where something is not saved. */
async function goBack() {
  if (await mayLeave()) await arrive();
  else history.pushState(null, '', shown);
}

/** Shows the same place anew, in another language or with other figures. */
export function refresh() {
  return show();
}

/** Writes filters into the address; what is empty is left out. */
export function writeQuery(query) {
  const kept = Object.entries(query).filter(([, value]) => value !== '' && value !== null && value !== undefined);
  const search = new URLSearchParams(kept).toString();
  shown = withTenant(location.pathname + (search ? `?${search}` : ''));
  history.replaceState(null, '', shown);
}

/** Asks guard, which resolves to a boolean, before the place is left; null asks nobody. */
export function guardLeaving(guard) {
  leaving.guard = guard;
}

/** A link to an address of the page. */
export function pageLink(path, ...children) {
  return el('a', { href: withTenant(path) }, ...children);
}

/** An address of the page with a query. */
export function pageAddress(path, query = {}) {
  const search = new URLSearchParams(Object.entries(query).filter(([, value]) => value)).toString();
  return withTenant(search ? `${path}?${search}` : path);
}

function follow(event) {
  const link = event.target.closest?.('a[href]');
  if (!link || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  if (link.origin !== location.origin || link.target || link.hasAttribute('download') || !known(link.pathname)) return;
  event.preventDefault();
  navigate(link.pathname + link.search);
}

/** The route of a path with its parameters, null for none. */
function known(path) {
  for (const route of routes) {
    const params = matched(route.path, path);
    if (params) return { route, params };
  }
  return null;
}

function matched(pattern, path) {
  const wanted = pattern.split('/');
  const parts = path.replace(/\/$/, '').split('/');
  if (wanted.length !== parts.length) return null;
  const params = {};
  for (const [index, part] of wanted.entries()) {
    if (part.startsWith(':')) params[part.slice(1)] = decoded(parts[index]);
    else if (part !== parts[index]) return null;
  }
  return params;
}

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

async function show() {
  leaving.controller.abort();
  leaving.controller = new AbortController();
  const { signal } = leaving.controller;
  const found = known(location.pathname) ?? { route: routes.at(-1), params: {} };
  closeDialogs();
  forgetSettings(); // somebody may have changed them
  const { tenant_key: named, ...query } = Object.fromEntries(new URLSearchParams(location.search));
  const before = tenantKey();
  takeTenant(named);
  if (tenantKey() !== before) place.replaceChildren(loading()); // nothing of one organisation may act on another
  shown = withTenant(location.pathname + location.search);
  history.replaceState(null, '', shown);
  announce(found.route);
  const fresh = el('div', { class: 'place' });
  const draw = await found.route.load().then((module) => module.show, () => lacking);
  if (signal.aborted) return;
  place.replaceChildren(fresh);
  try {
    await draw(fresh, { params: found.params, query, signal });
  } catch (failure) {
    fresh.append(failed(failure, refresh));
  }
}

/** What stands where a place's program could not be fetched: perhaps huibao was updated meanwhile. */
function lacking(fresh) {
  fresh.append(notice('danger', el('p', { text: t('problem.lacking') }), button(t('problem.again'), () => location.reload(), { small: true })));
}
