/** Taps on an outdated page after a correction: refused with the current state, and nothing is written. */
import { beforeEach, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import { checkIn } from '../../../../worker/attendance/check-in';
import { endBreak, startBreak } from '../../../../worker/attendance/breaks';
import type { Receipted } from '../../../../worker/contract/attendance/attendance';
import type { ProposedRecord } from '../../../../worker/contract/attendance/corrections/proposals';
import { at, days, enter, ok, breakAt, record } from './corrected';
import {
  ask,
  checkIn as comes,
  checkOut,
  everything,
  newKey,
  scopeOf,
  signedIn,
  type Someone,
  someone,
} from '../../workplace';

const noon = at('09T12:00');
let ana: Someone;
let ben: Someone;
let recordId: string;
beforeEach(async () => {
  [ana, ben, recordId] = [await someone({ roles: ['supervisor'] }), await someone(), uuidv7()];
  await checkIn(scopeOf(ben, at('09T09:00')), recordId);
});

/** A supervisor enters the breaks. */
const corrected = (breaks: ProposedRecord['breaks']) =>
  ok(enter(ana, ben, days('09', [record('09T09:00', null, { id: recordId, breaks })])));

async function refused(act: () => Promise<unknown>): Promise<unknown> {
  const before = await everything();
  const error: unknown = await act().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(await everything()).toEqual(before);
  return error;
}

it('“Back” from a break that a correction has ended is refused with the break', async () => {
  const id = uuidv7();
  await startBreak(scopeOf(ben, noon), { id, recordId, kind: 'meal' });
  await corrected([{ ...breakAt('09T12:00', '09T12:10'), id }]);
  const back = () => endBreak(scopeOf(ben, at('09T12:20')), id);
  expect(await refused(back)).toMatchObject({
    code: 'no_such_break',
    more: { current: { id, endAt: at('09T12:10') } },
  });
});

it('“Back” ends a break that a correction began', async () => {
  const on = { ...breakAt('09T12:00', '09T12:30'), endAt: null };
  await corrected([on]);
  const start = (id: string) => () =>
    startBreak(scopeOf(ben, at('09T12:05')), { id, recordId, kind: 'meal' });
  for (const id of [on.id, uuidv7()])
    expect(await refused(start(id))).toMatchObject({
      code: 'on_break',
      more: { current: { id: on.id } },
    });
  const { break: ended } = await endBreak(scopeOf(ben, at('09T12:20')), on.id);
  expect(ended.endAt).toBe(at('09T12:20'));
});

it('a check-out of a record that ended with the employment returns that end', async () => {
  const admin = await someone({ roles: ['admin'] });
  const noor = await someone();
  const { record: open } = await (await comes(noor)).json<Receipted>();
  const send = (what: string) => ask(`/people/${noor.id}/${what}`, { as: admin, key: newKey(), json: {} });
  for (const what of ['deactivate', 'reactivate']) expect((await send(what)).status).toBe(200);
  const answer = await checkOut({ ...noor, ...(await signedIn(noor.id)) }, open.id);
  expect(answer.status).toBe(200);
  const { record: ended } = await answer.json<Receipted>();
  expect(ended).toMatchObject({ id: open.id, auto: true, unconfirmed: false });
});
