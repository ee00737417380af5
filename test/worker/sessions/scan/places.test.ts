/** Sessions with a geofence: scans inside, and requests from outside. */
import { beforeEach, describe, expect, it } from 'vitest';
import { sessionChannel } from '../../../../worker/contract/channels';
import type { MySession, Ticket } from '../../../../worker/contract/sessions/sessions';
import type { Attendee } from '../../../../worker/contract/sessions/sheet/sheets';
import { begun, code, host, outcome, rowOf, scan, send, sheet, ticketFor, newHosts } from '../hosted';
import { ask, everything, listening, newKey, someone } from '../../workplace';

beforeEach(newHosts);

describe('a session with a place', () => {
  const geofence = { lat: 52.52, lng: 13.405, radius: 100 };
  /** Metres to the north of its point. */
  const north = (metres: number, accuracy = 5) => ({
    position: { lat: geofence.lat + metres / 111_195, lng: geofence.lng, accuracy },
  });

  it.each([
    ['inside', north(90), 'in', 'inside'],
    ['outside by less than the phone is unsure of', north(130, 40), 'in', 'edge'],
    ['outside by more', north(150, 40), 'outside_area', undefined],
    [
      'far away with a phone that claims to be unsure of kilometres',
      north(5_000, 90_000),
      'outside_area',
      undefined,
    ],
    ['nowhere', {}, 'position_needed', undefined],
  ])('answers a scan from %s', async (_where, position, expected, distanceZone) => {
    const mia = await someone();
    const { id } = await begun([mia], { geofence });
    expect(await outcome(await scan(mia, id, position))).toBe(expected);
    expect((await rowOf(id, mia))?.distanceZone ?? undefined).toBe(distanceZone);
  });

  it('stores a distance zone and no coordinates', async () => {
    const mia = await someone();
    const { id } = await begun([mia], { geofence });
    await scan(mia, id, north(37.25));
    const { lat } = north(37.25).position;
    expect(JSON.stringify(await everything())).not.toContain(String(lat).slice(0, 8));
  });

  it('creates one request when the first answer was lost, and the person’s page shows it', async () => {
    const mia = await someone();
    const { id } = await begun([mia], { geofence });
    const { token } = await code(id);
    const { ticket } = await (await ticketFor(mia, id, { token })).json<Ticket>();
    const key = newKey();
    const request = () =>
      send(mia, 'POST', `/sessions/${id}/attendance`, { ticket, ask: true }, key).then((it) => it.json());
    const first = await request();
    expect(first).toMatchObject({ outcome: 'asked', participation: { status: null, asking: true } });
    expect(await request()).toEqual(first);
    const own = async () => (await ask(`/sessions/${id}/participation`, { as: mia })).json<MySession>();
    const before = await own();
    expect(before).toMatchObject({ session: { id, placed: true }, participation: { asking: true } });
    expect(Object.keys(before.session)).not.toContain('geofence');
    const follows = await listening(mia, `user.${mia.id}`);
    await send(host, 'PUT', `/sessions/${id}/requests/${mia.id}`, { accept: true });
    await follows.until(() => follows.events.length > 0);
    expect(follows.events[0]).toMatchObject({
      seq: (before.at.heads[`user.${mia.id}`] ?? 0) + 1,
      type: 'session.marked',
    });
    expect((await own()).participation).toMatchObject({ status: 'present', asking: false });
  });

  it('sends a request to the host where the position is denied, and an accepted one keeps the time of the scan', async () => {
    const [mia, noa] = [await someone(), await someone()];
    const { id } = await begun([mia, noa], { geofence });
    const screen = await listening(host, sessionChannel(id));
    expect(await outcome(await scan(mia, id, { ask: true }))).toBe('asked');
    expect(await outcome(await scan(noa, id, { ask: true, ...north(9_000) }))).toBe('asked');
    await screen.until(() => screen.events.length === 2);
    expect(screen.events.map(({ data }) => (data as Attendee).asking?.kind)).toEqual([
      'no_position',
      'outside',
    ]);
    expect((await sheet(id)).stats.asking).toBe(2);
    const own = await listening(mia, `user.${mia.id}`);
    const answers = await Promise.all(
      [1, 2].map(() => send(host, 'PUT', `/sessions/${id}/requests/${mia.id}`, { accept: true })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    await own.until(() => own.events.length > 0);
    expect(own.events[0]).toMatchObject({ data: { status: 'present', asking: false } });
    await send(host, 'PUT', `/sessions/${id}/requests/${noa.id}`, { accept: false });
    expect((await sheet(id)).stats).toMatchObject({ present: 1, asking: 0, unmarked: 1 });
    expect((await rowOf(id, mia))?.method).toBe('request');
  });
});
