/**
 * The service worker: it keeps built files, shows pushes and sends what waits. Of pages and the API's answers it keeps nothing. A new one waits until
 * a page sends `TAKE_OVER` or no page of the old one is open.
 */
import { TAKE_OVER } from '$contract/takeover';
import { answerTo, keepBuilt, leaveOld } from './files';
import { open, show } from './pushes';
import { sendWaiting } from './sync';

declare const self: ServiceWorkerGlobalScope;

self.addEventListener('install', (event) => event.waitUntil(keepBuilt()));
self.addEventListener('activate', (event) => event.waitUntil(leaveOld().then(() => self.clients.claim())));
self.addEventListener('message', ({ data }) => {
  if (data === TAKE_OVER) void self.skipWaiting();
});
self.addEventListener('fetch', (event) => {
  const answer = answerTo(event.request);
  if (answer) event.respondWith(answer);
});
self.addEventListener('sync', (event) => event.waitUntil(sendWaiting()));
self.addEventListener('push', (event) => event.waitUntil(show(self.registration, event.data?.text())));
self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(open(self.clients, event.notification.data));
});
