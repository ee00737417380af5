import { version } from '$app/environment';
import { takeOverAs } from '$contract/takeover';
import { WHERE } from '$contract/windows';

/** Registers the service worker, or finds the one that is there. @throws if the browser refuses it */
export const registeredServiceWorker = (): Promise<ServiceWorkerRegistration> =>
  navigator.serviceWorker.register('/service-worker.js');

/**
 * Registers it for later. One of this page's own version takes over once it is installed. A newer one waits until its person has
 * loaded a page of it. Browsers without service workers do without, as do pages that may not have one.
 */
export async function registerServiceWorker(): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  await registeredServiceWorker().catch((error: unknown) => console.warn(error));
  const registration = await navigator.serviceWorker.getRegistration();
  if (registration) letOwnTakeOver(registration);
}

function letOwnTakeOver(registration: ServiceWorkerRegistration): void {
  const say = (worker: ServiceWorker | null) => worker?.postMessage(takeOverAs(version));
  const follow = (worker: ServiceWorker | null) =>
    worker?.addEventListener('statechange', () => worker.state === 'installed' && say(worker));
  say(registration.waiting);
  follow(registration.installing);
  registration.addEventListener('updatefound', () => follow(registration.installing));
}

/** Tells the worker what this window shows, so that a tap on a notification finds it. @returns to stop */
export function sayWhere(): () => void {
  const asked = new AbortController();
  if ('serviceWorker' in navigator)
    navigator.serviceWorker.addEventListener(
      'message',
      ({ data, ports: [port] }) => void (data === WHERE && port?.postMessage(location.href)),
      asked,
    );
  return () => asked.abort();
}

/** Loads the new version's files while its person decides. */
export async function fetchNewVersion(): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  const registration = await navigator.serviceWorker.getRegistration();
  // Without network the next page does it.
  await registration?.update().catch(() => undefined);
}
