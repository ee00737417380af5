/** A session whose host works through the API. */
import { uuidv7 } from 'uuidv7';
import { Colleague } from '../Colleague.ts';
import type { Employee, Workplace } from '../Workplace.ts';

const MINUTE = 60_000;

export interface Lesson {
  id: string;
  host: Colleague;
  /** The current code. */
  code(): Promise<{ token: string; typed: string }>;
  /** The current code's link. */
  link(): Promise<string>;
}

/** A running session with these people on its list. */
export async function lesson(
  workplace: Workplace,
  people: Pick<Employee, 'id'>[],
  more: object = {},
): Promise<Lesson> {
  const host = await Colleague.of(workplace, await workplace.hire('Hana Brandt', ['host']));
  const [id, now] = [uuidv7(), Date.now()];
  await host.write('post', 'sessions/live', {
    id,
    kind: 'class',
    title: 'First aid refresher',
    courseId: null,
    groups: [],
    hosts: [],
    start: true,
    people: people.map((one) => one.id),
    room: 'Lecture hall 2',
    startsAt: now,
    endsAt: now + 90 * MINUTE,
    lateAfterMinutes: 10,
    opensBeforeMinutes: 10,
    periodSeconds: 60,
    strict: false,
    geofence: null,
    ...more,
  });
  const code = async () =>
    (await (await host.api.get(`sessions/${id}/code`)).json()) as { token: string; typed: string };
  return { id, host, code, link: async () => `/s/${id}?t=${(await code()).token}` };
}
