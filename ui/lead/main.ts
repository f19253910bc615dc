/** The leading page's one script: its links to the doctor's page take the access code along. */
import { codeInFragment, withCode } from '../shared/access-fragment.ts';

if (codeInFragment(location.hash) !== null) {
  for (const link of document.querySelectorAll<HTMLAnchorElement>('a[href^="https:"]'))
    link.href = withCode(link.href, location.hash);
  // The step "type the access code" is done.
  document.documentElement.classList.add('has-code');
}
