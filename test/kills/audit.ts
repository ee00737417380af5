/** Compares the database's file with what clients were answered. The server must not run. */
import { DatabaseSync } from 'node:sqlite';
import * as v from 'valibot';
import { posts } from '../bench/people.ts';
import { fileOf, serving, type Workplace } from './workplace.ts';
import { type Acknowledged, Clients, sameReceipt } from './writers.ts';

const Verification = v.object({
  checked: v.number(),
  through: v.number(),
  hash: v.string(),
  broken: v.nullable(v.object({ entry: v.number(), what: v.string() })),
  more: v.boolean(),
  waiting: v.number(),
});
/** A request is looked at again for one of so many answers. */
const SAMPLE = 10;

export type Audit = {
  /** What is not as it should be, in words. */
  wrong: string[];
  entries: number;
  channels: number;
  events: number;
  sealed: number;
  repeated: number;
};

/** @param acknowledged all writes that anybody has made, each answered */
export async function audit(workplace: Workplace, acknowledged: readonly Acknowledged[]): Promise<Audit> {
  const db = new DatabaseSync(fileOf(workplace.folder));
  const wrong = [...integrity(db), ...lost(db, acknowledged), ...rows(db, acknowledged), ...numbers(db)];
  const count = (sql: string): number => Number(db.prepare(sql).get()?.['count']);
  const figures = {
    entries: count('SELECT count(*) AS count FROM journal WHERE actor IS NOT NULL'),
    channels: count('SELECT count(*) AS count FROM heads'),
    events: count('SELECT count(*) AS count FROM events'),
  };
  db.close();
  const live = await servedAgain(workplace, acknowledged);
  return { ...figures, ...live, wrong: [...wrong, ...live.wrong] };
}

function integrity(db: DatabaseSync): string[] {
  const found = db
    .prepare('PRAGMA integrity_check')
    .all()
    .map((row) => String(row['integrity_check']));
  const dangling = db.prepare('PRAGMA foreign_key_check').all().length;
  return [
    ...found.filter((it) => it !== 'ok').map((it) => `integrity_check: ${it}`),
    ...(dangling > 0 ? [`${String(dangling)} rows name rows that are not there`] : []),
  ];
}

/** Each answer's entry is there, once, under the request's key, and there are no others. */
function lost(db: DatabaseSync, acknowledged: readonly Acknowledged[]): string[] {
  const keyed = db.prepare(
    'SELECT journal.id, journal.at FROM idempotency JOIN journal ON journal.id = entry WHERE idempotency.actor = ? AND key = ?',
  );
  const wrong: string[] = [];
  for (const { who, path, key, receipt } of acknowledged) {
    const found = keyed.all(who.id, key);
    const same = found.length === 1 && found[0]?.['id'] === receipt.entry && found[0]['at'] === receipt.at;
    if (!same) wrong.push(`lost: ${path} of ${who.name}, entry ${String(receipt.entry)}`);
  }
  const distinct = new Set(acknowledged.map(({ receipt }) => receipt.entry)).size;
  if (distinct !== acknowledged.length) wrong.push('two requests were answered with one entry');
  const made = Number(
    db.prepare('SELECT count(*) AS count FROM journal WHERE actor IS NOT NULL').get()?.['count'],
  );
  if (made !== distinct)
    wrong.push(`${String(distinct)} writes were acknowledged, ${String(made)} took effect`);
  return wrong;
}

/** SQL: as many as there are receipts, if no drawer's series has a gap. */
const LAST_NUMBERS =
  'SELECT coalesce(sum(last), 0) AS count FROM (SELECT max(number) AS last FROM receipts GROUP BY drawer_id, letter)';

/** The rows are as the answers left them. */
function rows(db: DatabaseSync, acknowledged: readonly Acknowledged[]): string[] {
  const sent = (end: string) => acknowledged.filter(({ path }) => path.endsWith(end)).length;
  const [ins, outs] = [sent('/check-in'), sent('/check-out')];
  const [orders, paid] = [sent('/orders'), sent('/payment')];
  const is = (what: string, sql: string, expected: number): string[] => {
    const found = Number(db.prepare(sql).get()?.['count']);
    return found === expected ? [] : [`${what}: ${String(found)}, not ${String(expected)}`];
  };
  const { product } = posts;
  return [
    ...is('records', 'SELECT count(*) AS count FROM attendance', ins),
    ...is('ended records', 'SELECT count(*) AS count FROM attendance WHERE out_at IS NOT NULL', outs),
    ...is('orders', 'SELECT count(*) AS count FROM sales', orders),
    ...is('payments', 'SELECT count(*) AS count FROM payments', paid),
    ...is('money', 'SELECT coalesce(sum(amount), 0) AS count FROM payments', paid * 450),
    ...is('receipts', 'SELECT count(*) AS count FROM receipts', paid),
    ...is('receipts up to the last number of each drawer', LAST_NUMBERS, paid),
    ...is('goods', `SELECT stock + held + sold AS count FROM products WHERE id = '${product}'`, 100_000),
    ...is(
      'breaks that end before they start',
      'SELECT count(*) AS count FROM breaks WHERE end_at < start_at',
      0,
    ),
    ...is(
      'records that overlap another of their person',
      `SELECT count(*) AS count FROM attendance a JOIN attendance b
       ON a.person_id = b.person_id AND a.id < b.id AND a.in_at < b.out_at AND b.in_at < a.out_at`,
      0,
    ),
  ];
}

/** Each channel's log has every number from its floor to its head. */
function numbers(db: DatabaseSync): string[] {
  const found = db
    .prepare(
      `SELECT heads.channel FROM heads LEFT JOIN events ON events.channel = heads.channel GROUP BY heads.channel
       HAVING count(events.seq) <> heads.seq - floor OR min(events.seq) <> floor + 1 OR max(events.seq) <> heads.seq`,
    )
    .all();
  return found.map((row) => `the numbers of ${String(row['channel'])} have a gap`);
}

/** Seals what is not sealed, verifies all, and sends a part of the requests again: each gets its first receipt. */
async function servedAgain(workplace: Workplace, acknowledged: readonly Acknowledged[]) {
  const muster = await serving(workplace);
  const clients = new Clients(muster.port);
  const wrong: string[] = [];
  const sample = acknowledged.filter((_, index) => index % SAMPLE === 0);
  for (const it of sample) {
    const answer = await clients.send('POST', it.path, it);
    if (answer.status === 429) continue;
    if (!sameReceipt(it, answer)) wrong.push(`a repeated ${it.path} got another receipt: ${answer.text}`);
  }
  const verified = await verify(muster.runJobs, clients, workplace);
  if (verified.broken)
    wrong.push(`the journal's seal ${String(verified.broken.entry)} is ${verified.broken.what}`);
  clients.close();
  await muster.close();
  return { wrong, sealed: verified.sealed, repeated: sample.length };
}

async function verify(runJobs: () => Promise<void>, clients: Clients, { admin }: Workplace) {
  let [after, hash, sealed] = [0, '0'.repeat(64), 0];
  for (;;) {
    const path = `/journal/verify?after=${String(after)}&hash=${hash}`;
    const { status, text } = await clients.send('GET', path, { who: admin });
    if (status !== 200) throw new Error(`GET ${path} was answered ${String(status)} ${text}`);
    const step = v.parse(Verification, JSON.parse(text));
    [after, hash, sealed] = [step.through, step.hash, sealed + step.checked];
    if (step.broken) return { broken: step.broken, sealed };
    if (step.more) continue;
    if (step.waiting === 0) return { broken: null, sealed };
    await runJobs();
  }
}
