/** The outbox's surroundings in a browser; nothing of it is opened before it is used. */
import { send } from './send';
import type { Surroundings } from './Outbox.svelte';
import { lazyActs } from './lazyActs';

const LOCK = 'muster-outbox';

export function browserOutbox(person: string): Surroundings {
  const acts = lazyActs(() => import('./store').then(({ browserActs }) => browserActs));
  let opened: BroadcastChannel | undefined;
  const tabs = () => (opened ??= new BroadcastChannel(LOCK));
  return {
    store: acts,
    prepare: acts.prepare,
    send: (act) => send(act, Date.now),
    alone: (work) => navigator.locks.request(`${LOCK} ${person}`, work),
    changed: {
      tell: () => tabs().postMessage(null),
      hear(told) {
        tabs().addEventListener('message', told);
        return () => tabs().removeEventListener('message', told);
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
