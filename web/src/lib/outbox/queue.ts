import type { Act, Answered, Later, Reply } from './act';
import type { ActStore } from './store';

interface Queue {
  store: Pick<ActStore, 'of'>;
  send(act: Act): Promise<Reply>;
  /** Takes the act out of those that wait. */
  settle(act: Act, answer: Answered): Promise<void>;
}

/** Sends one person's acts in order, each after the answer to the one before. @returns why it stopped; undefined if none waits */
export async function sendQueue(person: string, { store, send, settle }: Queue): Promise<Later | undefined> {
  for (;;) {
    const next = (await store.of(person)).find(({ refused }) => !refused);
    if (!next) return undefined;
    const reply = await send(next);
    if (reply.kind === 'later') return reply;
    await settle(next, reply);
  }
}
