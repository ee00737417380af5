/** Who follows which schedule from when. */
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import type { Problem } from '../../../worker/contract/errors';
import { addDays } from '../../../worker/contract/zones';
import { closeThrough, everything, newKey, type Someone, someone } from '../workplace';
import {
  today,
  later,
  open,
  night,
  send,
  newSupervisor,
  made,
  one,
  issues,
  assign,
  follows,
  journal,
} from './planned';

beforeEach(newSupervisor);

describe('assigning', () => {
  it('gives 500 people a schedule in one request, with a journal entry for each', async () => {
    await env.DB.prepare(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)
       INSERT INTO people (id, name, email, created_at, updated_at)
       SELECT printf('%08x-0000-7000-8000-00000000cafe', i), 'Crowd ' || i, i || '@crowd.example', 0, 0 FROM n`,
    ).run();
    const people = Array.from(
      { length: 500 },
      (_, i) => `${(i + 1).toString(16).padStart(8, '0')}-0000-7000-8000-00000000cafe`,
    );
    const [id, key] = [await made(night), newKey()];
    const json = { people, scheduleId: id, validFrom: today };
    const first = await send('POST', '/schedules/assignments', json, { key });
    expect(first.status).toBe(200);
    expect((await one(id))?.people).toBe(500);
    const { results } = await env.DB.prepare(
      `SELECT subject, before, after FROM journal WHERE action = 'schedule.assigned' AND subject LIKE '%cafe' ORDER BY id`,
    ).all();
    expect(results).toHaveLength(500);
    expect(new Set(results.map(({ subject }) => subject)).size).toBe(500);
    const again = await send('POST', '/schedules/assignments', json, { key });
    expect(await again.json()).toEqual(await first.json());
    expect(
      await env.DB.prepare(`SELECT count(*) AS n FROM journal WHERE subject LIKE '%cafe'`).first('n'),
    ).toBe(500);
  });

  it('journals what each person followed before', async () => {
    const [early, late] = [await made(), await made(night)];
    const [ben, eve] = [await someone(), await someone()];
    await assign([ben], early, today);
    await assign([ben, eve], late, later);
    const entry = (who: Someone, before: string | null, scheduleId: string | null, validFrom: string) => ({
      action: 'schedule.assigned',
      before: { personId: who.id, scheduleId: before, validFrom },
      after: { personId: who.id, scheduleId, validFrom },
    });
    expect(await journal(`person/${ben.id}`)).toEqual([
      entry(ben, null, early, today),
      entry(ben, early, late, later),
    ]);
    expect(await journal(`person/${eve.id}`)).toEqual([entry(eve, null, late, later)]);
    expect(await follows(ben)).toMatchObject({
      scheduleId: early,
      validFrom: today,
      next: { scheduleId: late, validFrom: later },
    });
    expect(await follows(eve)).toMatchObject({ scheduleId: null, validFrom: null });
  });

  it('again on the same date replaces the schedule, and null ends it', async () => {
    const [early, late, ben] = [await made(), await made(night), await someone()];
    await assign([ben], early, today);
    await assign([ben], late, today);
    expect(await follows(ben)).toMatchObject({ scheduleId: late });
    await assign([ben], null, later);
    expect(await follows(ben, later)).toMatchObject({ scheduleId: null, validFrom: later });
  });

  it('may correct past days, under its own action in the journal, but not closed ones', async () => {
    const [id, ben] = [await made(), await someone()];
    expect((await assign([ben], id, open)).status).toBe(200);
    expect(await journal(`person/${ben.id}`)).toMatchObject([{ action: 'schedule.assignment_corrected' }]);
    await closeThrough(addDays(open, -1));
    const refused = await assign([ben], id, addDays(open, -1));
    expect([refused.status, (await refused.json<Problem>()).code]).toEqual([409, 'period_closed']);
    await closeThrough(null);
  });

  it.each([
    ['an unknown person', (ben: Someone): unknown => ({ people: [ben.id, uuidv7()] }), 'people'],
    ['a person twice', (ben: Someone): unknown => ({ people: [ben.id, ben.id] }), 'people'],
    ['no one', (): unknown => ({ people: [] }), 'people'],
    ['an unknown schedule', (): unknown => ({ scheduleId: uuidv7() }), 'scheduleId'],
    ['501 people', (): unknown => ({ people: Array.from({ length: 501 }, () => uuidv7()) }), 'people'],
  ])('%s is refused in words, and no one is assigned', async (_what, wrong, path) => {
    const [id, ben] = [await made(), await someone()];
    const before = await everything();
    const right = { people: [ben.id], scheduleId: id, validFrom: today };
    const answer = await send('POST', '/schedules/assignments', { ...right, ...(wrong(ben) as object) });
    expect(answer.status).toBe(400);
    expect((await issues(answer)).map((issue) => issue.path)).toContain(path);
    expect(await everything()).toEqual(before);
  });

  it('of a person who has left is refused', async () => {
    const [id, ben] = [await made(), await someone()];
    await env.DB.prepare('UPDATE people SET active = 0 WHERE id = ?').bind(ben.id).run();
    expect(await issues(await assign([ben], id, today))).toMatchObject([{ path: 'people' }]);
  });

  it('by two people at once keeps a journal in which each change follows from the one before', async () => {
    const [early, late, ben] = [await made(), await made(night), await someone()];
    const answers = await Promise.all([assign([ben], early, today), assign([ben], late, today)]);
    const done = answers.filter(({ status }) => status === 200).length;
    const entries = await journal(`person/${ben.id}`);
    expect(entries).toHaveLength(done);
    if (done === 2) expect(entries[1]?.before).toEqual(entries[0]?.after);
  });
});
