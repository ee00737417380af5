import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import { ask, checkIn, checkOut, listening, newKey, someone } from './workplace';

describe('a check-in', () => {
  it('is a record, a receipt, a journal entry and an event on each channel concerned', async () => {
    const ana = await someone({ roles: ['admin'] });
    const ben = await someone({ name: 'Ben Okafor' });
    const board = await listening(ana, 'admin.dashboard');
    const own = await listening(ben, `user.${ben.id}`);
    const everyone = await listening(ben, 'attendance');

    const answer = await checkIn(ben);
    expect(answer.status).toBe(200);
    const { record, receipt } = await answer.json<{ record: { id: string; inAt: number }; receipt: { entry: number; at: number } }>();
    expect(receipt.at).toBe(record.inAt);

    await Promise.all([board, own, everyone].map((it) => it.until(() => it.events.length === 1)));
    expect(board.events[0]).toMatchObject({ type: 'attendance.checked_in', entry: receipt.entry, data: { person: { name: 'Ben Okafor' }, record } });
    expect(own.events[0]?.data).toEqual(record);
    expect(everyone.events[0]?.data).toEqual({ personId: ben.id, name: 'Ben Okafor', state: 'in', since: record.inAt });

    const entry = await env.DB.prepare('SELECT * FROM journal WHERE id = ?').bind(receipt.entry).first();
    expect(entry).toMatchObject({ actor: ben.id, action: 'attendance.checked_in', subject: record.id, before: null });
    expect(JSON.parse(entry?.after as string)).toEqual(record);
  });
});
