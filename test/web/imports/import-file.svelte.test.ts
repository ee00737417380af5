/** An import of a file: its requests, retries and skipped lines. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Problem } from '$contract/errors';
import type { Answer, Keyed } from '$lib/Command.svelte';
import { noAnswer } from '$lib/problem';
import { problemOf } from '../problems.ts';
import { ImportFile } from '$lib/imports/ImportFile.svelte';
import type { Import, Row } from '$lib/imports/parts';
import type { LineResult } from '$lib/imports/report';
import { columnsOf } from '$lib/people/columns';

type Column = 'name' | 'email';

interface Sent {
  rows: readonly Row<Column>[];
  dryRun: boolean;
  key: string;
}

/** Accepts every line, unless the test sets another result. */
class Server {
  readonly sent: Sent[] = [];
  /** By the name of the line. */
  results: Record<string, Partial<LineResult>> = {};
  /** The answers of the next requests. */
  problems: (Problem | 'lost' | undefined)[] = [];

  readonly file: ImportFile<Column>;

  constructor(part = 2) {
    this.file = new ImportFile({
      columns: columnsOf(['name', 'email']),
      shown: [{ label: 'Name', of: (cell) => cell('name') }],
      unique: [{ label: 'Email', of: (cell) => cell('email') }],
      missing: (has) => (has('email') ? undefined : 'Choose the emails.'),
      part,
      most: 100,
      template: { name: 'template.csv', rows: [] },
      send: ({ command, rows }, dryRun, take) => {
        const results = rows.map(({ line, cell }): LineResult => {
          return { line, outcome: 'good', words: '', ...this.results[cell('name')] };
        });
        const post = ({ headers }: Keyed): Promise<Answer<LineResult[]>> => {
          this.sent.push({ rows, dryRun, key: headers['Idempotency-Key'] });
          const problem = this.problems.shift();
          if (problem === 'lost') return Promise.reject(new TypeError('Failed to fetch'));
          const [status, body] = problem ? [problem.status, problem] : [200, results];
          return Promise.resolve({
            ok: !problem,
            status,
            json: () => Promise.resolve(body as LineResult[]),
          });
        };
        return command.send([dryRun, rows], post, { take });
      },
    } satisfies Import<Column>);
  }

  get linesSent(): number[][] {
    return this.sent.map(({ rows }) => rows.map(({ line }) => line));
  }
}

afterEach(() => void vi.useRealTimers());

const blobOf = (...lines: string[]): Blob => new Blob([lines.join('\n')]);
const people = (...names: string[]): string[] => names.map((name) => `${name},${name}@example.org`);

async function checked(names: string[], results: Server['results'] = {}): Promise<Server> {
  const server = new Server();
  server.results = results;
  await server.file.read(blobOf('Name,Email', ...people(...names)));
  await server.file.check();
  return server;
}

describe('an imported file', () => {
  it('that cannot be read is refused with a message', async () => {
    const { file, sent } = new Server();
    await file.read(new Blob([new Uint8Array([0x50, 0x4b, 3, 4])]));
    expect([file.step, file.lines.length, sent.length]).toEqual(['choose', 0, 0]);
    expect(file.trouble).toMatch(/CSV UTF-8/);
  });

  it('is checked in parts, without its repeated and overlong lines', async () => {
    const { file, linesSent } = await checked(['a', 'b', 'a', 'c,c@example.org', 'd']);
    expect(linesSent).toEqual([[2, 3], [6]]);
    expect(file.outcomes.map(({ line, outcome }) => [line, outcome])).toEqual([
      [2, 'good'],
      [3, 'good'],
      [4, 'refused'],
      [5, 'refused'],
      [6, 'good'],
    ]);
    expect(file.of('refused').map(({ words }) => words)).toEqual([
      'Email is the same as in line 2',
      expect.stringContaining('more cells (4) than there are headings (2)'),
    ]);
  });

  it('is sent in parts within the API’s size limit', async () => {
    const server = new Server(100);
    const names = Array.from({ length: 100 }, (_, n) => `${n}${'ж'.repeat(400)}`);
    await server.file.read(blobOf('Name,Email', ...people(...names)));
    await server.file.check();
    const bytes = server.sent.map(({ rows }) =>
      Buffer.byteLength(JSON.stringify(rows.map(({ cell }) => [cell('name'), cell('email')]))),
    );
    expect(Math.max(...bytes)).toBeLessThan(48 * 1024);
    expect(server.linesSent.flat()).toEqual(names.map((_, n) => n + 2));
  });

  it('must be checked again after another column or heading line is chosen', async () => {
    const { file } = await checked(['a', 'b']);
    expect(file.step).toBe('checked');
    file.map('name', 1);
    expect([file.step, file.outcomes.length, file.nameOf(2)]).toEqual(['map', 0, 'a@example.org']);
    await file.check();
    file.headAt(-1);
    expect([file.step, file.missing, file.lines.map(({ line }) => line)]).toEqual([
      'map',
      'Choose the emails.',
      [1, 2, 3],
    ]);
  });

  it('imports only the offered lines, with the versions that were shown', async () => {
    const update = {
      outcome: 'update',
      seenAt: 7,
      differences: [{ label: 'Name', from: 'x', to: 'b' }],
    } as const;
    const server = await checked(['a', 'b', 'c', 'd', 'e'], {
      b: update,
      c: { ...update, seenAt: 8 },
      d: { outcome: 'there' },
      e: { outcome: 'refused', words: 'no' },
    });
    const { file } = server;
    file.choose([4], false);
    expect([file.of('update').length, file.of('left').length]).toEqual([1, 1]);
    server.sent.length = 0;
    server.results = { b: { outcome: 'update', differences: [] } };
    await file.take();
    expect(server.sent.flatMap(({ rows }) => rows.map(({ line, seenAt }) => [line, seenAt]))).toEqual([
      [2, undefined],
      [3, 7],
    ]);
    expect(file.outcomes.map(({ outcome }) => outcome)).toEqual([
      'good',
      'update',
      'left',
      'there',
      'refused',
    ]);
    expect(file.outcomes[1]?.differences).toEqual(update.differences);
  });

  it('with all updates skipped but one sends that one', async () => {
    const server = await checked(['a', 'b'], { a: { outcome: 'update' }, b: { outcome: 'update' } });
    server.file.choose([2, 3], false);
    server.file.choose([3], true);
    server.sent.length = 0;
    await server.file.take();
    expect(server.linesSent).toEqual([[3]]);
  });

  it('continues after an error where it stopped, with the same request', async () => {
    const server = await checked(['a', 'b', 'c']);
    server.sent.length = 0;
    server.problems = [undefined, 'lost', problemOf('unavailable'), 'lost'];
    vi.useFakeTimers();
    const taken = server.file.take();
    await vi.advanceTimersByTimeAsync(2_000);
    await taken;
    expect([server.file.step, server.file.trouble]).toEqual(['importing', noAnswer]);
    await server.file.take();
    expect(server.file.step).toBe('done');
    expect(server.linesSent).toEqual([[2, 3], [4], [4], [4], [4]]);
    const [first, ...others] = server.sent.map(({ key }) => key);
    expect([new Set(others).size, others.includes(first ?? '')]).toEqual([1, false]);
    expect(new Set(server.sent.slice(1).map(({ rows }) => rows[0]?.id)).size).toBe(1);
  });

  it('waits at the limit of requests, and stops at a refusal', async () => {
    const server = await checked(['a', 'b', 'c']);
    server.sent.length = 0;
    const refusal = problemOf('changed_meanwhile');
    server.problems = [{ ...problemOf('too_many_tries'), retryAfter: 7 }, undefined, refusal];
    vi.useFakeTimers();
    const taken = server.file.take();
    await vi.advanceTimersByTimeAsync(6_999);
    expect(server.linesSent).toEqual([[2, 3]]);
    await vi.advanceTimersByTimeAsync(1);
    await taken;
    expect(server.linesSent).toEqual([[2, 3], [2, 3], [4]]);
    expect(server.file.trouble).toBe(refusal.title);
  });
});
