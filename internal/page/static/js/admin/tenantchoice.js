// The choice of the organisation that the page is about.
import { el } from '../dom.js';
import { t } from '../settings.js';
import { toast } from '../toast.js';
import { choice } from './form.js';
import { navigate, pageAddress } from './router.js';
import { rememberTenant, tenantKey, tenants } from './tenant.js';

const most = 50; // of a list that is chosen from without searching
const longest = 60; // characters of a name

/** The choice with its label: a list, or a box to search in where there are many. */
export function tenantChoice() {
  const named = byName();
  const control = named.size > most ? searched(named) : listed(named);
  return el('label', { class: 'tenant' }, el('span', { text: t('shell.tenant') }), control);
}

/** The tenant_key of each organisation by its name; those of one name have their key in it. */
function byName() {
  const short = ({ name }) => [...name].slice(0, longest).join('');
  const times = new Map();
  for (const one of tenants()) times.set(short(one), (times.get(short(one)) ?? 0) + 1);
  const nameOf = (one) => (short(one) && times.get(short(one)) === 1 ? short(one) : `${short(one)} ${one.tenant_key}`.trim());
  return new Map(tenants().map((one) => [nameOf(one), one.tenant_key]));
}

function listed(named) {
  const select = choice({ name: 'tenant', options: [...named].map(([name, key]) => [key, name]), on: { change: () => choose(select.value, putBack) } });
  const putBack = () => { select.value = tenantKey(); };
  putBack();
  return select;
}

function searched(named) {
  const names = el('datalist', { id: 'tenants' }, ...[...named.keys()].map((name) => el('option', { value: name })));
  const input = el('input', { type: 'text', name: 'tenant', list: names.id, autocomplete: 'off', spellcheck: 'false', on: {
    focus: () => input.select(),
    change: () => {
      const key = named.get(input.value.trim());
      if (key) choose(key, putBack);
      else refuse();
    },
  } });
  const putBack = () => { input.value = [...named].find(([, key]) => key === tenantKey())?.[0] ?? tenantKey(); };
  const refuse = () => {
    toast(t('shell.no_tenant'), 'warning');
    putBack();
  };
  putBack();
  return el('span', {}, input, names);
}

/** Goes to an organisation, unless the place may not be left. */
async function choose(key, putBack) {
  if (key === tenantKey()) return;
  if (await navigate(pageAddress('/admin', { tenant_key: key }))) rememberTenant(key);
  else putBack();
}
