/** What every scenario has in common: disturbances, healing, and promises that hold for any slice. */
import type { Page } from './Page';
import type { Acknowledged } from './Phone';
import { calm, type World } from './World';

/** How long healing may take: a back-off, a heads check, a page's reload and the outbox's longest wait. */
const HEALED_MS = 240_000;
/** A request's limit, and another try. */
const LEAST_MS = 20_000;
/** A heads check each 60 s, and its wait. */
const QUIET_MS = 90_000;

/** A request, its commit and its delivery. */
const PUSHED_MS = 4_000;
/** The reconnects after a cut are spread over 5 s. */
const RECONNECTED_MS = 9_000;
/** A snapshot and a pull. */
const RELOADED_MS = 2_000;
/** Between two looks whether all is well. */
const STEP_MS = 5_000;
/** A page that is well asks the log more rarely. */
const ASKS_EACH_MS = 20_000;
/** The latest heads check and what it may take. */
const HEADS_MS = 125_000;
/** All tries of a delivery. */
const TRIES_MS = 20_000;

/** Mostly a moment; sometimes long enough for a heartbeat or a heads check. */
export const gap = (world: World): number => {
  const kind = world.random();
  if (kind < 0.5) return world.random() * 300;
  return kind < 0.9 ? world.random() * 5_000 : world.random() * 70_000;
};

/** One thing goes wrong, or right again. */
export function disturb(world: World, page: Page): void {
  const what = world.random();
  const anyObject = () => world.objects.object(world.pick(world.objects.names));
  if (what < 0.25) page.setSignal(page.signal === 'up' ? world.pick(['none', 'silent'] as const) : 'up');
  else if (what < 0.4) page.cutSockets();
  else if (what < 0.44) page.hide(!page.isHidden);
  else if (what < 0.48) page.wakeWithoutNetwork();
  else if (what < 0.6) {
    if (page.owner.frozen) page.wake();
    else page.freeze();
  } else if (what < 0.72) anyObject().hibernate();
  else if (what < 0.81) anyObject().abort();
  else if (what < 0.88) world.deploy();
  else if (what < 0.92) void world.trim().catch(() => undefined);
  else if (what < 0.96) world.backUp();
  else world.restore();
}

/** Ends faults and waits until all is well: at least 20 s, in a tenth of the seeds 90 s. */
export async function heal(world: World, isDone: () => boolean = () => true): Promise<void> {
  world.note('healing');
  world.odds = calm;
  for (const page of world.pages) {
    page.setSignal('up');
    page.wake();
    page.hide(false);
  }
  const isWell = () => [...world.pages].every((page) => page.isCurrent) && !behind(world) && isDone();
  const least = world.random() < 0.9 ? LEAST_MS : QUIET_MS;
  let quiet: Quiet | undefined;
  for (let waited = 0; waited < HEALED_MS; waited += STEP_MS) {
    await world.runFor(STEP_MS);
    quiet = world.isUnsettled || !isWell() ? undefined : (quiet ?? new Quiet(world));
    if (quiet && waited >= least) break;
  }
  quiet?.end();
  await world.runFor(1_000);
}

/** A time in which all was well: a page may ask the log as it loads a part anew after an event, but not again and again. */
class Quiet {
  readonly #began: number;
  readonly #pulls: ReadonlyMap<Page, number>;

  constructor(private readonly world: World) {
    this.#began = world.scheduler.now;
    this.#pulls = new Map([...world.pages].map((page) => [page, page.pulls]));
  }

  end(): void {
    const most = 3 + (this.world.scheduler.now - this.#began) / ASKS_EACH_MS;
    for (const [page, before] of this.#pulls)
      this.world.must(
        page.pulls - before <= most,
        `${page.owner.name} asks the log again and again although all is well`,
      );
  }
}

/** A change whose deliveries are all lost, and then nothing until the heads check. */
export async function hush(world: World, act: () => void): Promise<void> {
  world.note('one change that no object hears of');
  world.objects.deafen(TRIES_MS);
  act();
  await world.runFor(HEADS_MS);
}

const hitches = {
  none: () => undefined,
  'two tries of each delivery lost': (world: World) => world.objects.loseEach(2),
  'the answer to its commit lost': (world: World) => world.db.loseAnswer(),
  'all sockets cut': ({ pages }: World) => {
    for (const page of pages) page.cutSockets();
  },
};

/** One more change reaches every screen by itself, before any of them asks, also after one hitch. */
export async function push(world: World, act: () => void): Promise<void> {
  const hitch = world.pick(Object.keys(hitches) as (keyof typeof hitches)[]);
  world.note(`one more change, with ${hitch}`);
  hitches[hitch](world);
  act();
  await world.runFor(hitch === 'all sockets cut' ? RECONNECTED_MS : PUSHED_MS);
  mustBeReached(world, hitch);
  // A page that loads a part anew, some seconds after an event, says so meanwhile.
  const isCurrent = (page: Page) => page.isCurrent;
  for (let waited = 0; waited < RELOADED_MS && ![...world.pages].every(isCurrent); waited += 100)
    await world.runFor(100);
  mustBeLive(world);
}

function mustBeReached(world: World, hitch: string): void {
  // A job of the same moment may have changed something else since.
  const it = behind(world, PUSHED_MS / 2);
  world.must(!it, `${it?.page} was not reached on ${it?.channel} by one more change, with ${hitch}`);
}

/** A page that is not at the head of one of its channels. @param since for longer than this, milliseconds */
function behind(world: World, since = 0): { page: string; channel: string } | undefined {
  for (const { channels, owner } of world.pages)
    for (const { name, cursor } of channels)
      if (world.beyond(name, cursor.head) > since) return { page: owner.name, channel: name };
  return undefined;
}

export function mustBeLive(world: World): void {
  for (const page of world.pages)
    for (const { status, name } of page.channels)
      world.must(status === 'live', `${page.owner.name} is ${status} on ${name} after all is well`);
}

export function mustHaveNoGaps(world: World): void {
  const gaps = world.db.rows(
    `SELECT 1 FROM heads WHERE seq - floor <> (SELECT count(*) FROM events WHERE events.channel = heads.channel AND events.seq > floor)`,
  );
  world.must(gaps.length === 0, 'the log has a gap');
}

export function mustBeAcknowledged(world: World, acknowledged: readonly Acknowledged[]): void {
  for (const { person, key, at } of acknowledged) {
    if (world.isForgotten(at)) continue;
    const kept = world.db.rows('SELECT 1 FROM idempotency WHERE actor = ?1 AND key = ?2', person, key);
    world.must(kept.length === 1, 'what was acknowledged is lost');
  }
}

/** The fingerprint is the request's text, in which each act has ids of its own. */
export function mustTakeEffectOnce(world: World): void {
  const twice = world.db.rows(
    'SELECT 1 FROM idempotency GROUP BY actor, fingerprint HAVING count(DISTINCT entry) > 1',
  );
  world.must(twice.length === 0, 'an act took effect twice');
}
