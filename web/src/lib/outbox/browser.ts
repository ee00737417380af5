/** The outbox's dependencies in a browser; nothing of it is opened before it is used. */
import type { Dependencies } from './Outbox.svelte';
import { lazyActs } from './lazyActs';
import { lockOf, OUTBOX } from './names';

export function browserOutbox(person: string): Dependencies {
  const acts = lazyActs(() => import('./pageActs').then(({ actsOfPage }) => actsOfPage));
  let opened: BroadcastChannel | undefined;
  const tabs = () => (opened ??= new BroadcastChannel(OUTBOX));
  return {
    store: acts,
    prepare: () => acts.prepare(() => Promise.all([import('./send'), import('./OutboxNotice.svelte')])),
    // Its file loads with the first act. Without network there is nothing to send either.
    send: (act) =>
      import('./send').then(
        ({ send }) => send(act, Date.now),
        () => ({ kind: 'later', signedOut: false }),
      ),
    alone: (work) => navigator.locks.request(lockOf(person), work),
    changed: {
      publish: () => tabs().postMessage(null),
      subscribe(react) {
        tabs().addEventListener('message', react);
        return () => tabs().removeEventListener('message', react);
      },
    },
    whenBack(back) {
      const seen = () => document.visibilityState === 'visible' && back();
      window.addEventListener('online', back);
      document.addEventListener('visibilitychange', seen);
      return () => {
        window.removeEventListener('online', back);
        document.removeEventListener('visibilitychange', seen);
      };
    },
    now: Date.now,
    later(ms, then) {
      const timer = setTimeout(then, ms);
      return () => clearTimeout(timer);
    },
  };
}
