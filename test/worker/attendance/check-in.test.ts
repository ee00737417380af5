import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import type { AttendanceRecord, Receipted } from '../../../worker/contract/attendance/attendance';
import { dice } from '../../sim/dice';
import { faulty, noFaults } from '../../sim/faults';
import {
  ask,
  checkIn,
  impatiently,
  checkOut,
  listening,
  newKey,
  type Someone,
  someone,
  signedIn,
} from '../workplace';

const recordsOf = async ({ id }: Someone) =>
  (await env.DB.prepare('SELECT * FROM attendance WHERE person_id = ?').bind(id).all()).results;

/** The bindings with one fault that always occurs. */
const always = (fault: Partial<typeof noFaults>) => faulty({ now: { ...noFaults, ...fault } }, dice(1));

describe('a check-in', () => {
  it('writes a record and a journal entry, and publishes one event on each channel', async () => {
    const ana = await someone({ roles: ['admin'] });
    const ben = await someone({ name: 'Ben Okafor' });
    const board = await listening(ana, 'admin.dashboard');
    const own = await listening(ben, `user.${ben.id}`);
    const everyone = await listening(ben, 'attendance');

    const answer = await checkIn(ben);
    expect(answer.status).toBe(200);
    const { record, receipt } = await answer.json<Receipted>();
    expect(receipt.at).toBe(record.inAt);

    await Promise.all([board, own, everyone].map((it) => it.until(() => it.events.length === 1)));
    expect(board.events[0]).toMatchObject({
      type: 'attendance.checked_in',
      entry: receipt.entry,
      data: { person: { name: 'Ben Okafor' }, record },
    });
    expect(own.events[0]?.data).toEqual(record);
    expect(everyone.events[0]?.data).toEqual({
      personId: ben.id,
      name: 'Ben Okafor',
      state: 'in',
      since: record.inAt,
    });

    const entry = await env.DB.prepare('SELECT * FROM journal WHERE id = ?').bind(receipt.entry).first();
    expect(entry).toMatchObject({
      actor: ben.id,
      action: 'attendance.checked_in',
      subject: `attendance/${record.id}`,
      before: null,
    });
    expect(JSON.parse(entry?.after as string)).toEqual(record);
  });

  it('sent four times at once is one record with one answer', async () => {
    const ben = await someone();
    const [id, key] = [uuidv7(), newKey()];
    const answers = await Promise.all([1, 2, 3, 4].map(() => checkIn(ben, id, { key })));
    const bodies = await Promise.all(answers.map((answer) => answer.json<Receipted>()));
    for (const body of bodies) expect(body).toEqual(bodies[0]);
    expect(await recordsOf(ben)).toHaveLength(1);
  });

  it('from two tabs and a second device is one record with one receipt', async () => {
    const ben = await someone();
    const phone = { ...ben, ...(await signedIn(ben.id)) };
    const answers = await Promise.all([checkIn(ben), checkIn(ben), checkIn(phone), checkIn(phone)]);
    const bodies = await Promise.all(answers.map((answer) => answer.json<Receipted>()));
    for (const body of bodies) expect(body).toEqual(bodies[0]);
    expect(await recordsOf(ben)).toHaveLength(1);
  });

  it('whose answer was lost is published once and returns the first answer on a retry', async () => {
    const ben = await someone();
    const everyone = await listening(ben, 'attendance');
    const [id, key] = [uuidv7(), newKey()];
    const first = await checkIn(ben, id, { key, env: always({ failAfter: 1 }) });
    expect(first.status).toBe(200); // the key knows that the batch was committed
    await everyone.until(() => everyone.events.length === 1); // and the channel got the event
    const retry = await checkIn(ben, id, { key });
    expect(await retry.json()).toEqual(await first.json());
    expect(await recordsOf(ben)).toHaveLength(1);
    expect(everyone.events).toHaveLength(1);
  });

  it('that failed before the commit writes nothing and can be sent again', async () => {
    const ben = await someone();
    const [id, key] = [uuidv7(), newKey()];
    const first = await checkIn(ben, id, { key, env: always({ failBefore: 1 }) });
    expect(first.status).toBe(503);
    expect(await first.json()).toMatchObject({ code: 'unavailable' });
    expect(await recordsOf(ben)).toEqual([]);
    expect((await checkIn(ben, id, { key })).status).toBe(200);
  });

  it('answered with an open record uses up its key: a late retry opens nothing', async () => {
    const ben = await someone();
    const [first, late, key] = [uuidv7(), uuidv7(), newKey()];
    await checkIn(ben, first);
    const answer = await (await checkIn(ben, late, { key })).json();
    await checkOut(ben, first);
    expect(await (await checkIn(ben, late, { key })).json()).toEqual(answer);
    expect((await checkIn(ben, uuidv7(), { key })).status).toBe(422);
    expect(await recordsOf(ben)).toMatchObject([{ id: first }]);
  });

  it('whose delivery was lost is delivered by the next request with its key', async () => {
    const ben = await someone();
    const everyone = await listening(ben, 'attendance');
    const [id, key] = [uuidv7(), newKey()];
    await impatiently(() => checkIn(ben, id, { key, env: always({ lose: 1 }) }));
    expect(everyone.events).toHaveLength(0);
    await checkIn(ben, id, { key });
    await everyone.until(() => everyone.events.length === 1);
  });

  it('sent again after the check-out returns its first answer and opens nothing', async () => {
    const ben = await someone();
    const [id, key] = [uuidv7(), newKey()];
    const first = await (await checkIn(ben, id, { key })).json();
    await checkOut(ben, id);
    expect(await (await checkIn(ben, id, { key })).json()).toEqual(first);
    expect(await recordsOf(ben)).toHaveLength(1);
  });

  it('of a closed record is refused with that record', async () => {
    const ben = await someone();
    const id = uuidv7();
    await checkIn(ben, id);
    const { record } = await (await checkOut(ben, id)).json<Receipted>();
    const answer = await checkIn(ben, id);
    expect(answer.status).toBe(409);
    expect(await answer.json()).toMatchObject({ code: 'already_checked_out', current: record });
  });

  it('with the id of another person’s record is refused without showing it', async () => {
    const [ben, eve] = [await someone(), await someone()];
    const id = uuidv7();
    await checkIn(ben, id);
    const answer = await checkIn(eve, id);
    expect(answer.status).toBe(409);
    expect(JSON.stringify(await answer.json())).not.toContain(ben.id);
  });

  it('with a used key and another body is refused', async () => {
    const ben = await someone();
    const key = newKey();
    const { record } = await (await checkIn(ben, uuidv7(), { key })).json<Receipted>();
    for (const path of ['/attendance/check-in', '/attendance/check-out']) {
      const answer = await ask(path, {
        as: ben,
        json: { id: path.endsWith('out') ? record.id : uuidv7() },
        key,
      });
      expect(answer.status).toBe(422);
      expect(await answer.json()).toMatchObject({ code: 'key_reused' });
    }
    expect(await recordsOf(ben)).toMatchObject([{ out_at: null }]);
  });

  it('with another request’s key is refused, even when the person is in already', async () => {
    const ben = await someone();
    const [id, key] = [uuidv7(), newKey()];
    await checkIn(ben, id, { key });
    expect((await checkIn(ben, uuidv7(), { key })).status).toBe(422); // he is in already
    await checkOut(ben, id);
    expect((await checkOut(ben, id, { key })).status).toBe(422); // he is out already
  });

  it('may use a key that another person has used', async () => {
    const key = newKey();
    const answers = [
      await checkIn(await someone(), uuidv7(), { key }),
      await checkIn(await someone(), uuidv7(), { key }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  });
});

describe('a check-out', () => {
  it('closes the record and is published to everyone', async () => {
    const ben = await someone();
    const id = uuidv7();
    await checkIn(ben, id);
    const everyone = await listening(ben, 'attendance');
    const { record } = await (await checkOut(ben, id)).json<Receipted>();
    expect(record.outAt).toBeGreaterThanOrEqual(record.inAt);
    await everyone.until(() => everyone.events.length === 1);
    expect(everyone.events[0]?.data).toMatchObject({ state: 'out', since: record.outAt });
  });

  it('sent several times has one receipt', async () => {
    const ben = await someone();
    const id = uuidv7();
    await checkIn(ben, id);
    const bodies = await Promise.all(
      (await Promise.all([checkOut(ben, id), checkOut(ben, id), checkOut(ben, id)])).map((it) => it.json()),
    );
    bodies.push(await (await checkOut(ben, id)).json());
    for (const body of bodies) expect(body).toEqual(bodies[0]);
  });

  it('sent again late does not close the next record', async () => {
    const ben = await someone();
    const [first, second] = [uuidv7(), uuidv7()];
    await checkIn(ben, first);
    await checkOut(ben, first);
    await checkIn(ben, second);
    expect((await checkOut(ben, first)).status).toBe(200);
    expect(await recordsOf(ben)).toContainEqual(expect.objectContaining({ id: second, out_at: null }));
  });

  it('without a check-in is refused with the open record, if any', async () => {
    const ben = await someone();
    const none = await checkOut(ben, uuidv7());
    expect(none.status).toBe(409);
    expect(await none.json()).toMatchObject({ code: 'not_checked_in', current: null });
    const { record } = await (await checkIn(ben)).json<{ record: AttendanceRecord }>();
    expect(await (await checkOut(ben, uuidv7())).json()).toMatchObject({ current: record });
  });

  it('of another person’s record is refused without showing it', async () => {
    const [ben, eve] = [await someone(), await someone()];
    const { record } = await (await checkIn(ben)).json<Receipted>();
    const answer = await checkOut(eve, record.id);
    expect(answer.status).toBe(409);
    expect(await answer.json()).toMatchObject({ code: 'not_checked_in', current: null });
    expect(await recordsOf(ben)).toMatchObject([{ out_at: null }]);
  });
});
