import type { Act } from './act';
import type { ActStore } from './store';

/** Whether this browser may have acts: until its first tap it need not load the database. */
const MAY_HAVE = 'muster-outbox';

/** A first load need not wait for it, but a tap soon after must find it: without network no file loads. */
const SETTLED_MS = 5_000;

/**
 * The browser's database, loaded with the first tap or once the page has settled. Where it does not load or open, as in some private
 * windows, acts live as long as the page.
 */
export function lazyActs(load: () => Promise<ActStore>): ActStore & { prepare(): () => void } {
  const inPage = new Map<string, Act>();
  const stored = async <T>(use: (store: ActStore) => Promise<T>, otherwise: () => T): Promise<T> => {
    try {
      return await use(await load());
    } catch {
      return otherwise();
    }
  };
  return {
    prepare() {
      const timer = setTimeout(() => void load().catch(() => undefined), SETTLED_MS);
      return () => clearTimeout(timer);
    },
    async of(person) {
      const mine = [...inPage.values()].filter((act) => act.person === person);
      if (localStorage.getItem(MAY_HAVE) === null) return mine;
      const kept = await stored(
        (store) => store.of(person),
        () => [],
      );
      return [...kept, ...mine].sort((a, b) => a.tappedAt - b.tappedAt);
    },
    async put(act) {
      localStorage.setItem(MAY_HAVE, '');
      await stored(
        (store) => store.put(act),
        () => void inPage.set(act.key, act),
      );
    },
    async delete(key) {
      if (inPage.delete(key)) return;
      await stored(
        (store) => store.delete(key),
        () => undefined,
      );
    },
  };
}
