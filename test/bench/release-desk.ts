/** Tills take payments, and the screens of release desks wait for the paid orders. */
import { setTimeout as pause } from 'node:timers/promises';
import * as v from 'valibot';
import { uuidv7 } from 'uuidv7';
import type { Spread } from './figures.ts';
import { Frames } from './frames.ts';
import { posts } from './people.ts';
import type { Muster } from './subjects.ts';

const Answer = v.object({ order: v.object({ id: v.string(), version: v.number() }) });

export type ReleaseDesk = {
  orders: number;
  desks: number;
  /** From the till's payment request to each desk's screen. */
  latency: Spread;
  fromCommit: Spread;
  serverBusy: number;
};

/** @throws if a screen misses an event or gets one too late */
export async function releaseDesk(
  muster: Muster,
  { orders, rate, desks }: { orders: number; rate: number; desks: number },
): Promise<ReleaseDesk> {
  await muster.server.order('open the tills');
  const frames = new Frames();
  const screens = await Promise.all(
    Array.from({ length: desks }, (_, index) => muster.listen(posts.desks.from + index, frames, 'orders')),
  );
  const waiting = await Promise.all(Array.from({ length: orders }, (_, index) => ordered(muster, index)));
  await pause(1_000);
  frames.clear();
  for (const screen of screens) screen.received = 0;
  const [before, start] = [muster.server.seconds, performance.now()];
  // A payment makes two events: the order's and its stock's.
  const delivered = frames.delivery(desks, orders * 2, 60_000);
  for (const [index, pays] of waiting.entries()) {
    await pause(Math.max(0, start + (index * 1_000) / rate - performance.now()));
    void pays(frames).catch((reason: unknown) => frames.lost(new Error(String(reason))));
  }
  await delivered;
  const took = (performance.now() - start) / 1_000;
  for (const screen of screens) screen.close();
  if (frames.failure) throw frames.failure;
  if (frames.gaps > 0) throw new Error(`${frames.gaps} frames did not follow the one before`);
  return {
    orders,
    desks,
    latency: frames.fromSent.spread,
    fromCommit: frames.fromCommit.spread,
    serverBusy: (muster.server.seconds - before) / took,
  };
}

/** Makes an unpaid order. @returns how its till takes the payment */
async function ordered(muster: Muster, index: number): Promise<(frames: Frames) => Promise<void>> {
  const till = muster.person(posts.tills.from + (index % posts.tills.count));
  const post = async (path: string, body: object) =>
    v.parse(Answer, await muster.request('POST', `/api/v1/orders${path}`, till, body)).order;
  const lines = [{ productId: posts.product, quantity: 1 }];
  const { id, version } = await post('', { id: uuidv7(), placeId: posts.place, lines });
  const requested = await post(`/${id}/payment-request`, { version });
  return async (frames) => {
    frames.sentAt.set(till.id, performance.now());
    const payment = { parts: [{ method: 'cash', received: 450 }] };
    await post(`/${id}/payment`, { version: requested.version, ...payment });
  };
}
