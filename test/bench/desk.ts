/** A busy shop: tills take money, and the screens of releasing desks wait for the orders that are paid. */
import { setTimeout as pause } from 'node:timers/promises';
import * as v from 'valibot';
import { uuidv7 } from 'uuidv7';
import type { Spread } from './figures.ts';
import { Frames } from './frames.ts';
import { shop } from './people.ts';
import type { Muster } from './subjects.ts';

/** What of the answers is looked at. */
const Answer = v.object({ order: v.object({ id: v.string(), version: v.number() }) });

export type Desk = {
  orders: number;
  desks: number;
  /** From the till's request, that the order is paid, to each desk's screen. */
  latency: Spread;
  /** The same from the commit. */
  fromCommit: Spread;
  serverBusy: number;
};

/** @throws if a screen missed something or was not told in time */
export async function desk(
  muster: Muster,
  { orders, rate, desks }: { orders: number; rate: number; desks: number },
): Promise<Desk> {
  await muster.server.order('open the shop');
  const frames = new Frames();
  const screens = await Promise.all(
    Array.from({ length: desks }, (_, index) => muster.listen(shop.desks.from + index, frames, 'orders')),
  );
  const waiting = await Promise.all(Array.from({ length: orders }, (_, index) => ordered(muster, index)));
  await pause(1_000);
  frames.clear();
  for (const screen of screens) screen.told = 0;
  const [before, start] = [muster.server.seconds, performance.now()];
  // A payment is two events: the order's and its goods'.
  const told = frames.told(desks, orders * 2, 60_000);
  for (const [index, pays] of waiting.entries()) {
    await pause(Math.max(0, start + (index * 1_000) / rate - performance.now()));
    void pays(frames).catch((reason: unknown) => frames.lost(new Error(String(reason))));
  }
  await told;
  const took = (performance.now() - start) / 1_000;
  for (const screen of screens) screen.close();
  if (frames.failure) throw frames.failure;
  if (frames.holes > 0) throw new Error(`${frames.holes} frames did not follow the one before`);
  return {
    orders,
    desks,
    latency: frames.fromSent.spread,
    fromCommit: frames.fromCommit.spread,
    serverBusy: (muster.server.seconds - before) / took,
  };
}

/** An order that waits for its money, and how its till takes it. */
async function ordered(muster: Muster, index: number): Promise<(frames: Frames) => Promise<void>> {
  const till = muster.person(shop.tills.from + (index % shop.tills.count));
  const post = async (path: string, body: object) =>
    v.parse(Answer, await muster.ask('POST', `/api/v1/orders${path}`, till, body)).order;
  const lines = [{ productId: shop.product, quantity: 1 }];
  const { id, version } = await post('', { id: uuidv7(), placeId: shop.place, lines });
  const asked = await post(`/${id}/moves`, { move: 'request_payment', version });
  return async (frames) => {
    frames.sentAt.set(till.id, performance.now());
    const payment = { method: 'cash', received: 450 };
    await post(`/${id}/moves`, { move: 'pay', version: asked.version, payment });
  };
}
