/** A file on its way in: what is asked again, what is sent, and what is left out. */
import { describe, expect, it } from 'vitest';
import { problemOf } from '$lib/problem';
import { ImportFile } from '$lib/imports/ImportFile.svelte';
import type { Import, Row } from '$lib/imports/parts';
import type { Judged } from '$lib/imports/report';
import { columnsOf } from '$lib/people/columns';

type Column = 'name' | 'email';

interface Sent {
  rows: readonly Row<Column>[];
  dryRun: boolean;
  key: string;
}

/** Takes everybody in, but for those whom the test judges otherwise. */
class Server {
  readonly sent: Sent[] = [];
  /** By the name of the line. */
  judged: Record<string, Partial<Judged>> = {};
  /** What the next requests are answered with instead. */
  refusals: ('changed_meanwhile' | undefined)[] = [];

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
      ask: (rows, dryRun, how) => {
        this.sent.push({ rows, dryRun, key: how.headers['Idempotency-Key'] });
        const refusal = this.refusals.shift();
        if (refusal) return Promise.resolve({ problem: problemOf(refusal) });
        return Promise.resolve({
          judged: rows.map(({ line, cell }): Judged => {
            return { line, outcome: 'good', words: '', ...this.judged[cell('name')] };
          }),
        });
      },
    } satisfies Import<Column>);
  }

  get linesSent(): number[][] {
    return this.sent.map(({ rows }) => rows.map(({ line }) => line));
  }
}

const blobOf = (...lines: string[]): Blob => new Blob([lines.join('\n')]);
const people = (...names: string[]): string[] => names.map((name) => `${name},${name}@example.org`);

async function checked(names: string[], judged: Server['judged'] = {}): Promise<Server> {
  const server = new Server();
  server.judged = judged;
  await server.file.read(blobOf('Name,Email', ...people(...names)));
  await server.file.check();
  return server;
}

describe('a file that is imported', () => {
  it('that cannot be read is refused in words, and nothing is offered', async () => {
    const { file, sent } = new Server();
    await file.read(new Blob([new Uint8Array([0x50, 0x4b, 3, 4])]));
    expect([file.step, file.lines.length, sent.length]).toEqual(['choose', 0, 0]);
    expect(file.trouble).toMatch(/CSV UTF-8/);
  });

  it('is looked through in parts, and its own repetitions and overlong lines are never sent', async () => {
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

  it('never sends more than the API takes in bytes', async () => {
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

  it('is looked through anew once another column, or another line of headings, is chosen', async () => {
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

  it('takes in what was offered and nothing else, with the states that were seen', async () => {
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
    server.judged = { b: { outcome: 'update', differences: [] } };
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

  it('that leaves all updates out and takes one back again sends that one', async () => {
    const server = await checked(['a', 'b'], { a: { outcome: 'update' }, b: { outcome: 'update' } });
    server.file.choose([2, 3], false);
    server.file.choose([3], true);
    server.sent.length = 0;
    await server.file.take();
    expect(server.linesSent).toEqual([[3]]);
  });

  it('goes on after trouble where it stopped, with the same request', async () => {
    const server = await checked(['a', 'b', 'c']);
    server.sent.length = 0;
    server.refusals = [undefined, 'changed_meanwhile'];
    await server.file.take();
    expect([server.file.step, server.file.trouble]).toEqual(['importing', expect.any(String)]);
    await server.file.take();
    expect(server.file.step).toBe('done');
    expect(server.linesSent).toEqual([[2, 3], [4], [4]]);
    const [first, second, again] = server.sent.map(({ key }) => key);
    expect([again === second, first === second]).toEqual([true, false]);
    expect(server.sent[2]?.rows[0]?.id).toBe(server.sent[1]?.rows[0]?.id);
  });
});
