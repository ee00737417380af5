/** A month of days computed from the journal alone, to compare reports with. */
import { env } from 'cloudflare:workers';
import type { AttendanceRecord, Break, Mark } from '../../../worker/contract/attendance/attendance';
import type { Someone } from '../workplace';

export const HOUR = 3_600_000;
export const MINUTE = 60_000;

/** Berlin's offset at noon of that date, written by hand for the reference computation. */
const offset = (date: string): number => (date < '2026-10-25' ? 2 : 1) * HOUR;
export const at = (date: string, minutes: number): number =>
  Date.parse(`${date}T00:00Z`) - offset(date) + minutes * MINUTE;
export const dates = Array.from({ length: 31 }, (_, n) => `2026-10-${String(n + 1).padStart(2, '0')}`);

type Row = { action: string; after: string };
export const minutes = (ms: number) => Math.floor(ms / MINUTE);

/** The same report computed from the journal alone, by the last entry of each subject. */
export async function reference(
  staff: readonly (Pick<Someone, 'id'> & { night: boolean })[],
): Promise<Record<string, unknown>[]> {
  const { results } = await env.DB.prepare('SELECT action, after FROM journal ORDER BY id').all<Row>();
  const last = new Map<string, { action: string; it: Record<string, unknown> }>();
  for (const { action, after } of results) {
    const it = JSON.parse(after) as Record<string, unknown>;
    const kind = action.split('.')[0] ?? '';
    const id = kind === 'day' ? `${String(it['personId'])} ${String(it['workDate'])}` : String(it['id']);
    if (['attendance', 'break', 'day'].includes(kind)) last.set(`${kind} ${id}`, { action, it });
  }
  const of = <T>(kind: string) =>
    [...last].filter(([key]) => key.startsWith(`${kind} `)).map(([, { it }]) => it as T);
  const [records, breaks, marks] = [of<AttendanceRecord>('attendance'), of<Break>('break'), of<Mark>('day')];
  const rows: Record<string, unknown>[] = [];
  for (const date of dates) {
    for (const person of staff) {
      const mine = records.filter(({ personId, workDate }) => personId === person.id && workDate === date);
      const rests = breaks.filter(({ recordId }) => mine.some(({ id }) => id === recordId));
      const mark = marks.find(({ personId, workDate }) => personId === person.id && workDate === date);
      const weekday = new Date(`${date}T12:00Z`).getUTCDay();
      const off = weekday === 0 || weekday === 6 || date === '2026-10-05';
      if (mine.length === 0 && off && !mark) continue;
      const start = at(date, person.night ? 22 * 60 : 8 * 60);
      const next = dates[dates.indexOf(date) + 1] ?? '2026-11-01';
      const end = person.night ? at(next, 6 * 60) : at(date, 16 * 60 + 30);
      const span = mine.reduce((sum, { inAt, outAt }) => sum + (outAt ?? 0) - inAt, 0);
      const rest = rests.reduce((sum, { startAt, endAt }) => sum + (endAt ?? 0) - startAt, 0);
      const worked = span - rest;
      const [came, left] = [mine[0]?.inAt ?? 0, mine[0]?.outAt ?? 0];
      const late = !off && mine.length > 0 && came > start + 5 * MINUTE;
      const early = !off && mine.length > 0 && left < end - 10 * MINUTE;
      const over = mine.length === 0 ? 0 : Math.max(0, worked - (off ? 0 : end - start - 30 * MINUTE));
      const recorded =
        mine.length === 0
          ? 'absent'
          : !off && worked < 4 * HOUR
            ? 'half_day'
            : late
              ? 'late'
              : early
                ? 'left_early'
                : 'present';
      rows.push({
        personId: person.id,
        workDate: date,
        status: mark?.status ?? recorded,
        worked: minutes(worked),
        breaks: minutes(rest),
        overtime: Math.floor(over / (5 * MINUTE)) * 5,
        late: late ? minutes(came - start) : 0,
        early: early ? minutes(end - left) : 0,
      });
    }
  }
  return rows;
}
