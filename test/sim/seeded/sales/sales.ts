/** Tills that sell the same few goods at the same time, while everything fails that can. */
import { Scope } from '../../../../worker/scope';
import { expireUnpaid } from '../../../../worker/sales/due';
import { orders } from '../../../../worker/sales/orders/orders';
import type { Acknowledged } from '../Phone';
import {
  disturb,
  gap,
  heal,
  hush,
  mustBeAcknowledged,
  mustBeLive,
  mustHaveNoGaps,
  mustTakeEffectOnce,
  push,
} from '../disturbances';
import { Owner } from '../Scheduler';
import type { World } from '../World';
import { Books } from './checks/Books';
import { mustShowTheSame } from './checks/shown';
import { Desk } from './Desk';
import { Till } from './Till';
import { found } from './workplace';

const STEPS = 40;
const MINUTE_MS = 60_000;
/** A count and its answer, also after one try that failed. */
const COUNTED_MS = 5_000;

export async function sales(world: World): Promise<void> {
  const acknowledged: Acknowledged[] = [];
  const workplace = found(world);
  const open = (n: number) =>
    new Till(world, world.pick(workplace.sellers), `till ${n}`, acknowledged, workplace);
  const tills = [open(1), open(2)];
  const desk = new Desk(world, workplace.releasing, 'desk', acknowledged);
  const books = new Books(world);
  const clock = new Owner('clock');
  expire(world, clock);
  await world.runFor(5_000);

  for (let step = 0; step < STEPS; step += 1) {
    const till = world.pick(tills);
    const page = world.random() < 0.85 ? till : desk;
    const what = world.random();
    if (what < 0.6) await serve(world, page);
    else if (what < 0.64) {
      till.kill();
      tills[tills.indexOf(till)] = open(step + 3);
    } else if (what < 0.65) await countAll(world, tills);
    else if (what < 0.656) await hush(world, () => page.act(() => page.work()));
    else disturb(world, page);
    await world.runFor(gap(world));
    books.check();
  }

  await heal(world);
  const [first] = tills;
  if (first) await push(world, () => first.act(() => first.work()));
  books.check();
  mustBeLive(world);
  mustHaveNoGaps(world);
  mustBeAcknowledged(world, acknowledged);
  mustTakeEffectOnce(world);
  clock.end();
  await world.runFor(COUNTED_MS);
  await mustShowTheSame(world, [...tills, desk]);
  await countAll(world, tills);
  books.check();
}

/** A customer is served, whose acts follow each other closely. */
async function serve(world: World, page: Till | Desk): Promise<void> {
  for (let left = world.pick([1, 2, 4]); left > 0; left -= 1) {
    page.act(() => page.work());
    if (left > 1) await world.runFor(200 + world.random() * 400);
  }
}

/** Everyone counts their drawer, some while another page of theirs sells, and an admin closes the day. */
async function countAll(world: World, tills: readonly Till[]): Promise<void> {
  for (const till of tills) till.act(() => (world.random() < 0.75 ? till.count() : till.work()));
  await world.runFor(COUNTED_MS);
  for (const till of tills) if (till.isAdmin) till.act(() => till.closeDay());
  await world.runFor(COUNTED_MS);
}

/** As the job of each minute does. */
function expire(world: World, clock: Owner): void {
  const { env, scheduler } = world;
  const ctx = { waitUntil: (it: Promise<unknown>) => void it.catch(() => undefined) };
  const scope = new Scope(env, ctx, { now: () => Math.floor(scheduler.now) });
  const run = () => {
    void expireUnpaid(scope, orders).catch(() => undefined);
    scheduler.later(MINUTE_MS, run, clock);
  };
  scheduler.later(MINUTE_MS, run, clock);
}
