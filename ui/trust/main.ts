/** The trust page's one script: asks whether this browser takes the box's certificate, and sets the fingerprint apart. */

const check = document.getElementById('check');

/** A browser that does not trust the certificate fails the request, and tells pages nothing else. */
async function ask(): Promise<void> {
  if (check === null) return;
  check.dataset.state = 'asking';
  try {
    const url = new URL('/livez', check.dataset.url);
    // 503 is an answer too: the certificate was taken.
    await fetch(url, { mode: 'cors', credentials: 'omit', cache: 'no-store' });
    check.dataset.state = 'trusted';
  } catch {
    check.dataset.state = 'untrusted';
  }
}

/** `AB:CD:…` as `ABCD …`, its first 20 characters, which stand on the box's own screen, apart from the rest. */
function setApart(element: HTMLElement): void {
  const hex = (element.dataset.fingerprint ?? '').replaceAll(':', '');
  const groups = hex.match(/.{4}/g) ?? [];
  const first = document.createElement('b');
  first.textContent = groups.slice(0, 5).join(' ');
  element.replaceChildren(first, ` ${groups.slice(5).join(' ')}`);
}

for (const element of document.querySelectorAll<HTMLElement>('.fingerprint')) setApart(element);
check?.querySelector('button')?.addEventListener('click', () => void ask());
void ask();
