import { ACT, actsIn } from './lazyActs';
import { OUTBOX } from './names';
import { type ActStore, browserActs } from './store';

const pageActs: ActStore = {
  ...browserActs,
  async put(act) {
    await browserActs.put(act);
    if (!act.refused) void requestSync().catch((error: unknown) => console.warn(error));
  },
};

/** The browser wakes the service worker once there is network. It sends what no page has sent by then. */
async function requestSync(): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  await (await navigator.serviceWorker.getRegistration())?.sync?.register(OUTBOX);
}

/** The service worker reads the database only, so what is in local storage moves there. @throws if it does not open */
async function moveIn(): Promise<ActStore> {
  for (const act of actsIn(localStorage)) {
    await pageActs.put(act);
    // Another tab may have sent or discarded it meanwhile.
    if (localStorage.getItem(ACT + act.key) === null) await pageActs.delete(act.key);
    localStorage.removeItem(ACT + act.key);
  }
  return pageActs;
}

/** A page's acts in the browser's database. */
export const actsOfPage = moveIn();
