/** Changes of sessions while another person commits between the read and the write. */
import { beforeEach, describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import type { Ticket } from '../../../worker/contract/sessions/sessions';
import { Refusal } from '../../../worker/refusal';
import type { Scope } from '../../../worker/scope';
import { leave } from '../../../worker/sessions/roster/catalogue';
import { enrol } from '../../../worker/sessions/roster/enrol';
import { joinSession } from '../../../worker/sessions/scan/participation';
import { issueTicket } from '../../../worker/sessions/scan/ticket';
import { dismissFlags, excuse, markByHand } from '../../../worker/sessions/sheet/hand';
import { newKey, scopeOf, type Someone, someone } from '../workplace';
import { begun, code, host, newHosts, other, outcome, rowOf, scan, send, ticketFor } from './hosted';

beforeEach(newHosts);

/** A scope that runs `happen` just before its first write. */
function after(who: Someone, faster: () => Promise<unknown>): Scope {
  const scope = scopeOf(who, Date.now());
  const attempt = scope.attempt.bind(scope);
  let first = true;
  scope.attempt = async (it) => {
    if (first) {
      first = false;
      await faster();
    }
    return attempt(it);
  };
  return scope;
}

async function refusalOf(act: Promise<unknown>): Promise<[code: string, current?: unknown]> {
  try {
    await act;
  } catch (error) {
    if (error instanceof Refusal) return [error.code, error.more.current];
    throw error;
  }
  return ['none'];
}

const late = { status: 'late', reason: 'Bus was late' } as const;
const present = { status: 'present', reason: 'Was here' } as const;

describe('a host who was slower', () => {
  it.each([
    ['marks', (scope: Scope, id: string, person: string) => markByHand(scope, id, person, present)],
    ['excuses', (scope: Scope, id: string, person: string) => excuse(scope, id, person, 'Was known')],
  ])('%s no person whom another host has changed since, and gets the present attendee', async (_act, act) => {
    const mia = await someone();
    const { id } = await begun([mia], { hosts: [other.id] });
    const scope = after(host, () => send(other, 'PUT', `/sessions/${id}/attendance/${mia.id}`, late));
    const [refused, current] = await refusalOf(act(scope, id, mia.id));
    expect(refused).toBe('changed_meanwhile');
    expect(current).toMatchObject({ status: 'late', by: { name: 'Otto Other' } });
    expect(await rowOf(id, mia)).toMatchObject({ status: 'late', excuse: null });
  });

  it('is refused where there is nothing to remove', async () => {
    const mia = await someone();
    const { id } = await begun([mia]);
    const scope = scopeOf(host, Date.now());
    const started = Date.now();
    for (const act of [
      markByHand(scope, id, mia.id, { status: null, reason: 'Mistake' }),
      excuse(scope, id, mia.id, null),
      dismissFlags(scope, id, mia.id),
    ])
      expect((await refusalOf(act))[0]).toBe('changed_meanwhile');
    expect(Date.now() - started).toBeLessThan(4_000);
  });

  it('removes a mark once, and the repeated request gets the first answer', async () => {
    const mia = await someone();
    const { id } = await begun([mia]);
    await scan(mia, id);
    const key = newKey();
    const back = async () => {
      const json = { status: null, reason: 'Mistake' };
      return (await send(host, 'PUT', `/sessions/${id}/attendance/${mia.id}`, json, key)).json();
    };
    const first = await back();
    expect(first).toMatchObject({ attendee: { status: null } });
    expect(await back()).toEqual(first);
  });

  it('ends no membership that began after the read', async () => {
    const [mia, group] = [await someone(), uuidv7()];
    await send(host, 'PUT', `/groups/${group}`, { name: `Second ${group}`, active: true });
    const rows = [{ line: 1, email: mia.email }];
    const join = (since: number) => enrol(scopeOf(host, Date.now()), group, { since, dryRun: false, rows });
    await join(1);
    const scope = after(host, async () => {
      await leave(scopeOf(other, Date.now()), group, mia.id);
      await join(2);
    });
    expect((await refusalOf(leave(scope, group, mia.id)))[0]).toBe('changed_meanwhile');
    expect((await join(3)).rows).toMatchObject([{ outcome: 'there' }]);
  });

  it('adds no person to a group twice, and the outcome names the members', async () => {
    const [mia, noa, group] = [await someone(), await someone(), uuidv7()];
    await send(host, 'PUT', `/groups/${group}`, { name: `Twice ${group}`, active: true });
    const join = (scope: Scope, since: number, people: Someone[]) =>
      enrol(scope, group, {
        since,
        dryRun: false,
        rows: people.map(({ email }, index) => ({ line: index + 1, email })),
      });
    const scope = after(host, () => join(scopeOf(other, Date.now()), 1, [mia]));
    const { rows } = await join(scope, 2, [mia, noa]);
    expect(rows.map((it) => it.outcome)).toEqual(['there', 'enrolled']);
  });

  it('cannot give a group a name that was just taken', async () => {
    const [one, two] = [uuidv7(), uuidv7()];
    const named = (id: string, name: string) => send(host, 'PUT', `/groups/${id}`, { name, active: true });
    expect((await named(one, `Year ${one}`)).status).toBe(200);
    expect(await outcome(await named(two, `YEAR ${one}`))).toBe('name_taken');
    expect((await named(one, `YEAR ${one}`)).status).toBe(200);
  });
});

it('an excuse of a person who is not on the list survives a mark, and can be removed', async () => {
  const [mia, noa] = [await someone(), await someone()];
  const { id } = await begun([]);
  const scope = () => scopeOf(host, Date.now());
  for (const { id: person } of [mia, noa]) await excuse(scope(), id, person, 'Was known');
  const { attendee } = await markByHand(scope(), id, mia.id, late);
  expect(attendee).toEqual(await rowOf(id, mia));
  expect(attendee.excuse).toBe('Was known');
  expect((await excuse(scope(), id, noa.id, null)).attendee.excuse).toBe(null);
});

describe('a scan', () => {
  const ticketOf = async (who: Someone, id: string) =>
    (await (await ticketFor(who, id, { token: (await code(id)).token })).json<Ticket>()).ticket;

  it('counts although a host has just excused the person', async () => {
    const mia = await someone();
    const { id } = await begun([mia]);
    const ticket = await ticketOf(mia, id);
    const scope = after(mia, () => excuse(scopeOf(host, Date.now()), id, mia.id, 'Was known'));
    expect(await joinSession(scope, id, { ticket, ask: false }, 'device')).toMatchObject({ outcome: 'in' });
    expect(await rowOf(id, mia)).toMatchObject({ status: 'present', excuse: 'Was known' });
  });

  it('is refused when the session has just been cancelled', async () => {
    const mia = await someone();
    const { id } = await begun([mia]);
    const ticket = await ticketOf(mia, id);
    const cancel = () => send(host, 'POST', `/sessions/${id}/cancel`, { reason: 'Room flooded' });
    const taking = joinSession(after(mia, cancel), id, { ticket, ask: false }, 'device');
    expect((await refusalOf(taking))[0]).toBe('session_cancelled');
    expect(await rowOf(id, mia)).toMatchObject({ status: null });
  });

  it('of a strict code that another person has just used is refused', async () => {
    const [mia, noa] = [await someone(), await someone()];
    const { id } = await begun([mia, noa], { strict: true });
    const token = (await code(id)).token ?? '';
    const scope = after(mia, () => ticketFor(noa, id, { token }));
    expect((await refusalOf(issueTicket(scope, id, { token }, 'x')))[0]).toBe('code_expired');
    expect(await outcome(await scan(mia, id))).toBe('in');
  });
});
