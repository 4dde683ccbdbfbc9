// The admin API, asked as any script would: JSON in and out, failures as problem
// documents. The page signs in by its cookie; changes carry the CSRF token.
import { languageTag, t } from '../settings.js';
import { signInAgain } from './signin.js';
import { tenantKey } from './tenant.js';

const root = '/admin/api/v1';

/** A request that failed, in words for people. fields are {field: message}. */
export class Problem extends Error {
  constructor(status, body = {}) {
    const plain = body.detail || (status === 0 ? t('problem.unreachable') : t('problem.status', { status }));
    super(body.ref ? t('problem.ref', { detail: plain, ref: body.ref }) : plain);
    this.status = status;
    this.fields = Object.fromEntries((body.errors ?? []).map(({ field, message }) => [field, message]));
  }
}

/** Announces "changed" when another admin has signed in than the page was of. */
export const admin = new EventTarget();

/** The address of a route with its query; what is empty is left out. */
export function address(path, query = {}) {
  const url = new URL(root + path, location.origin);
  for (const [name, value] of Object.entries({ tenant_key: tenantKey(), ...query })) {
    if (value !== '' && value !== null && value !== undefined) url.searchParams.set(name, value);
  }
  return url.pathname + url.search;
}

/** Reads. A signal takes the question back. */
export const get = (path, query, signal) => ask('GET', path, { query, signal });
export const post = (path, body, { query, headers, signal } = {}) => ask('POST', path, { query, body, headers, signal });
export const patch = (path, body) => ask('PATCH', path, { body });
export const put = (path, body) => ask('PUT', path, { body });
export const remove = (path) => ask('DELETE', path, {});

/**
 * Asks; when the session has ended, once more after signing in. What one admin
 * began does not go on in the name of another: a question may lead to a change.
 */
async function ask(method, path, { query, body, headers, signal }) {
  const where = address(path, query);
  const who = adminName();
  const request = () => fetch(where, {
    method, signal, credentials: 'same-origin',
    headers: {
      Accept: 'application/json', 'Accept-Language': languageTag(), 'X-CSRF-Token': csrfToken(),
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers,
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  let response = await reach(request);
  while (response.status === 401 || (response.status === 403 && await signedInElsewhere())) {
    if (response.status === 401) await signInAgain();
    if (adminName() !== who) throw new Problem(response.status, { detail: t('signin.another', { name: adminName() }) });
    response = await reach(request);
  }
  return read(response);
}

async function reach(request) {
  try {
    return await request();
  } catch (failure) {
    if (failure.name === 'AbortError') throw failure;
    throw new Problem(0);
  }
}

async function read(response) {
  if (response.status === 204) return null;
  const body = await response.json().catch((failure) => {
    if (failure.name === 'AbortError') throw failure;
    if (response.ok) throw new Problem(0); // cut off on the way
    return {};
  });
  if (!response.ok) throw new Problem(response.status, body);
  return body;
}

const meta = (name) => document.querySelector(`meta[name="${name}"]`);
const csrfToken = () => meta('csrf-token').content;

/** The name of the admin who is signed in. */
export const adminName = () => meta('admin-name').content;

/** Reads who is signed in, and takes over the name and the CSRF token; null when nobody is. */
export async function readSession() {
  const response = await reach(() => fetch(`${root}/session`, { credentials: 'same-origin', headers: { Accept: 'application/json' } }));
  if (!response.ok) return null;
  const session = await response.json();
  meta('csrf-token').content = session.csrf_token;
  if (session.name !== adminName()) {
    meta('admin-name').content = session.name;
    admin.dispatchEvent(new CustomEvent('changed'));
  }
  return session;
}

/** Whether another window has signed in since, so that the token here is an old one. */
async function signedInElsewhere() {
  const before = csrfToken();
  return (await readSession()) !== null && csrfToken() !== before;
}
