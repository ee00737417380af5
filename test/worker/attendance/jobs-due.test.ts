/** When a record closes by itself, also after the plan has changed since its check-in. */
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { addDays, dateIn } from '../../../worker/contract/zones';
import { defaultSettings } from '../../../worker/contract/settings/settings';
import { assign } from '../../../worker/schedules/assignments';
import { computePlannedEnds } from '../../../worker/attendance/planned-ends';
import { dropHoliday, setHoliday } from '../../../worker/schedules/holidays';
import { dropSettings, setSettings } from '../../../worker/settings/settings';
import { day, follow, jobsAt } from '../schedules/rota';
import { scopeOf, type Someone, someone } from '../workplace';
import { at, eight, noon, rows, inSince, onBreak, waitsOneHour, MINUTE, HOUR } from './clocked';

beforeAll(waitsOneHour);

describe('the closing of a record without a check-out', () => {
  const half = at('2026-06-10T16:30+02:00');
  const long: typeof day = { start: '08:00', end: '20:00', breakMinutes: 30 };
  const short: typeof day = { start: '08:00', end: '14:00', breakMinutes: 30 };
  const due = async (recordId: string) =>
    (
      await rows<{ due_at: number | null; out_at: number | null }>(
        'SELECT due_at, out_at FROM attendance WHERE id = ?',
        recordId,
      )
    )[0];

  /** A supervisor assigns another schedule from that day on. */
  async function reassign(ben: Someone, shift: typeof day, when: number): Promise<void> {
    const other = await someone();
    await follow([other], shift);
    const [row] = await rows<{ schedule_id: string }>(
      'SELECT schedule_id FROM assignments WHERE person_id = ?',
      other.id,
    );
    const assignment = { people: [ben.id], scheduleId: row?.schedule_id ?? null, validFrom: '2026-06-10' };
    await assign(scopeOf(await someone({ roles: ['supervisor'] }), when), assignment);
  }

  it('follows a longer shift that is assigned after the check-in', async () => {
    const [ben, chi] = [await someone(), await someone()];
    await follow([ben, chi], day);
    const [{ recordId }, other] = [await inSince(eight, ben), await inSince(eight, chi)];
    expect(await due(recordId)).toEqual({ due_at: half + HOUR, out_at: null });
    await reassign(ben, long, noon);
    expect(await due(recordId)).toEqual({ due_at: null, out_at: null });
    expect(await due(other.recordId)).toEqual({ due_at: half + HOUR, out_at: null });
    // The old plan must not make the record overdue before the job has run.
    await onBreak(ben, recordId, half + 2 * HOUR, 'rest');
    await jobsAt(half + 2 * HOUR);
    expect(await due(recordId)).toEqual({ due_at: at('2026-06-10T21:00+02:00'), out_at: null });
    await jobsAt(at('2026-06-10T21:00+02:00'));
    expect((await due(recordId))?.out_at).toBe(at('2026-06-10T20:00+02:00'));
  });

  it('follows a shorter shift, but not before the usual wait', async () => {
    const ben = await someone();
    await follow([ben], day);
    const { recordId } = await inSince(eight, ben);
    await reassign(ben, short, at('2026-06-10T15:30+02:00'));
    await jobsAt(at('2026-06-10T15:31+02:00'));
    expect(await due(recordId)).toEqual({ due_at: at('2026-06-10T16:31+02:00'), out_at: null });
    await jobsAt(at('2026-06-10T16:31+02:00'));
    expect((await due(recordId))?.out_at).toBe(at('2026-06-10T14:00+02:00'));
  });

  it('keeps the old plan for a record that was overdue before the change', async () => {
    const ben = await someone();
    await follow([ben], day);
    const { recordId } = await inSince(eight, ben);
    await reassign(ben, long, half + HOUR);
    expect(await due(recordId)).toEqual({ due_at: half + HOUR, out_at: null });
    await jobsAt(half + HOUR);
    expect((await due(recordId))?.out_at).toBe(half);
  });

  it('follows a holiday, a week and the settings for everyone who is in', async () => {
    const ana = await someone({ roles: ['admin'] });
    const today = dateIn(env.WORKPLACE_ZONE, Date.now());
    const ben = await someone();
    const { recordId } = await inSince(Date.now(), ben);
    const rules = { validFrom: addDays(today, 1), settings: defaultSettings(env.WORKPLACE_ZONE) };
    const scope = scopeOf(ana, Date.now() + MINUTE);
    for (const change of [
      () => setHoliday(scope, { date: today, name: 'Clinic day' }),
      () => dropHoliday(scope, today),
      () => setSettings(scope, rules),
      () => dropSettings(scope, rules.validFrom),
    ]) {
      const known = (await due(recordId))?.due_at;
      expect(known).not.toBeNull();
      await change();
      expect(await due(recordId)).toEqual({ due_at: null, out_at: null });
      await jobsAt(Date.now() + 2 * MINUTE);
      expect(await due(recordId)).toEqual({ due_at: known, out_at: null });
    }
  });

  it('uses the newest plan when it changes while the job runs', async () => {
    const ben = await someone();
    await follow([ben], day);
    const { recordId } = await inSince(eight, ben);
    await reassign(ben, short, noon);
    let changed = false;
    const job = scopeOf(ben, noon + MINUTE);
    const { d1 } = job;
    const slow = new Proxy(d1, {
      get: (it, name: keyof D1Database) => {
        if (name !== 'batch') return (it[name] as () => unknown).bind(it);
        return async (statements: D1PreparedStatement[]) => {
          const results = await it.batch(statements);
          if (!changed) await reassign(ben, long, noon + MINUTE);
          changed = true;
          return results;
        };
      },
    });
    await computePlannedEnds(Object.assign(job, { d1: slow }));
    expect(await due(recordId)).toEqual({ due_at: null, out_at: null });
    await jobsAt(noon + 2 * MINUTE);
    expect(await due(recordId)).toEqual({ due_at: at('2026-06-10T21:00+02:00'), out_at: null });
  });
});
