// Files of the API.
import { el } from '../dom.js';
import { toast } from '../toast.js';
import { buttonLink } from './parts.js';
import { signInAgain } from './signin.js';

/** A link to a file of the API. Where the session has ended, one signs in again first: the file would hold the refusal. */
export function downloadLink(label, href) {
  const link = buttonLink(label, href, { picture: 'download', download: true });
  link.addEventListener('click', async (event) => {
    event.preventDefault();
    try {
      await signInAgain();
      el('a', { href, download: true }).click();
    } catch (failure) {
      if (failure.fields === undefined) throw failure;
      toast(failure.message, 'error');
    }
  });
  return link;
}
