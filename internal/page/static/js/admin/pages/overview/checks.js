// What huibao looks at in itself, by name.
import { t } from '../../../settings.js';

/** The name of a check, such as "time zones" or "im.chat.updated_v1"; one that is not known is called as it is. */
export function checkName(check) {
  const part = partOf(check);
  const name = t(`service.check.${part}`);
  return name === `service.check.${part}` ? check : name;
}

const partOf = (check) => check.replace(/\W/g, '_');

/** The checks of whether huibao takes work that the doctor does not tell of anyhow. */
export function checksBesides({ checks, health }) {
  return checks.filter(({ check, ok }) => !health.some((found) => partOf(found.check) === partOf(check) && (found.status !== 'failed') === ok));
}
