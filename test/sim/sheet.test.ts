/**
 * A host's screen equals the database after scans, marks by hand, requests, excuses, lock, unlock and end of a session, with
 * sockets that drop in between. Each seed is a different history.
 */
import { describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import { sessionChannel } from '../../worker/contract/channels';
import type { Code, Ticket } from '../../worker/contract/sessions/sessions';
import type { Attendee, SessionSheet } from '../../worker/contract/sessions/sheet/sheets';
import type { ApiClient } from '../../web/src/lib/api';
import { LiveSheet } from '../../web/src/lib/sessions/sheet/LiveSheet.svelte';
import { ask, crowd, hurriedly, newKey, type Someone, someone } from '../worker/workplace';
import { dice } from './dice';
import { eventually, Screen } from './screen';

const STEPS = 40;
const byId = (those: readonly Attendee[]) => {
  const plain = those.map(
    ({ person, listed, status, at, method, by, reason, distanceZone, flags, excuse, asking }) => ({
      ...{ person, listed, status, at, method, by, reason, distanceZone, flags, excuse, asking },
    }),
  );
  return plain.toSorted((a, b) => (a.person.id < b.person.id ? -1 : 1));
};

describe.each([1, 2, 3, 4])('in the history of seed %i', (seed) => {
  it('every host’s screen ends equal to the database', () =>
    hurriedly(async () => {
      const random = dice(seed);
      const host = await someone({ roles: ['host'], name: 'Hana Host' });
      const other = await someone({ roles: ['host'], name: 'Otto Other' });
      const people = await crowd(12);
      const id = uuidv7();
      const now = Date.now();
      const post = (as: Someone, method: string, path: string, json: unknown) =>
        ask(path, { method, as, json, key: newKey() });
      await post(host, 'POST', '/sessions/live', {
        ...{
          id,
          kind: 'class',
          title: 'Chemistry',
          courseId: null,
          groups: [],
          hosts: [other.id],
          room: null,
        },
        ...{ people: people.slice(0, 10).map((it) => it.id), startsAt: now, endsAt: now + 3_600_000 },
        ...{ lateAfterMinutes: 0, opensBeforeMinutes: 0, periodSeconds: 60, strict: false },
        ...{ geofence: { lat: 52.5, lng: 13.4, radius: 100 }, start: true },
      });
      const sheet = async () => (await ask(`/sessions/${id}/attendance`, { as: host })).json<SessionSheet>();
      const networks = [new Screen(host, sessionChannel(id)), new Screen(other, sessionChannel(id))];
      const screens = await Promise.all(
        networks.map(async (screen) => {
          const surroundings = {
            ...{ network: screen.network, codeChanged: () => undefined, ended: () => undefined },
            api: {} as ApiClient, // nothing here makes it ask
          };
          const live = new LiveSheet(await sheet(), surroundings);
          return { live, stop: live.start() };
        }),
      );

      const pick = <T>(of: readonly T[]) => of[Math.floor(random() * of.length)] as T;
      const scan = async (who: Someone) => {
        const { token } = await (await ask(`/sessions/${id}/code`, { as: host })).json<Code>();
        const ticket = await ask(`/sessions/${id}/tickets`, { as: who, json: { token } });
        if (!ticket.ok) return;
        const position = random() < 0.5 ? { lat: 52.5, lng: 13.4, accuracy: 5 } : undefined;
        const taken = { ticket: (await ticket.json<Ticket>()).ticket, ask: true, position };
        await post(who, 'POST', `/sessions/${id}/attendance`, taken);
      };
      const marks = ['present', 'late', 'absent', 'excused', null];
      const acts: (() => Promise<unknown>)[] = [
        () => scan(pick(people)),
        () => scan(pick(people)),
        () =>
          post(pick([host, other]), 'PUT', `/sessions/${id}/attendance/${pick(people).id}`, {
            status: pick(marks),
            reason: 'By hand',
          }),
        () => post(host, 'PUT', `/sessions/${id}/requests/${pick(people).id}`, { accept: random() < 0.6 }),
        () =>
          post(host, 'PUT', `/sessions/${id}/excuses/${pick(people).id}`, {
            reason: random() < 0.7 ? 'Was known' : null,
          }),
        () => post(pick([host, other]), 'POST', `/sessions/${id}/lock`, { reason: 'Doors closed' }),
        () => post(host, 'POST', `/sessions/${id}/unlock`, { reason: 'Doors open' }),
        () => Promise.resolve(pick(networks).cutSockets()),
      ];
      for (let step = 0; step < STEPS; step += 1) {
        const together = random() < 0.3 ? [pick(acts), pick(acts), pick(acts)] : [pick(acts)];
        await Promise.all(together.map((act) => act()));
      }
      const ends = random() < 0.5;
      if (ends) await post(host, 'POST', `/sessions/${id}/end`, {});
      if (random() < 0.5) await post(host, 'POST', `/sessions/${id}/unlock`, { reason: 'To correct' });

      const truth = await sheet();
      await eventually(() =>
        screens.every(
          ({ live }) =>
            live.channel.cursor.head === truth.at.heads[sessionChannel(id)] && live.channel.status === 'live',
        ),
      );
      for (const { live, stop } of screens) {
        expect(byId(live.attendees)).toEqual(byId(truth.attendees));
        expect(live.session).toEqual(truth.session);
        expect(live.stats).toEqual(truth.stats);
        stop();
      }
      if (ends) expect(truth.stats.unmarked).toBe(0);
    }));
});
