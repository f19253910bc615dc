/** The leading page's one script: its links to the doctor's page take the set-up code along. */
import { codeInFragment, withCode } from '../shared/setup-fragment.ts';

if (codeInFragment(location.hash) !== null) {
  for (const link of document.querySelectorAll<HTMLAnchorElement>('a[href^="https:"]'))
    link.href = withCode(link.href, location.hash);
  // The step "type the set-up code" is done.
  document.documentElement.classList.add('has-code');
}
