/** A correction names records by ids of the client's making: none reaches what is not of its person and its days. */
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkIn, checkOut } from '../../../../worker/attendance/check-in';
import { at, days, decide, enter, ok, pause, problem, propose, record, worked } from './corrected';
import { closeThrough, impatiently, scopeOf, type Someone, someone } from '../../workplace';

let ana: Someone;
let ben: Someone;
let eve: Someone;
beforeEach(async () => {
  [ana, ben, eve] = [await someone({ roles: ['supervisor'] }), await someone(), await someone()];
});
afterEach(() => closeThrough(null));

/** What days are computed from, of these two. */
const recorded = async () => {
  const of = (table: string) =>
    env.DB.prepare(`SELECT * FROM ${table} WHERE person_id IN (?1, ?2) ORDER BY id`).bind(ben.id, eve.id);
  const results = await env.DB.batch([of('attendance'), of('breaks')]);
  return results.map((result) => result.results);
};

/** A day of theirs under the id of another record, with a break that would be cut out of that one. */
const under = (id: string) =>
  days('09', [record('09T09:00', '09T17:00', { id, breaks: [pause('09T10:00', '09T12:00')] })]);

describe.each([
  ['somebody else’s record', () => ben],
  ['a record of another of their days', () => eve],
])('under the id of %s', (_, whose) => {
  it('nothing is asked for or entered, and the record stays as it is, closed or not', async () => {
    const id = await worked(whose(), '02T09:00', '02T17:00');
    await closeThrough('2026-06-05');
    const before = await recorded();
    for (const act of [() => propose(eve, under(id)), () => enter(ana, eve, under(id))])
      expect(await problem(impatiently(act))).toMatchObject({ code: 'changed_meanwhile' });
    expect(await recorded()).toEqual(before);
  });

  it('that was made after the request, nothing is approved', async () => {
    const of = under(record('09T09:00', null).id);
    const [made] = of.records;
    const asked = await ok(propose(eve, of));
    await checkIn(scopeOf(whose(), at('11T09:00')), made?.id ?? '');
    await checkOut(scopeOf(whose(), at('11T17:00')), made?.id ?? '');
    const before = await recorded();
    const approved = impatiently(() => decide(ana, 'approve', asked.id));
    expect(await problem(approved)).toMatchObject({ code: 'changed_meanwhile' });
    expect(await recorded()).toEqual(before);
    await ok(decide(ana, 'reject', asked.id));
  });
});
