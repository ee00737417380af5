/** Fires scheduled handlers, which Miniflare does not fire by itself. */

/** Ranges of the five fields: minute, hour, day of the month, month, day of the week. */
const ranges = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 6],
] as const;

/** Whether a cron expression of numbers, `*`, lists, ranges and steps names this minute, in UTC as on the edge. */
export function isDue(cron: string, at: Date): boolean {
  const now = [at.getUTCMinutes(), at.getUTCHours(), at.getUTCDate(), at.getUTCMonth() + 1, at.getUTCDay()];
  const fields = cron.trim().split(/\s+/);
  if (fields.length !== ranges.length) throw new Error(`Not a cron expression of five fields: ${cron}`);
  return ranges.every(([min, max], i) => valuesOf(fields[i] ?? '', min, max).has(now[i] ?? -1));
}

function valuesOf(field: string, min: number, max: number): Set<number> {
  const values = new Set<number>();
  for (const part of field.split(',')) {
    const match = /^(?:\*|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(part);
    if (!match) throw new Error(`Not a cron field: ${field}`);
    const [, from, to, step] = match;
    const first = from === undefined ? min : Number(from);
    const last = to !== undefined ? Number(to) : from === undefined || step !== undefined ? max : first;
    for (let value = first; value <= last; value += Number(step ?? 1)) values.add(value);
  }
  return values;
}

/** Calls `fire` for each due expression, once a minute. @returns how to stop */
export function everyMinute(
  crons: readonly string[],
  fire: (cron: string, at: Date) => Promise<unknown>,
): () => void {
  let timer: NodeJS.Timeout;
  const wait = (): void => {
    timer = setTimeout(tick, 60_000 - (Date.now() % 60_000));
    timer.unref();
  };
  const tick = (): void => {
    const at = new Date(Math.round(Date.now() / 60_000) * 60_000);
    for (const cron of crons.filter((each) => isDue(each, at))) {
      fire(cron, at).catch((error: unknown) => {
        console.error(`The scheduled handler of ${cron} failed:`, error);
      });
    }
    wait();
  };
  wait();
  return () => {
    clearTimeout(timer);
  };
}
