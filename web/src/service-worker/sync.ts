/** Sends what waits on this device, also when no page is open. The browser wakes the worker for it (Background Sync, Chromium). */
import type { Act, Answered, Reply } from '$lib/outbox/act';
import { lockOf, OUTBOX } from '$lib/outbox/names';
import { sendQueue } from '$lib/outbox/queue';
import { send } from '$lib/outbox/send';
import { browserActs, hasActs } from '$lib/outbox/store';
import { isSigningOut } from '$lib/shell/signingOut';
import * as v from 'valibot';

declare global {
  interface SyncEvent extends ExtendableEvent {
    readonly tag: string;
  }
  interface ServiceWorkerGlobalScopeEventMap {
    sync: SyncEvent;
  }
}

/** @throws if it has to be tried again: the browser does so a few times, with growing waits */
export async function sendWaiting(): Promise<void> {
  if (!(await hasActs())) return;
  const person = await personSignedIn();
  if (person === undefined) return;
  // A page that sends holds the lock. Then nothing is left here.
  const later = await navigator.locks.request(lockOf(person), () =>
    sendQueue(person, { store: browserActs, send: sendUnlessLeaving, settle: settleAndSay }),
  );
  if (later && !later.signedOut) throw new Error('What waits could not be sent yet.');
}

/** Whose cookie this browser has; undefined without one. @throws if the server does not say */
async function personSignedIn(): Promise<string | undefined> {
  if (await isSigningOut()) return undefined;
  const answer = await fetch('/api/v1/me');
  if (answer.status === 401) return undefined;
  if (!answer.ok) throw new Error(`The server answered ${answer.status}.`);
  return v.parse(v.object({ id: v.string() }), await answer.json()).id;
}

const sendUnlessLeaving = async (act: Act): Promise<Reply> =>
  (await isSigningOut()) ? { kind: 'later', signedOut: true } : send(act, Date.now);

/** A page shows a refusal until its person has seen it. */
async function settleAndSay(act: Act, answer: Answered): Promise<void> {
  if (answer.kind === 'confirmed') await browserActs.delete(act.key);
  else await browserActs.put({ ...act, refused: answer.problem });
  const pages = new BroadcastChannel(OUTBOX);
  pages.postMessage(null);
  pages.close();
}
