/** A correction's ids come from the client, so they must not reach records of other people or days. */
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkIn, checkOut, receipted } from '../../../../worker/attendance/check-in';
import { orPropose } from '../../../../worker/attendance/corrections/review';
import { at, days, decide, enter, ok, breakAt, problem, propose, record, worked } from './corrected';
import { closeThrough, impatiently, scopeOf, type Someone, someone } from '../../workplace';

let ana: Someone;
let ben: Someone;
let eve: Someone;
beforeEach(async () => {
  [ana, ben, eve] = [await someone({ roles: ['supervisor'] }), await someone(), await someone()];
});
afterEach(() => closeThrough(null));

/** All records and breaks of these two people. */
const recorded = async () => {
  const of = (table: string) =>
    env.DB.prepare(`SELECT * FROM ${table} WHERE person_id IN (?1, ?2) ORDER BY id`).bind(ben.id, eve.id);
  const results = await env.DB.batch([of('attendance'), of('breaks')]);
  return results.map((result) => result.results);
};

/** A day under the id of another record, with a break that would change that record. */
const under = (id: string) =>
  days('09', [record('09T09:00', '09T17:00', { id, breaks: [breakAt('09T10:00', '09T12:00')] })]);

describe.each([
  ['another person’s record', () => ben],
  ['a record of another day of the person', () => eve],
])('under the id of %s', (_, whose) => {
  it('a request and an entry are refused, and the record is unchanged', async () => {
    const id = await worked(whose(), '02T09:00', '02T17:00');
    await closeThrough('2026-06-05');
    const before = await recorded();
    for (const act of [() => propose(eve, under(id)), () => enter(ana, eve, under(id))])
      expect(await problem(impatiently(act))).toMatchObject({ code: 'changed_meanwhile' });
    expect(await recorded()).toEqual(before);
  });

  it('a late tap joins no request that waits, and the request is unchanged', async () => {
    const id = await worked(whose(), '02T09:00', '02T17:00');
    const request = await ok(propose(eve, days('09', [record('09T09:00', '09T12:00')])));
    const before = await recorded();
    const [late, now] = [at('09T13:00'), at('10T20:00')];
    const tap = { at: late, receivedAt: now, offline: true, untimely: 'late' } as const;
    const scope = scopeOf(eve, now).with({ tap });
    const tapped = () => orPropose(scope, { kind: 'in', id }, () => checkIn(scope, id), receipted);
    await expect(impatiently(tapped)).rejects.toMatchObject({ code: 'changed_meanwhile' });
    expect(await recorded()).toEqual(before);
    const waiting = env.DB.prepare('SELECT after, reason FROM corrections WHERE id = ?1').bind(request.id);
    const { after, reason } = (await waiting.first<{ after: string; reason: string }>())!;
    expect([JSON.parse(after), reason]).toEqual([request.after, request.reason]);
  });

  it('an approval is refused when the record came after the request', async () => {
    const of = under(record('09T09:00', null).id);
    const [made] = of.records;
    const request = await ok(propose(eve, of));
    await checkIn(scopeOf(whose(), at('11T09:00')), made?.id ?? '');
    await checkOut(scopeOf(whose(), at('11T17:00')), made?.id ?? '');
    const before = await recorded();
    const approved = impatiently(() => decide(ana, 'approve', request.id));
    expect(await problem(approved)).toMatchObject({ code: 'changed_meanwhile' });
    expect(await recorded()).toEqual(before);
    await ok(decide(ana, 'reject', request.id));
  });
});
