/** Registers the service worker, or finds the one that is there. @throws if the browser refuses it */
export const registeredServiceWorker = (): Promise<ServiceWorkerRegistration> =>
  navigator.serviceWorker.register('/service-worker.js');

/** Registers it for later. Browsers without service workers, and pages that may not have one, do without. */
export async function registerServiceWorker(): Promise<void> {
  if ('serviceWorker' in navigator)
    await registeredServiceWorker().catch((error: unknown) => console.warn(error));
}
