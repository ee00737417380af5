import { ACT, actsIn } from './lazyActs';
import { OUTBOX } from './names';
import type { ActStore } from './store';

/** One tab at a time: none takes for deleted what another has just moved, and none moves what another deletes. */
const alone = <T>(work: () => Promise<T>): Promise<T> => navigator.locks.request(`${OUTBOX} store`, work);

/** The service worker reads the database only, so what is in local storage moves there. @throws if it does not open */
export async function moveIn(database: ActStore): Promise<ActStore> {
  await alone(async () => {
    for (const act of actsIn(localStorage)) {
      await database.put(act);
      localStorage.removeItem(ACT + act.key);
    }
  });
  return {
    ...database,
    delete: (key) =>
      alone(async () => {
        localStorage.removeItem(ACT + key);
        await database.delete(key);
      }),
  };
}
