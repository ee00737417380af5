/** The outbox: what was tapped is sent in order, once, by the person who tapped it, whatever happens in between. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Act, Reply } from '$lib/outbox/act';
import { type Handler, Outbox } from '$lib/outbox/Outbox.svelte';
import { LiveCollection } from '$live/LiveCollection.svelte';
import { flushSync } from 'svelte';
import { problemOf } from '../problems';
import { idOf } from '../World';
import { fakeOutbox } from './fake';

const [ana, ben] = [idOf(1), idOf(2)];
const confirmed: Reply = { kind: 'confirmed', body: {} };
const away: Reply = { kind: 'later', signedOut: false };

beforeEach(() => void vi.useFakeTimers({ now: Date.parse('2026-06-10T20:30Z') }));
afterEach(() => void vi.useRealTimers());

function setUp(replies: Reply[] = []) {
  const here = fakeOutbox();
  const sent: Act[] = [];
  const network = { away: false };
  const back = () => {
    network.away = false;
    here.back();
  };
  const tab = (person = ana, first?: () => Promise<Reply>) => {
    const send = (act: Act) => {
      const reply = first?.();
      first = undefined;
      if (reply) return reply;
      if (network.away) return Promise.resolve(away);
      sent.push(act);
      return Promise.resolve(replies.shift() ?? confirmed);
    };
    return new Outbox(person, { ...here, send });
  };
  const what = () => sent.map(({ act, person }) => `${person === ana ? 'ana' : 'ben'} ${act}`);
  return { ...here, tab, sent, what, network, back };
}

const shows = (log: string[] = []): Handler & { log: string[] } => ({
  log,
  show: ({ act }) => {
    log.push(`+${act}`);
    return { rollback: () => void log.push(`-${act}`) };
  },
});
const tap = async (outbox: Outbox, ...acts: string[]) => {
  for (const act of acts) {
    await outbox.tap(act, {});
    await vi.advanceTimersByTimeAsync(10);
  }
};

describe('what was tapped', () => {
  it('is sent in order, each with the key and the time of its tap', async () => {
    const { tab, what, acts, sent } = setUp();
    await tap(tab(), 'in', 'out');
    expect(what()).toEqual(['ana in', 'ana out']);
    expect(new Set(sent.map(({ key }) => key)).size).toBe(2);
    expect(acts.size).toBe(0);
  });

  it('waits without network, and goes out in order with its first keys and times', async () => {
    const { tab, what, back, acts, sent, network } = setUp();
    network.away = true;
    const outbox = tab();
    outbox.start();
    await tap(outbox, 'in', 'pause', 'out');
    expect([outbox.queued.length, outbox.stopped]).toEqual([3, 'away']);
    const kept = structuredClone([...acts.values()]);
    back();
    await vi.advanceTimersByTimeAsync(0);
    expect(what()).toEqual(['ana in', 'ana pause', 'ana out']);
    expect(sent).toEqual(kept);
    expect([outbox.queued, outbox.stopped]).toEqual([[], 'no']);
  });

  it('is tried again after a while, and not before the server wishes', async () => {
    const { tab, sent } = setUp([{ kind: 'later', signedOut: false, after: 30_000 }]);
    await tap(tab(), 'in');
    await vi.advanceTimersByTimeAsync(29_000);
    expect(sent).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(sent).toHaveLength(2);
  });

  it('stays in line when a look at the store that began before it ends while it is stored', async () => {
    const { tab, what, network, store, acts, changed } = setUp();
    changed.publish = () => undefined; // a tab does not hear itself
    network.away = true;
    const held = Promise.withResolvers<undefined>();
    vi.spyOn(store, 'of').mockImplementationOnce(async () => {
      await held.promise;
      return [];
    });
    vi.spyOn(store, 'put').mockImplementationOnce(async (act) => {
      held.resolve(undefined);
      await vi.advanceTimersByTimeAsync(0);
      acts.set(act.key, act);
    });
    const outbox = tab();
    outbox.start();
    await tap(outbox, 'in');
    expect(outbox.queued).toHaveLength(1);
    network.away = false;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(what()).toEqual(['ana in']);
  });

  it('outlives its page', async () => {
    const { tab, what, network } = setUp();
    network.away = true;
    await tap(tab(), 'in');
    network.away = false;
    const next = tab();
    next.start();
    await vi.advanceTimersByTimeAsync(0);
    expect(what()).toEqual(['ana in']);
    expect(next.queued).toEqual([]);
  });

  it('is sent by one tab, and is gone in the other', async () => {
    const { tab, what, back, network } = setUp();
    network.away = true;
    const [one, two] = [tab(), tab()];
    one.start();
    two.start();
    await tap(one, 'in');
    expect(two.queued).toHaveLength(1);
    back();
    await vi.advanceTimersByTimeAsync(0);
    expect(what()).toEqual(['ana in']);
    expect([one.queued, two.queued]).toEqual([[], []]);
  });

  it('is neither shown to nor sent for another person', async () => {
    const { tab, what, acts, network } = setUp();
    network.away = true;
    await tap(tab(ana), 'in');
    network.away = false;
    const other = tab(ben);
    const handler = shows();
    other.handle('in', handler);
    other.start();
    await vi.advanceTimersByTimeAsync(0);
    expect([other.queued, handler.log, what()]).toEqual([[], [], []]);
    await tap(other, 'out');
    expect(what()).toEqual(['ben out']);
    expect([...acts.values()].map(({ person }) => person)).toEqual([ana]);
  });

  it('stays if someone else is signed in by now', async () => {
    const { tab, acts } = setUp([{ kind: 'later', signedOut: true }]);
    const outbox = tab();
    await tap(outbox, 'in');
    expect([outbox.stopped, acts.size]).toEqual(['signed_out', 1]);
  });
});

describe('a final refusal', () => {
  const refused: Reply = { kind: 'refused', problem: problemOf('period_closed') };

  it('takes one act out of the line and lists it until it was seen; the rest goes on', async () => {
    const { tab, what, acts } = setUp([refused]);
    const outbox = tab();
    await tap(outbox, 'in', 'out');
    expect(what()).toEqual(['ana in', 'ana out']);
    expect(outbox.refused.map(({ act, refused }) => [act, refused?.code])).toEqual([['in', 'period_closed']]);
    await outbox.remove(outbox.refused[0]?.key ?? '');
    expect([outbox.refused, acts.size]).toEqual([[], 0]);
  });

  it('is not listed if its page has said so', async () => {
    const { tab, acts } = setUp([refused]);
    const outbox = tab();
    const told: string[] = [];
    outbox.handle('in', { ...shows(), refused: ({ code }) => told.push(code) > 0 });
    await tap(outbox, 'in');
    expect([told, outbox.refused, acts.size]).toEqual([['period_closed'], [], 0]);
  });
});

describe('a page', () => {
  it('shows what waits when it opens, and no longer when it is confirmed', async () => {
    const { tab, back, network } = setUp();
    network.away = true;
    await tap(tab(), 'in');
    const outbox = tab();
    outbox.start();
    await vi.advanceTimersByTimeAsync(0);
    const handler = shows();
    outbox.handle('in', handler);
    back();
    await vi.advanceTimersByTimeAsync(0);
    expect(outbox.queued).toEqual([]);
    expect(handler.log.filter((it) => it === '+in')).toHaveLength(
      handler.log.filter((it) => it === '-in').length,
    );
  });

  it('takes the answer before the act stops being shown', async () => {
    const { tab } = setUp([{ kind: 'confirmed', body: 'yes' }]);
    const outbox = tab();
    const handler = shows();
    outbox.handle('in', { ...handler, confirmed: (body) => void handler.log.push(String(body)) });
    await tap(outbox, 'in');
    expect(handler.log.slice(-2)).toEqual(['yes', '-in']);
  });
});

it('an effect that handles acts runs once, though it shows them in reactive rows', async () => {
  const { tab, network } = setUp();
  network.away = true;
  const outbox = tab();
  await tap(outbox, 'in');
  const rows = new LiveCollection<{ id: string }>([]);
  let runs = 0;
  const show = () => rows.guess({ id: `${rows.rows.length}` });
  const stop = $effect.root(() => {
    $effect(() => {
      runs += 1;
      return outbox.handle('in', { show });
    });
  });
  flushSync();
  await tap(outbox, 'in');
  flushSync();
  expect(runs).toBe(1);
  stop();
});

it('what is discarded is not sent', async () => {
  const { tab, back, sent, acts, network } = setUp();
  network.away = true;
  const outbox = tab();
  outbox.start();
  await tap(outbox, 'in');
  await outbox.discard();
  back();
  await vi.advanceTimersByTimeAsync(60_000);
  expect([sent.length, acts.size]).toEqual([0, 0]);
});

it('the network that comes back during a try without it is used at once', async () => {
  const { tab, back, sent } = setUp();
  let fail = (): void => undefined;
  const hangs = vi.fn(() => new Promise<Reply>((answer) => (fail = () => answer(away))));
  const outbox = tab(ana, hangs);
  outbox.start();
  void outbox.tap('in', {});
  await vi.advanceTimersByTimeAsync(10);
  expect(hangs).toHaveBeenCalledOnce();
  back();
  fail();
  await vi.advanceTimersByTimeAsync(0);
  expect([sent.length, outbox.stopped]).toEqual([1, 'no']);
});
