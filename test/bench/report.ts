import type { Run } from './bench.ts';
import type { Watched } from './measure.ts';

const whole = (value: number | undefined): string =>
  value === undefined || Number.isNaN(value) ? '–' : Math.round(value).toLocaleString('en-US');
const fine = (value: number | undefined): string =>
  value === undefined || Number.isNaN(value) ? '–' : value.toFixed(value < 10 ? 2 : 1);
const share = (value: number): string => `${Math.round(value * 100)} %`;

export function report({ at, machine, load, seconds, results, aims }: Run): string {
  const { bare, ws, muster, fanOut, oneByOne, commits, idle, board } = results;
  const paced: [string, Watched[]][] = [
    ['Muster: POST → D1 → object → socket', muster],
    ['bare object: POST → object → socket', bare],
    ['plain ws: POST → socket', ws],
  ];
  const bursts: [string, Watched[]][] = [
    ['Muster, check-ins by HTTP', muster],
    ['Muster, check-ins without HTTP', commits],
    ['Muster, fan-out only', fanOut],
    ['Muster, fan-out only, one by one', oneByOne],
    ['bare object, fan-out only', bare],
    ['plain ws, fan-out only', ws],
  ];
  const where = machine.pinned
    ? 'server on core 0, screens on core 1'
    : 'NOT pinned to cores: taskset is missing';
  return [
    `${at} · ${machine.processor} · ${machine.cores} cores, ${where} · Node ${machine.node}`,
    `${seconds} s · load before ${load.before}, after ${load.after}`,
    '\nPaced changes: how long a screen waits, ms',
    table(
      [
        'sockets',
        'a second',
        'what',
        'p50',
        'p99',
        'since commit p50',
        'p99',
        'server busy',
        'client busy',
        'bytes',
      ],
      byAudience(paced).flatMap(([what, { sockets, paced: it }]) =>
        it
          ? [
              [
                whole(sockets),
                whole(it.rate),
                what,
                fine(it.fromRequest.p50),
                fine(it.fromRequest.p99),
                what.startsWith('Muster') ? fine(it.fromCommit.p50) : '',
                what.startsWith('Muster') ? fine(it.fromCommit.p99) : '',
                share(it.serverBusy),
                share(it.clientBusy),
                whole(it.frameBytes),
              ],
            ]
          : [],
      ),
    ),
    '\nBursts: as fast as they are accepted',
    table(
      [
        'sockets',
        'events',
        'what',
        'delivered/s',
        'accepted/s',
        'frames a socket',
        'server µs',
        'busy',
        'client busy',
      ],
      byAudience(bursts).map(([what, { sockets, burst: it }]) => [
        whole(sockets),
        whole(it.events),
        what,
        whole(it.deliveredPerSecond),
        whole(it.acknowledgedPerSecond),
        fine(it.framesPerSocket),
        fine(it.serverMicroseconds),
        share(it.serverBusy),
        share(it.clientBusy),
      ]),
    ),
    '\nCheck-ins, 32 clients in a closed loop, by people with their own page open',
    table(
      ['listeners', 'a second', 'p50 ms', 'p99 ms', 'server ms', 'server busy'],
      results.checkIns.map(({ listeners, perSecond, latency, serverMilliseconds, serverBusy }) => [
        whole(listeners),
        whole(perSecond),
        fine(latency.p50),
        fine(latency.p99),
        fine(serverMilliseconds),
        share(serverBusy),
      ]),
    ),
    '\nThe board of 10,000 people',
    table(
      ['kB', 'p50 ms', 'p99 ms', 'server ms'],
      [
        [
          whole(board.bytes / 1_000),
          fine(board.latency.p50),
          fine(board.latency.p99),
          fine(board.serverMilliseconds),
        ],
      ],
    ),
    '\nA burst of scans of one session’s code',
    table(
      ['students', 'within s', 'p50 ms', 'p99 ms', 'server busy'],
      [
        [
          whole(results.scanBurst.students),
          fine(results.scanBurst.seconds),
          fine(results.scanBurst.latency.p50),
          fine(results.scanBurst.latency.p99),
          share(results.scanBurst.serverBusy),
        ],
      ],
    ),
    '\nOrders are paid: how long a release desk’s screen waits, ms',
    table(
      ['orders', 'desks', 'p50', 'p99', 'since commit p50', 'p99', 'server busy'],
      [
        [
          whole(results.releaseDesk.orders),
          whole(results.releaseDesk.desks),
          fine(results.releaseDesk.latency.p50),
          fine(results.releaseDesk.latency.p99),
          fine(results.releaseDesk.fromCommit.p50),
          fine(results.releaseDesk.fromCommit.p99),
          share(results.releaseDesk.serverBusy),
        ],
      ],
    ),
    ...(idle
      ? [
          `\nMemory of the runtime, MB, with ${whole(idle.bare.sockets)} idle sockets`,
          table(
            ['what', 'one socket', 'idle', 'kB a socket'],
            (
              [
                ['Muster, the product', idle.muster],
                ['Muster, its object alone', idle.channel],
                ['bare object', idle.bare],
              ] as const
            ).map(([what, { before, after, sockets }]) => [
              what,
              fine(before),
              fine(after),
              fine(((after - before) * 1_000) / sockets),
            ]),
          ),
        ]
      : []),
    '\nAims',
    table(
      ['', 'measured', 'aim'],
      aims.map(({ aim, measured, met }) => [met ? 'met' : 'MISSED', fine(measured), aim]),
    ),
  ].join('\n');
}

/** The subjects' rows, sorted by audience. */
function byAudience(subjects: readonly [string, Watched[]][]): [string, Watched][] {
  const rows = subjects.flatMap(([what, watched]) => watched.map((each): [string, Watched] => [what, each]));
  return rows.sort(([, a], [, b]) => a.sockets - b.sockets);
}

/** Aligns numbers right and words left. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((name, column) =>
    Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const isWords = head.map((name) => ['what', 'aim', ''].includes(name));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) =>
        isWords[column] ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return [line(head), ...rows.map(line)].join('\n');
}
