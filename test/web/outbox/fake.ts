/** An outbox's surroundings without a browser: one store and one lock for all tabs that share them. */
import type { Act } from '$lib/outbox/act';
import type { Dependencies } from '$lib/outbox/Outbox.svelte';

export function fakeOutbox(): Omit<Dependencies, 'send'> & { acts: Map<string, Act>; back(): void } {
  const acts = new Map<string, Act>();
  const told = new Set<() => void>();
  const backs = new Set<() => void>();
  let last: Promise<void> = Promise.resolve();
  const among = (them: Set<() => void>) => (it: () => void) => {
    them.add(it);
    return () => void them.delete(it);
  };
  return {
    acts,
    store: {
      of: (person) =>
        Promise.resolve(
          [...acts.values()].filter((it) => it.person === person).sort((a, b) => a.tappedAt - b.tappedAt),
        ),
      put: (act) => Promise.resolve(void acts.set(act.key, act)),
      delete: (key) => Promise.resolve(void acts.delete(key)),
    },
    prepare: () => () => undefined,
    alone: (work) => (last = last.then(work)),
    changed: { publish: () => told.forEach((it) => it()), subscribe: among(told) },
    whenBack: among(backs),
    back: () => backs.forEach((it) => it()),
    now: Date.now,
    later(ms, then) {
      const timer = setTimeout(then, ms);
      return () => clearTimeout(timer);
    },
  };
}
