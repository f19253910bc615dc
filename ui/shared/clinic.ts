/** The clinic's name, which the server wrote into the page; empty where none was set. */
export function clinicName(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="application-name"]')?.content ?? '';
}
