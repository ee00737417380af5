/** Scans without network: a host decides on each, by a code that was shown at that moment. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { begun, code, host, MINUTE, newHosts, outcome, rowOf, scan, send, sheet } from '../hosted';
import { ask, newKey, type Someone, someone } from '../../workplace';

const START = Date.parse('2026-06-10T08:00Z');
let mia: Someone;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: START });
  await newHosts();
  mia = await someone({ name: 'Mia Attendee' });
});
afterEach(() => void vi.useRealTimers());

/** Sends now what was scanned at a moment. */
const sendScan = (id: string, token: string, at: number, { as = mia, key = newKey() } = {}) =>
  ask(`/sessions/${id}/offline-scans`, {
    as,
    key,
    json: { token, tapped: { v: 1, person: as.id, at } },
    headers: { 'Sent-At': String(Date.now()) },
  });
const tokenOf = async (id: string) => (await code(id)).token ?? '';
const answer = (id: string, accept: boolean) =>
  send(host, 'PUT', `/sessions/${id}/requests/${mia.id}`, { accept });

describe('a scan without network', () => {
  it('asks the host, with the moment of the scan, and counts once accepted', async () => {
    const { id } = await begun([mia]);
    vi.setSystemTime(START + 5 * MINUTE);
    const token = await tokenOf(id);
    vi.setSystemTime(START + 40 * MINUTE);
    expect(await outcome(await sendScan(id, token, START + 5 * MINUTE))).toBe('asked');
    expect(await rowOf(id, mia)).toMatchObject({
      status: null,
      asking: { kind: 'offline', at: START + 5 * MINUTE },
    });
    expect((await answer(id, true)).status).toBe(200);
    // On time, as the code was shown then.
    expect(await rowOf(id, mia)).toMatchObject({
      status: 'present',
      at: START + 5 * MINUTE,
      method: 'request',
    });
  });

  it('of a session that has ended since replaces the absence that nobody marked', async () => {
    const { id } = await begun([mia]);
    const token = await tokenOf(id);
    vi.setSystemTime(START + 90 * MINUTE);
    expect((await send(host, 'POST', `/sessions/${id}/end`, {})).status).toBe(200);
    expect(await rowOf(id, mia)).toMatchObject({ status: 'absent' });
    expect(await outcome(await sendScan(id, token, START))).toBe('asked');
    expect((await sheet(id)).attendees.filter(({ asking }) => asking)).toHaveLength(1);
    expect((await answer(id, true)).status).toBe(200);
    expect(await rowOf(id, mia)).toMatchObject({ status: 'present', asking: null });
  });

  it('sent twice is one request', async () => {
    const { id } = await begun([mia]);
    const [token, key] = [await tokenOf(id), newKey()];
    const first = await (await sendScan(id, token, START, { key })).json();
    expect(await (await sendScan(id, token, START, { key })).json()).toEqual(first);
    expect(await outcome(await sendScan(id, token, START))).toBe('asked');
    expect((await sheet(id)).attendees.filter(({ asking }) => asking)).toHaveLength(1);
  });

  it('of a person who is in changes nothing', async () => {
    const { id } = await begun([mia]);
    await scan(mia, id);
    expect(await outcome(await sendScan(id, await tokenOf(id), START))).toBe('already_in');
  });
});

describe('refused, and no request is made', () => {
  it.each<[string, string, (id: string) => Promise<Response>]>([
    [
      'of a code that was not shown then',
      'code_expired',
      async (id) => {
        const token = await tokenOf(id);
        vi.setSystemTime(START + 40 * MINUTE);
        return sendScan(id, token, START + 20 * MINUTE);
      },
    ],
    ['before the start', 'too_early', async (id) => sendScan(id, await tokenOf(id), START - MINUTE)],
    ['of a made-up code', 'code_expired', (id) => sendScan(id, 'x'.repeat(22), START)],
    [
      'of a locked list',
      'session_locked',
      async (id) => {
        const token = await tokenOf(id);
        await send(host, 'POST', `/sessions/${id}/lock`, { reason: 'Doors closed' });
        return sendScan(id, token, START);
      },
    ],
  ])('a scan %s', async (_, expected, act) => {
    const { id } = await begun([mia]);
    expect(await outcome(await act(id))).toBe(expected);
    expect((await sheet(id)).attendees.filter(({ asking }) => asking)).toEqual([]);
  });

  it('a scan in strict mode', async () => {
    const { id } = await begun([mia], { strict: true });
    expect(await outcome(await sendScan(id, await tokenOf(id), START))).toBe('needs_network');
  });

  it('a scan by someone who is not on the list', async () => {
    const { id } = await begun([]);
    expect(await outcome(await sendScan(id, await tokenOf(id), START))).toBe('not_on_list');
  });

  it('a scan after a host’s own mark', async () => {
    const { id } = await begun([mia]);
    const token = await tokenOf(id);
    await send(host, 'PUT', `/sessions/${id}/attendance/${mia.id}`, {
      status: 'excused',
      reason: 'At the doctor’s',
    });
    expect(await outcome(await sendScan(id, token, START))).toBe('marked_already');
  });
});
