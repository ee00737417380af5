/** Shows every push: browsers end a subscription whose pushes show nothing. */
import { Pushed } from '$contract/notifications/push';
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

/** Opens a path of this product. Windows with another page stay: something may be typed there. */
export async function open(clients: Clients, href: unknown): Promise<void> {
  const url = new URL(typeof href === 'string' ? href : '/', location.origin);
  if (url.origin !== location.origin) return;
  const windows = await clients.matchAll({ type: 'window' });
  const there = windows.find((window) => window.url === url.href);
  await (there ? there.focus() : clients.openWindow(url));
}
