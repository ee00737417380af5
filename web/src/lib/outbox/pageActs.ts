import { moveIn } from './moveIn';
import { OUTBOX } from './names';
import { browserActs } from './store';

/** The browser wakes the service worker once there is network. It sends what no page has sent by then. */
async function requestSync(): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  await (await navigator.serviceWorker.getRegistration())?.sync?.register(OUTBOX);
}

/** A page's acts in the browser's database. */
export const actsOfPage = moveIn({
  ...browserActs,
  async put(act) {
    await browserActs.put(act);
    if (!act.refused) void requestSync().catch((error: unknown) => console.warn(error));
  },
});
