/** A command against a fake server: its requests, and its state after each answer. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { flushSync } from 'svelte';
import { type Answer, Command, type Keyed, PERSISTENT } from '$lib/Command.svelte';
import { Commands } from '$lib/Commands.svelte';
import { noAnswer } from '$lib/problem';
import { problemOf } from './problems.ts';

type Next = 'lost' | 'never' | 'broken' | { status: number; body: unknown };
const ok: Next = { status: 200, body: { name: 'Ana' } };
const refusal = problemOf('moved_meanwhile');
const refused: Next = { status: refusal.status, body: refusal };
const failed: Next = { status: 503, body: problemOf('unavailable') };
const proxyPage: Next = { status: 502, body: '<html>' };

let sent: { key: string; id: string }[];
let next: Next[];

/** Gives the answers of `next` in turn; the last one repeats. */
function ask({ headers }: Keyed, id: string): Promise<Answer<{ name: string }>> {
  sent.push({ key: headers['Idempotency-Key'], id });
  const [answer = ok] = next.length > 1 ? next.splice(0, 1) : next;
  if (answer === 'never') return new Promise(() => undefined);
  if (answer === 'lost') return Promise.reject(new TypeError('Failed to fetch'));
  if (answer === 'broken')
    return Promise.resolve({ ok: true, status: 200, json: () => Promise.reject(new TypeError('cut')) });
  const { status, body } = answer;
  return Promise.resolve({
    ok: status < 400,
    status,
    json: () => Promise.resolve(body as { name: string }),
  });
}
const keys = () => sent.map(({ key }) => key);
const one = (values: readonly string[]) => new Set(values).size === 1;

beforeEach(() => {
  vi.useFakeTimers();
  [sent, next] = [[], [ok]];
});
afterEach(() => void vi.useRealTimers());

describe('the key', () => {
  it.each<[string, Next, unknown, unknown, 'stays' | 'changes']>([
    ['after a lost answer, for the same content', 'lost', { a: 1 }, { a: 1 }, 'stays'],
    ['after a lost answer, for other content', 'lost', { a: 1 }, { a: 2 }, 'changes'],
    ['after an answer that breaks off', 'broken', 'a', 'a', 'stays'],
    ['after a server’s error', failed, 'a', 'a', 'stays'],
    ['after a proxy’s page', proxyPage, 'a', 'a', 'stays'],
    ['after a refusal', refused, 'a', 'a', 'changes'],
    ['after success', ok, 'a', 'a', 'changes'],
  ])('%s: %s', async (_when, first, content, again, outcome) => {
    const command = new Command();
    const take = vi.fn();
    next = [first, ok];
    expect(await command.send(content, ask, { take })).toBe(first === ok);
    expect(await command.send(again, ask, { take })).toBe(true);
    expect(one(keys())).toBe(outcome === 'stays');
    expect(one(sent.map(({ id }) => id))).toBe(outcome === 'stays');
    expect(take).toHaveBeenLastCalledWith({ name: 'Ana' });
  });

  it('stays when the page cannot read the body', async () => {
    const command = new Command();
    const take = () => {
      throw new Error('another version');
    };
    expect(await command.send('a', ask, { take })).toBe(false);
    expect(command.message).toBe(noAnswer);
    await command.send('a', ask);
    expect(one(keys())).toBe(true);
  });

  it('comes with the id of the row that the command changes', async () => {
    await new Command().send('a', ask, { id: 'row' });
    expect(sent.map(({ id }) => id)).toEqual(['row']);
  });
});

describe('a command pressed twice', () => {
  it('is sent once, and is busy until it is answered', async () => {
    const command = new Command();
    const first = command.send('a', ask);
    expect([command.busy, command.ready]).toEqual([true, false]);
    expect(await command.send('a', ask)).toBe(false);
    expect(await first).toBe(true);
    expect([command.busy, command.ready, sent.length]).toEqual([false, true, 1]);
  });

  it('within its rest is sent once', async () => {
    const command = new Command({ rest: 1_200 });
    await command.send('a', ask);
    await vi.advanceTimersByTimeAsync(1_100);
    expect(await command.send('b', ask)).toBe(false);
    await vi.advanceTimersByTimeAsync(100);
    expect([command.ready, await command.send('b', ask)]).toEqual([true, true]);
    expect(sent).toHaveLength(2);
  });

  it('rests again when the button gets another meaning, but not while it is busy', async () => {
    const command = new Command({ rest: 1_200 });
    command.rest();
    await vi.advanceTimersByTimeAsync(1_000);
    command.rest();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(command.ready).toBe(false);
    await vi.advanceTimersByTimeAsync(200);
    next = ['never'];
    void command.send('a', ask);
    command.rest();
    expect(command.busy).toBe(true);
  });
});

describe('a persistent command', () => {
  const pressed = (...answers: Next[]) => {
    next = answers;
    const command = new Command(PERSISTENT);
    return { command, done: command.send('a', ask) };
  };

  it('is sent again after each wait, with the same key and id', async () => {
    const { done } = pressed('lost', failed, ok);
    await vi.advanceTimersByTimeAsync(799);
    expect(sent).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(sent).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(2_500);
    expect(await done).toBe(true);
    expect([sent.length, new Set(sent.map((it) => JSON.stringify(it))).size]).toEqual([3, 1]);
  });

  it('is not sent again after a refusal', async () => {
    const { command, done } = pressed(refused);
    expect(await done).toBe(false);
    expect([sent.length, command.message]).toEqual([1, refusal.title]);
  });

  it('shows that no answer came after all tries are lost', async () => {
    const { command, done } = pressed('lost');
    await vi.advanceTimersByTimeAsync(3_300);
    expect([await done, command.message, sent.length]).toEqual([false, noAnswer, 3]);
  });

  it('aborts each try after its timeout', async () => {
    let signal: AbortSignal | undefined;
    const timeout = vi.spyOn(AbortSignal, 'timeout');
    await new Command({ timeout: 10_000 }).send('a', (how, id) => {
      signal = how.init?.signal;
      return ask(how, id);
    });
    expect(timeout).toHaveBeenCalledWith(10_000);
    expect(signal).toBe(timeout.mock.results[0]?.value);
  });
});

describe('a problem', () => {
  const wrong = {
    ...problemOf('invalid_input'),
    issues: [{ path: 'payment.amount', message: 'must be a number' }],
  };

  it.each([
    ['at a field that the form shows', ['payment'], 'Check the highlighted fields.'],
    ['above a form without such a field', ['reason'], wrong.title],
  ])('shows %s', async (_where, fields, message) => {
    const command = new Command();
    next = [{ status: 422, body: wrong }, ok];
    expect(await command.send('a', ask, { fields })).toBe(false);
    expect(command.message).toBe(message);
    expect([command.wrong('payment'), command.wrong('reason')]).toEqual([
      'This must be a number.',
      undefined,
    ]);
    void command.send('a', ask);
    expect([command.problem, command.message, command.wrong('payment')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('shows the row as another person has changed it', async () => {
    const command = new Command();
    const current = { id: 'row', version: 9 };
    next = [
      { status: 409, body: { ...problemOf('changed_meanwhile'), current } },
      { status: 409, body: { ...refusal, current } },
    ];
    await command.send('a', ask);
    expect(command.current).toEqual(current);
    await command.send('a', ask);
    expect([command.current, command.problem?.current]).toEqual([undefined, current]);
  });

  it.each<[string, Next, string | undefined]>([
    ['of a refusal', refused, 'moved_meanwhile'],
    ['of a server’s error', failed, 'unavailable'],
    ['without an answer', 'lost', undefined],
  ])('%s is passed on to the page', async (_what, answer, code) => {
    next = [answer];
    let passed: string | undefined;
    await new Command().send('a', ask, { refused: (problem) => (passed = problem.code) });
    expect(passed).toBe(code);
  });
});

describe('a guess', () => {
  it.each<[string, Next, string[]]>([
    ['gives way to the answer', ok, ['guess', 'rollback', 'take']],
    ['is rolled back when refused', refused, ['guess', 'rollback', 'refused']],
    ['is rolled back when no answer came', 'lost', ['guess', 'rollback']],
  ])('%s', async (_what, answer, expected) => {
    next = [answer];
    const steps: string[] = [];
    await new Command().send('a', ask, {
      guess: (id) => {
        steps.push('guess');
        return {
          rollback: () => {
            expect(sent.map((it) => it.id)).toEqual([id]);
            steps.push('rollback');
          },
        };
      },
      take: () => steps.push('take'),
      refused: () => steps.push('refused'),
    });
    expect(steps).toEqual(expected);
  });
});

describe('a row from an event', () => {
  it('answers a command without an answer, and the next press is a new command', async () => {
    const command = new Command();
    next = ['lost', ok];
    await command.send('a', ask, { id: 'row' });
    command.settle({ id: 'another row' });
    expect(command.message).toBe(noAnswer);
    command.settle({ id: 'row' });
    expect(command.message).toBeUndefined();
    await command.send('a', ask, { id: 'row' });
    expect(one(keys())).toBe(false);
  });

  it('answers it only if it shows the requested change', async () => {
    const command = new Command<{ id: string; out: boolean }>();
    next = ['lost'];
    await command.send('a', ask, { id: 'row', isDone: ({ out }) => out });
    command.settle({ id: 'row', out: false });
    expect([command.message, command.unanswered]).toEqual([noAnswer, true]);
    command.settle({ id: 'row', out: true });
    expect([command.message, command.unanswered]).toEqual([undefined, false]);
  });

  it.each<[string, Next]>([
    ['lost', 'lost'],
    ['a refusal', refused],
  ])('during the request makes it done, even if the answer is %s', async (_what, answer) => {
    const command = new Command();
    next = [answer];
    const done = command.send('a', ask, { id: 'row' });
    command.settle({ id: 'row' });
    expect([await done, command.message]).toEqual([true, undefined]);
  });
});

describe('commands of rows', () => {
  it('do not wait for one another, and a page that rendered before the first press follows each', async () => {
    const rows = new Commands();
    let seen: unknown;
    const stop = $effect.root(() => {
      $effect(() => void (seen = [rows.get('a')?.busy, rows.get('a')?.message]));
    });
    flushSync();
    expect(seen).toEqual([undefined, undefined]);
    next = [refused, ok];
    const twice = ['x', 'x'].map((content) => rows.of('a').send(content, ask));
    flushSync();
    expect([seen, rows.get('b')]).toEqual([[true, undefined], undefined]);
    expect(await rows.of('b').send('x', ask)).toBe(true);
    expect(await Promise.all(twice)).toEqual([false, false]);
    expect(sent).toHaveLength(2);
    flushSync();
    expect(seen).toEqual([false, refusal.title]);
    stop();
  });
});
