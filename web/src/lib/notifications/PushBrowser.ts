/** What this browser can do about pushes (W3C Push API). */
import type { Subscribe } from '$contract/notifications/push';
import { registeredServiceWorker } from '$lib/shell/serviceWorker';

export type Subscription = Pick<Subscribe, 'endpoint' | 'keys'>;

export interface PushBrowser {
  /** `home_screen`: only as an app on the home screen. */
  able(): 'yes' | 'no' | 'home_screen';
  permission(): NotificationPermission;
  current(): Promise<Subscription | undefined>;
  /** Asks for the permission, so call it right after a tap. @returns undefined without it @throws if the push service fails */
  subscribe(publicKey: string): Promise<Subscription | undefined>;
  unsubscribe(): Promise<void>;
}

export const pushBrowser: PushBrowser = {
  able() {
    if ('serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window) return 'yes';
    // Safari on iPhones and iPads, which call themselves Macs, has pushes on the home screen only.
    return /iPhone|iPad|Macintosh/.test(navigator.userAgent) && navigator.maxTouchPoints > 1
      ? 'home_screen'
      : 'no';
  },
  permission: () => Notification.permission,
  current: async () => subscriptionOf(await existing()),
  async subscribe(publicKey) {
    if ((await Notification.requestPermission()) !== 'granted') return undefined;
    // One for another server's key, such as before it got new ones, cannot be kept.
    await this.unsubscribe();
    await registeredServiceWorker();
    const { pushManager } = await navigator.serviceWorker.ready;
    return subscriptionOf(
      await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: publicKey }),
    );
  },
  unsubscribe: async () => void (await (await existing())?.unsubscribe()),
};

const existing = async (): Promise<PushSubscription | null | undefined> =>
  (await navigator.serviceWorker.getRegistration())?.pushManager.getSubscription();

function subscriptionOf(it: PushSubscription | null | undefined): Subscription | undefined {
  const { endpoint, keys: { p256dh, auth } = {} } = it?.toJSON() ?? {};
  if (endpoint === undefined || p256dh === undefined || auth === undefined) return undefined;
  return { endpoint, keys: { p256dh, auth } };
}
