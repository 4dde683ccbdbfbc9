// Places with changes that are not saved ask before they are left.
import { t } from '../settings.js';
import { confirmed } from './dialog.js';
import { guardLeaving } from './router.js';

/** Asks before the place is left while changed() says that something is not saved. */
export function guardUnsaved(changed) {
  guardLeaving(async () => !changed() || confirmed({ title: t('leaving.title'), text: t('leaving.text'), yes: t('leaving.yes') }));
}
