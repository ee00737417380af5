/** Shows every push: browsers end a subscription whose pushes show nothing. */
import { Pushed } from '$contract/notifications/push';
import { WHERE } from '$contract/windows';
import * as v from 'valibot';

/** @param text as it was decrypted */
export async function show(registration: ServiceWorkerRegistration, text = ''): Promise<void> {
  const { id, title, body, href } = pushedIn(text);
  await registration.showNotification(title, {
    body,
    tag: id,
    icon: '/icon-192.png',
    badge: '/badge-96.png',
    data: href,
  });
}

/** What another version of the Worker sent, in another form, is shown without its words. */
function pushedIn(text: string): Pushed {
  const pushed = v.safeParse(v.pipe(v.string(), v.parseJson(), Pushed), text);
  return pushed.success
    ? pushed.output
    : { id: 'unknown', title: 'Muster', body: 'There is something new.', href: '/notifications' };
}

/** How long a window has to say what it shows, milliseconds: browsers let a worker open one only soon after the tap. */
const PATIENCE_MS = 500;

/** Focuses the window that shows a path of this product, or opens one. Others stay: something may be typed there. */
export async function open(clients: Clients, href: unknown): Promise<void> {
  const url = new URL(typeof href === 'string' ? href : '/', location.origin);
  if (url.origin !== location.origin) return;
  const windows = await clients.matchAll({ type: 'window', includeUncontrolled: true });
  const shown = await Promise.all(windows.map(shownIn));
  const there = windows[shown.indexOf(url.href)];
  await (there ? there.focus() : clients.openWindow(url));
}

/** Its own `url` is the one that was loaded: the app's links change the page without it. @returns undefined without an answer */
const shownIn = (window: WindowClient): Promise<unknown> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }: MessageEvent<unknown>) => resolve(data);
    setTimeout(resolve, PATIENCE_MS, undefined);
    window.postMessage(WHERE, [port2]);
  });
