import type { Act } from './act';
import * as v from 'valibot';
import type { ActStore } from './store';

/** Whether this browser may have acts: until its first tap it need not load the database. */
const MAY_HAVE = 'muster-outbox';
const ACT = 'muster-act ';

/** A first load need not wait for the database. Milliseconds. */
const SETTLED_MS = 5_000;

/**
 * The browser's database, loaded once the page has settled. An act before that, or where the database does not open, is in the
 * browser's local storage: it too outlives the page.
 */
export function lazyActs(
  load: () => Promise<ActStore>,
): ActStore & { prepare(alsoLoad: () => Promise<unknown>): () => void } {
  const either = <T>(use: (store: ActStore) => Promise<T>, otherwise: () => T): Promise<T> =>
    load().then(use).catch(otherwise);
  return {
    prepare(alsoLoad) {
      // What does not load now loads when it is needed, if there is network then.
      const timer = setTimeout(() => void Promise.allSettled([load(), alsoLoad()]), SETTLED_MS);
      return () => clearTimeout(timer);
    },
    async of(person) {
      if (localStorage.getItem(MAY_HAVE) === null) return [];
      const kept = await either<Act[]>(
        (store) => store.of(person),
        () => [],
      );
      return [...kept, ...actsIn(localStorage).filter((act) => act.person === person)].sort(
        (a, b) => a.tappedAt - b.tappedAt,
      );
    },
    async put(act) {
      localStorage.setItem(MAY_HAVE, '');
      await either(
        (store) => store.put(act),
        () => localStorage.setItem(ACT + act.key, JSON.stringify(act)),
      );
    },
    async delete(key) {
      const isHere = localStorage.getItem(ACT + key) !== null;
      localStorage.removeItem(ACT + key);
      if (!isHere)
        await either(
          (store) => store.delete(key),
          () => undefined,
        );
    },
  };
}

const Kept = v.object({
  v: v.literal(1),
  act: v.string(),
  key: v.string(),
  person: v.string(),
  tappedAt: v.number(),
  body: v.record(v.string(), v.unknown()),
});

function actsIn(storage: Storage): Act[] {
  const names = Object.keys(storage).filter((name) => name.startsWith(ACT));
  return names.map((name) => v.parse(Kept, JSON.parse(storage.getItem(name) ?? '')));
}
