/**
 * Firefox before 101 and Safari before 16.4 have no adopted style sheets: there Lit writes style elements, which the
 * page's policy takes only with the nonce that the server gave this page.
 */
export function allowLitStyles(): void {
  const sheet = document.querySelector<HTMLLinkElement>('link[rel=stylesheet]');
  // Lit looks for it under this name (@lit/reactive-element, css-tag.ts).
  if (sheet?.nonce) Object.assign(globalThis, { litNonce: sheet.nonce });
}
