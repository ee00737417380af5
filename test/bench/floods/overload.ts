/** More check-ins than the workplace can take: what is refused, how soon, and how those are served who are let in. */
import { setTimeout as pause } from 'node:timers/promises';
import { Samples, type Spread } from '../figures.ts';
import { checkIns } from '../measure.ts';
import type { Muster } from '../subjects.ts';

const TIMES = 4;
const CLIENTS = 50;
const WITH_PAGES = 300;
const MEASURE_SECONDS = 5;
/** After the flood, this many a second show when it serves as before. */
const PROBES = 20;
const PROBE_SECONDS = 12;
const SOON_MS = 500;

export type Overload = {
  capacity: number;
  rate: number;
  letIn: Spread;
  refused: Spread;
  /** Refusals without Retry-After, other answers, and requests without one. */
  wrong: number;
  /** Seconds from the flood's end to the last request that was refused or took over half a second. */
  recovery: number;
};

export async function overload(muster: Muster, seconds: number): Promise<Overload> {
  const { perSecond } = await checkIns(
    muster,
    { clients: CLIENTS, seconds: MEASURE_SECONDS, people: WITH_PAGES },
    0,
  );
  const rate = Math.round(perSecond * TIMES);
  const [letIn, refused] = [new Samples(), new Samples()];
  let wrong = 0;
  const once = async (): Promise<void> => {
    const sent = performance.now();
    const answer = await muster.tap().catch(() => undefined);
    const took = performance.now() - sent;
    const isRefusal = answer?.status === 503 || answer?.status === 429;
    if (answer?.status === 200) letIn.add(took);
    else if (isRefusal && answer.retryAfter !== undefined) refused.add(took);
    else wrong += 1;
  };
  await paced(rate, seconds, once);
  const end = performance.now();
  let last = end;
  const probe = async (): Promise<void> => {
    const sent = performance.now();
    const { status } = await muster.tap();
    if (status !== 200 || performance.now() - sent > SOON_MS) last = sent;
  };
  await paced(PROBES, PROBE_SECONDS, probe);
  return {
    capacity: perSecond,
    rate,
    letIn: letIn.spread,
    refused: refused.spread,
    wrong,
    recovery: (last - end) / 1_000,
  };
}

/** Starts them at this rate, however long each takes. Resolves when all have ended. */
async function paced(rate: number, seconds: number, once: () => Promise<void>): Promise<void> {
  const start = performance.now();
  const all: Promise<void>[] = [];
  while (all.length < rate * seconds) {
    const due = Math.min(rate * seconds, ((performance.now() - start) / 1_000) * rate);
    while (all.length < due) all.push(once());
    await pause(5);
  }
  await Promise.all(all);
}
