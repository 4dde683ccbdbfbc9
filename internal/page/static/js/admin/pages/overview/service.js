// How huibao is: its version, its checks, and what the doctor finds.
import { el } from '../../../dom.js';
import { t } from '../../../settings.js';
import { instant } from '../../format.js';
import { badge, facts } from '../../parts.js';
import { checkName, checksBesides } from './checks.js';
import { section } from './section.js';

const order = ['failed', 'warning', 'unknown', 'ok'];

/** The box. What is not well comes first; what is, behind a click. */
export function service({ status, zone }) {
  return section(t('service.title'), { load: status, draw: (found) => [
    facts([
      [t('service.health'), el('span', {}, badge(found.ready ? 'ok' : 'failed'), ' ', t(found.ready ? 'service.ready' : 'service.not_ready'))],
      [t('service.version'), found.version],
      [t('service.since'), instant(found.started_at, zone)],
      found.tenant_name && [t('shell.tenant'), el('bdi', { class: 'clipped', text: found.tenant_name })],
    ]),
    ...doctor(findingsOf(found)),
  ] });
}

/** Checks, warnings and findings as one list, each thing once, the worst first. */
function findingsOf({ checks, warnings, health }) {
  const all = [
    ...checksBesides({ checks, health }).map(({ check, ok }) => ({ check, status: ok ? 'ok' : 'failed' })),
    ...warnings.filter((text) => !health.some(({ detail }) => detail === text)).map((detail) => ({ status: 'warning', detail })),
    ...health,
  ];
  return all.sort((a, b) => order.indexOf(a.status) - order.indexOf(b.status));
}

function doctor(findings) {
  const bad = findings.filter(({ status }) => status === 'failed' || status === 'warning');
  const rest = findings.filter((finding) => !bad.includes(finding));
  return [
    el('h3', { text: bad.length > 0 ? t('service.findings', { n: bad.length }) : t('service.well') }),
    bad.length > 0 && list(bad),
    el('details', { class: 'fold' }, el('summary', { text: t('service.rest', { n: rest.length }) }), list(rest)),
  ].filter(Boolean);
}

/** The findings, each with what to do. */
function list(findings) {
  return el('ul', { class: 'findings' }, ...findings.map(({ status, check, detail, todo }) => el('li', {},
    status === 'unknown' ? badge('', t('service.not_seen')) : badge(status), // it is no trouble
    el('div', {}, check && el('strong', { text: checkName(check) }), check && ' ', detail && el('span', { text: detail }), todo && el('p', { class: 'faint', text: todo })))));
}
