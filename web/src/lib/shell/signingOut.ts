/** The mark of a sign-out that the server may not know yet: until then the device shows and sends nothing of anyone. */
export const SIGNING_OUT = 'muster-signing-out';

/** In local storage for pages, and as the name of an empty database for the service worker, which has no local storage. */
export function markSignOut(): void {
  localStorage.setItem(SIGNING_OUT, '');
  const mark = indexedDB.open(SIGNING_OUT);
  mark.onsuccess = () => mark.result.close();
}

/** For the service worker. */
export const isSigningOut = async (): Promise<boolean> =>
  (await indexedDB.databases()).some(({ name }) => name === SIGNING_OUT);
