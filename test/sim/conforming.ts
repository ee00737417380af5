/** What the product relies on of D1 and of a channel's object. The real ones and the simulated ones must both do it. */
import { expect } from 'vitest';
import { close, pong } from '../../worker/contract/wire';

const KEY = `INSERT INTO idempotency (actor, key, fingerprint, entry, at, channels)
  VALUES ('ana', ?1, 'a', last_insert_rowid(), 1, '[]')`;
const ENTRY = `INSERT INTO journal (at, actor, action, subject, before, after, applied)
  VALUES (1, 'ana', 'tested', 'test/1', NULL, '{}', changes()) RETURNING id AS entry`;

export const ofDatabase: Record<string, (d1: D1Database) => Promise<void>> = {
  'undoes a whole batch if one statement fails': async (d1) => {
    const head = d1.prepare("INSERT INTO heads (channel, seq) VALUES ('undone', 1)");
    const guard = d1.prepare("UPDATE heads SET seq = 9 WHERE channel = 'missing'");
    await expect(d1.batch([head, guard, d1.prepare(ENTRY)])).rejects.toThrow(/CHECK constraint failed/);
    expect(await d1.prepare("SELECT 1 FROM heads WHERE channel = 'undone'").first()).toBeNull();
  },
  'counts with changes() what the statement before wrote, and keeps the last row’s id over tables without one':
    async (d1) => {
      const head = d1.prepare("INSERT INTO heads (channel, seq) VALUES ('counted', 1)");
      const results = await d1.batch<{ entry: number }>([
        head,
        d1.prepare(ENTRY),
        d1.prepare(KEY).bind('k-1'),
      ]);
      const entry = results[1]?.results[0]?.entry;
      expect(entry).toBeGreaterThan(0);
      expect(await d1.prepare("SELECT entry FROM idempotency WHERE key = 'k-1'").first('entry')).toBe(entry);
    },
  'names a violated rule in its error': async (d1) => {
    const twice = d1.prepare("INSERT INTO heads (channel, seq) VALUES ('twice', 1)");
    await twice.run();
    await expect(twice.run()).rejects.toThrow(/(UNIQUE|PRIMARY KEY) constraint failed/);
  },
  'binds numbered values in any order, and lists as JSON': async (d1) => {
    const found = await d1
      .prepare('SELECT ?2 AS second, ?1 AS first, (SELECT sum(value) FROM json_each(?3)) AS sum')
      .bind('a', null, '[1,2,3]')
      .first();
    expect(found).toEqual({ second: null, first: 'a', sum: 6 });
  },
  'gives no row as null, and one column by its name': async (d1) => {
    expect(await d1.prepare('SELECT 1 AS one WHERE false').first()).toBeNull();
    expect(await d1.prepare('SELECT 1 AS one').first('one')).toBe(1);
    expect((await d1.prepare('SELECT 1 AS one UNION ALL SELECT 2').all()).results).toEqual([
      { one: 1 },
      { one: 2 },
    ]);
  },
};

/** A channel's object and one socket on it. */
export interface OpenChannel {
  epoch: string;
  /** What the socket has received, once there are `count` texts. */
  received(count: number): Promise<string[]>;
  /** The code with which it was closed, once it is. */
  closed(): Promise<number>;
  ping(): void;
  deliver(head: number): Promise<void>;
  revoke(): Promise<void>;
  hibernate(): Promise<void>;
  abort(): Promise<void>;
}

const kinds = (texts: readonly string[]): string[] =>
  texts.map((text) => (text.startsWith('{') ? (JSON.parse(text) as { kind: string }).kind : text));

export const ofObject: Record<string, (channel: OpenChannel) => Promise<void>> = {
  'greets, sends what is delivered, and answers a ping with its head': async (channel) => {
    await channel.deliver(1);
    channel.ping();
    expect(kinds(await channel.received(3))).toEqual([
      'hello',
      'events',
      pong({ epoch: channel.epoch, head: 1 }),
    ]);
  },
  'keeps its sockets and its head while it hibernates': async (channel) => {
    await channel.deliver(1);
    await channel.hibernate();
    channel.ping();
    expect(kinds(await channel.received(3)).at(-1)).toBe(pong({ epoch: channel.epoch, head: 1 }));
    await channel.deliver(2);
    expect(kinds(await channel.received(4)).at(-1)).toBe('events');
  },
  'closes its sockets when it is aborted': async (channel) => {
    await channel.abort();
    expect(await channel.closed()).toBe(1006);
  },
  'closes the sockets of a person who is signed out': async (channel) => {
    await channel.revoke();
    expect(await channel.closed()).toBe(close.signedOut);
  },
};
