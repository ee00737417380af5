/**
 * The service worker: it keeps built files, shows pushes, sends what waits, and shows pages without network from what they have kept
 * themselves. A new one waits until a page lets it take over or no page of the old one is open.
 */
import { answerTo, keepBuilt, leaveOld } from './files';
import { pageAnswer } from './pages';
import { open, show } from './pushes';
import { RENEWAL, renewOrLater, renewPush } from './renewal';
import { sendWaiting } from './sync';
import { keepShell, dependencies } from './shell';
import { letsTakeOver } from './takeover';

declare const self: ServiceWorkerGlobalScope;

self.addEventListener('install', (event) => event.waitUntil(keepBuilt().then(keepShell)));
self.addEventListener('activate', (event) => event.waitUntil(leaveOld().then(() => self.clients.claim())));
self.addEventListener('message', ({ data }) => {
  if (letsTakeOver(data)) void self.skipWaiting();
});
self.addEventListener('fetch', (event) => {
  const answer = answerTo(event.request) ?? pageAnswer(event.request, location.origin, dependencies);
  if (answer) event.respondWith(answer);
});
self.addEventListener('sync', (event) =>
  event.waitUntil(event.tag === RENEWAL ? renewPush(self.registration) : sendWaiting()),
);
self.addEventListener('push', (event) => event.waitUntil(show(self.registration, event.data?.text())));
self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(open(self.clients, event.notification.data));
});
self.addEventListener('pushsubscriptionchange', (event) => event.waitUntil(renewOrLater(self.registration)));
