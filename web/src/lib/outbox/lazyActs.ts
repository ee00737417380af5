import { type Act, readable } from './act';
import { OUTBOX } from './names';
import type { ActStore } from './store';

/** Whether this browser may have acts: until its first tap it need not load the database. */
const MAY_HAVE = OUTBOX;
export const ACT = 'muster-act ';

/** A first load need not wait for the database. Milliseconds. */
const SETTLED_MS = 5_000;

/**
 * The browser's database, loaded once the page has settled. Until an act is in it, or where it does not open, the act is in the
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
      const here = actsIn(localStorage).filter((act) => act.person === person);
      const others = kept.filter(({ key }) => !here.some((act) => act.key === key));
      return [...others, ...here].sort((a, b) => a.tappedAt - b.tappedAt);
    },
    async put(act) {
      localStorage.setItem(MAY_HAVE, '');
      // At once: the page may end before the database is open.
      localStorage.setItem(ACT + act.key, JSON.stringify(act));
      await either(
        (store) => store.put(act).then(() => localStorage.removeItem(ACT + act.key)),
        () => undefined,
      );
    },
    async delete(key) {
      localStorage.removeItem(ACT + key);
      await either(
        (store) => store.delete(key),
        () => undefined,
      );
    },
  };
}

export const actsIn = (storage: Storage): Act[] =>
  readable(
    Object.keys(storage)
      .filter((name) => name.startsWith(ACT))
      .map((name) => jsonIn(storage.getItem(name))),
  );

function jsonIn(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
