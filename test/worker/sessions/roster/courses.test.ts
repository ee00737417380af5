/** Groups and the dates of their memberships. */
import { beforeEach, describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import { begun, host, MINUTE, send, sheet, newHosts } from '../hosted';
import { ask, everything, type Someone, someone } from '../../workplace';

beforeEach(newHosts);

describe('groups', () => {
  it('count sessions within a membership only', async () => {
    const [mia, noa] = [await someone(), await someone()];
    const group = uuidv7();
    await send(host, 'PUT', `/groups/${group}`, { name: `Year ${group}`, active: true });
    const now = Date.now();
    const enrol = (who: Someone, since: number) =>
      send(host, 'POST', `/groups/${group}/members`, {
        since,
        dryRun: false,
        rows: [{ line: 1, email: who.email }],
      });
    await enrol(mia, now - MINUTE);
    await enrol(noa, now + MINUTE);
    const early = await begun([], { groups: [group], startsAt: now });
    expect((await sheet(early.id)).attendees.map(({ person }) => person.id)).toEqual([mia.id]);
    const late = await begun([], { groups: [group], startsAt: now + 2 * MINUTE });
    expect((await sheet(late.id)).stats.expected).toBe(2);
    await send(host, 'DELETE', `/groups/${group}/members/${mia.id}`);
    expect((await sheet(early.id)).attendees.map(({ person }) => person.id)).toEqual([mia.id]);
    // A person who returns gets a second membership; the first one still counts.
    await enrol(mia, now + 10 * MINUTE);
    expect((await sheet(early.id)).attendees.map(({ person }) => person.id)).toEqual([mia.id]);
    const { members } = await (
      await ask(`/groups/${group}/members`, { as: host })
    ).json<{ members: object[] }>();
    expect(members).toHaveLength(2);
  });

  it('import a file by line: a dry run writes nothing, and a bad line blocks no good one', async () => {
    const [mia, group] = [await someone(), uuidv7()];
    await send(host, 'PUT', `/groups/${group}`, { name: `File ${group}`, active: true });
    const rows = [
      { line: 2, email: ` ${mia.email.toUpperCase()} ` },
      { line: 3, email: 'nobody@example.org' },
      { line: 4, email: mia.email },
    ];
    const enrol = (dryRun: boolean) =>
      send(host, 'POST', `/groups/${group}/members`, { since: Date.now(), dryRun, rows });
    const before = await everything();
    const tried = await (await enrol(true)).json<{ rows: { outcome: string }[] }>();
    expect(tried.rows.map(({ outcome: it }) => it)).toEqual(['would_enrol', 'would_enrol', 'there']);
    expect(await everything()).toEqual(before);
    const done = await (await enrol(false)).json<{ rows: { outcome: string }[] }>();
    expect(done.rows.map(({ outcome: it }) => it)).toEqual(['enrolled', 'refused', 'there']);
  });
});
