/** Registers the service worker. Browsers without one, and pages that may not have one, do without. */
export async function registerServiceWorker(): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  await navigator.serviceWorker.register('/service-worker.js').catch((error: unknown) => {
    console.warn(error);
  });
}
