// An address that there is nothing at.
import { t } from '../../settings.js';
import { buttonLink, empty, heading } from '../parts.js';

export function show(place) {
  place.append(heading(t('nowhere.title')), empty(t('nowhere.title'), t('nowhere.text'), buttonLink(t('place.overview'), '/admin')));
}
