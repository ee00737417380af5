/** A browser may replace its push subscription by itself (W3C Push API): the server must get the new one. */
import { PushSettings } from '$contract/notifications/push';
import { tolerant } from '$contract/tolerant';
import { isSigningOut } from '$lib/shell/signingOut';
import * as v from 'valibot';

/** The tag of the browser's background sync. */
export const RENEWAL = 'muster-push';

/** Renews it, now or when there is network. Without Background Sync, it is turned on again on the page of notifications. */
export const renewOrLater = (registration: ServiceWorkerRegistration): Promise<void> =>
  renewPush(registration).catch((error: unknown) => {
    if (!registration.sync) throw error;
    return registration.sync.register(RENEWAL);
  });

/** Subscribes for the session that has the old subscription, to the same kinds. @throws if it has to be tried again */
export async function renewPush({ pushManager }: ServiceWorkerRegistration): Promise<void> {
  if (await isSigningOut()) return;
  const answer = await fetch('/api/v1/notifications/push');
  // The subscription went with its session.
  if (answer.status === 401) return;
  if (!answer.ok) throw new Error(`The server answered ${answer.status}.`);
  const { publicKey, device } = v.parse(tolerant(PushSettings), await answer.json());
  if (publicKey === null || device === null) return;
  const options = { userVisibleOnly: true, applicationServerKey: publicKey };
  const { endpoint, keys } = (await pushManager.subscribe(options)).toJSON();
  const saved = await fetch('/api/v1/notifications/push/device', {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json', 'Idempotency-Key': crypto.randomUUID() },
    body: JSON.stringify({ endpoint, keys, kinds: device.kinds }),
  });
  if (!saved.ok) throw new Error(`The server answered ${saved.status}.`);
}
