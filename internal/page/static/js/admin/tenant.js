// The organisation that the page is about. Where there are several it stands in
// the address of every place, so that an address shows the same to whoever opens it.
import { recall, remember } from '../settings.js';

const state = { all: [], key: '' };

/** Takes over which organisations there are. */
export function knowTenants(all) {
  state.all = all;
}

/** The organisations, such as {tenant_key, name}; none before they are known. */
export function tenants() {
  return state.all;
}

/** The tenant_key of the organisation that all requests are about; "" where there is one. */
export function tenantKey() {
  return state.key;
}

/** Goes on with the organisation that an address names, by default the one chosen last. */
export function takeTenant(named) {
  state.key = named || state.key || usual();
}

/** The organisation to begin with. */
function usual() {
  if (state.all.length < 2) return '';
  const kept = recall('tenant');
  return state.all.some((one) => one.tenant_key === kept) ? kept : state.all[0].tenant_key;
}

/** Begins with an organisation the next time. */
export function rememberTenant(key) {
  remember('tenant', key);
}

/** An address of the page with its organisation. */
export function withTenant(address) {
  const [, search = ''] = address.split('?');
  if (!state.key || new URLSearchParams(search).has('tenant_key')) return address;
  return `${address}${search ? '&' : '?'}tenant_key=${encodeURIComponent(state.key)}`;
}

/** The name under which something of this organisation is remembered. */
export function ofTenant(name) {
  return state.key ? `${state.key} ${name}` : name;
}
