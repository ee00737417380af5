/**
 * `npm run bench -- --floods`: what too much of something does to the rest. `--only=overload,storm` runs some of its parts,
 * `--seconds=60` is the overload's length, `--minutes=30` the steady part's, `--sockets=2000` how many return in the storm.
 */
import { overload } from './floods/overload.ts';
import { revoked } from './floods/revoked.ts';
import { slowReaders } from './floods/slow-readers.ts';
import { steady } from './floods/steady.ts';
import { storm } from './floods/storm.ts';
import { load } from './machine.ts';
import { table } from './report.ts';
import { type Muster, muster } from './subjects.ts';

/** Events while the screens were away: an object keeps both in memory. */
const MISSED = [300, 700];

const INSPECTOR_PORT = 9339;

type Options = { seconds: number; minutes: number; sockets: number };
type Row = [what: string, measured: string, aim: string, isMet: boolean];

const parts: Record<string, (it: Muster, options: Options) => Promise<Row[]>> = {
  async overload(it, { seconds }) {
    const { capacity, rate, letIn, refused, wrong, recovery } = await overload(it, seconds);
    const [all, shut] = [letIn.samples + refused.samples, refused.samples];
    return [
      [`${whole(capacity)} check-ins/s at most; then ${rate}/s for ${seconds} s`, '', '', true],
      ['let in: a second', whole(letIn.samples / seconds), '', true],
      ['let in: p50, p99, longest, ms', spread(letIn), 'p99 < 2,000', letIn.p99 < 2_000],
      [
        `refused: ${whole(shut)} of ${whole(all)}; p50, p99, longest, ms`,
        spread(refused),
        'p99 < 1,000',
        refused.p99 < 1_000,
      ],
      ['neither 200 nor a refusal with Retry-After', whole(wrong), '0', wrong === 0],
      ['recovered after, s', recovery.toFixed(1), '≤ 10', recovery <= 10],
    ];
  },
  async storm(it, { sockets }) {
    const rows: Row[] = [];
    for (const missed of MISSED) {
      const { seconds, late, refusals, pulls, snapshots } = await storm(it, sockets, missed);
      const what = `${whole(sockets)} sockets return, ${missed} events missed`;
      rows.push([`${what}: all current after, s`, seconds.toFixed(1), '≤ 10', seconds <= 10]);
      rows.push(['not current in a minute', whole(late), '0', late === 0]);
      rows.push(['refused tries, pulls from the log', `${refusals}, ${pulls}`, '', true]);
      rows.push(['snapshots needed', whole(snapshots), '0', snapshots === 0]);
    }
    return rows;
  },
  async slow(it) {
    const { p99, closed, told, memory } = await slowReaders(it);
    const after = (seconds: number | undefined) => seconds?.toFixed(0) ?? 'not';
    return [
      [
        '20 slow readers: silent ones closed after, s',
        after(closed.silent),
        'closed',
        closed.silent !== undefined,
      ],
      ['those that ping closed after, s', after(closed.pinging), 'closed', closed.pinging !== undefined],
      ['find code 4008 when they read again', whole(told), '20', told === 20],
      [
        'the others’ p99 before, meanwhile, ms',
        `${whole(p99.before)}, ${whole(p99.meanwhile)}`,
        '≤ 2 ×',
        p99.meanwhile <= 2 * p99.before,
      ],
      ['memory before, at most, MB', `${whole(memory.before)}, ${whole(memory.most)}`, '', true],
    ];
  },
  async revoked(it) {
    const { sockets, answering, mute } = await revoked(it);
    const row = (what: string, ms: number | undefined): Row => [
      `${sockets} connections of a session that signed out${what}: ended after, ms`,
      ms === undefined ? 'not in 5 s' : whole(ms),
      '≤ 1,000',
      ms !== undefined && ms <= 1_000,
    ];
    return [row('', answering), row(', close frame unanswered', mute)];
  },
  async steady(it, { minutes }) {
    const { p99, heap, memory } = await steady(it, minutes, INSPECTOR_PORT);
    const row = (what: string, { second, last }: typeof heap): Row => [
      `${what}, second and last quarter, MB`,
      `${second.toFixed(1)}, ${last.toFixed(1)}`,
      '+ 10 %',
      last <= 1.1 * second,
    ];
    return [
      [`${minutes} minutes of 8 check-ins/s on 200 screens: p99, ms`, whole(p99), '', true],
      row('Muster’s heap after a collection', heap),
      row('the runtime’s process', memory),
    ];
  },
};

/** A table of what was measured. Each part has a server of its own. */
export async function floods(argv: readonly string[]): Promise<string> {
  const option = (name: string): string | undefined =>
    argv.find((it) => it.startsWith(`--${name}=`))?.slice(name.length + 3);
  const only = option('only')?.split(',') ?? Object.keys(parts);
  const options = {
    seconds: Number(option('seconds') ?? 60),
    minutes: Number(option('minutes') ?? 30),
    sockets: Number(option('sockets') ?? 2_000),
  };
  const lines: string[][] = [];
  const before = load();
  for (const name of only) {
    const part = parts[name];
    if (!part) throw new Error(`there is no part ${name}, only ${Object.keys(parts).join(', ')}`);
    console.error(`  ${name} …`);
    const server = await muster(name === 'steady' ? INSPECTOR_PORT : undefined);
    try {
      const rows = await part(server, options);
      for (const [what, measured, aim, isMet] of rows)
        lines.push([what, measured, aim, aim && (isMet ? 'met' : 'MISSED')]);
    } finally {
      await server.end();
    }
  }
  return `load before ${before}, after ${load()}\n${table(['what', 'measured', 'aim', ''], lines)}`;
}

const whole = (value: number): string => Math.round(value).toLocaleString('en-US');
const spread = (it: { p50: number; p99: number; most: number }): string =>
  [it.p50, it.p99, it.most].map(whole).join(', ');
