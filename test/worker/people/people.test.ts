import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import { writeKeys } from '../../../worker/people/search';
import type { ListedPerson, PeoplePage, Person, PersonChange } from '../../../worker/contract/people/people';
import {
  ask,
  checkIn,
  everything,
  impatiently,
  listening,
  newKey,
  scopeOf,
  signedIn,
  type Someone,
  someone,
} from '../workplace';

const newcomer = (some: object = {}) => {
  const id = uuidv7();
  return {
    ...{ id, name: 'Noor Rahimi', email: `${id}@harbour.example`, department: 'Nursing', position: 'Nurse' },
    category: 'Staff',
    zone: null,
    roles: ['employee'],
    ...some,
  };
};
type New = ReturnType<typeof newcomer>;

const hire = (as: Someone, json: New, key = newKey()) => ask('/people', { as, json, key });
const edit = (as: Someone, id: string, json: object) =>
  ask(`/people/${id}`, { as, json, key: newKey(), method: 'PATCH' });
const act = (as: Someone, id: string, what: 'deactivate' | 'reactivate', key = newKey()) =>
  ask(`/people/${id}/${what}`, { as, json: {}, key });
const list = async (as: Someone, query = '') => (await ask(`/people${query}`, { as })).json<PeoplePage>();
const codeOf = async (answer: Response) => [answer.status, (await answer.json<{ code: string }>()).code];
const recordOf = async (answer: Response) => (await answer.json<PersonChange>()).record;
const details = ({ name, email, department, position, category, zone }: Person) => ({
  ...{ name, email, department, position, category, zone },
});

const admin = () => someone({ roles: ['admin'], name: 'Ana Kovač' });

describe('hiring a person', () => {
  it('puts them on the list, in the journal and on the admins’ channel, and makes the board reload', async () => {
    const ana = await admin();
    const [employees, board] = [
      await listening(ana, 'admin.employees'),
      await listening(ana, 'admin.dashboard'),
    ];
    const person = newcomer();
    const answer = await hire(ana, person);
    expect(answer.status).toBe(200);
    const { record, receipt } = await answer.json<PersonChange>();
    expect(record).toMatchObject({ ...person, active: true, photo: null });
    await employees.until(() => employees.events.length === 1);
    expect(employees.events[0]).toMatchObject({ type: 'person.created', entry: receipt.entry, data: record });
    await board.until(() => board.events.length === 1);
    expect(board.events[0]?.type).toBe('roster.updated');
    const { people } = await list(ana, `?q=${person.id}`);
    expect(people).toEqual([expect.objectContaining({ id: person.id, access: 'none', schedule: null })]);
  });

  it('takes effect once for repeated requests, and never with another person’s email', async () => {
    const ana = await admin();
    const [person, key] = [newcomer(), newKey()];
    const [first, again] = [await hire(ana, person, key), await hire(ana, person, key)];
    expect(await again.json()).toEqual(await first.json());
    expect((await hire(ana, person)).status).toBe(200); // a second tap: the same person
    expect(await codeOf(await hire(ana, newcomer({ email: person.email })))).toEqual([409, 'email_taken']);
    const twins = newcomer().email;
    const both = await Promise.all([
      hire(ana, newcomer({ email: twins })),
      hire(ana, newcomer({ email: twins })),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  it('by two requests for a new department creates the department once', async () => {
    const [ana, department] = [await admin(), uuidv7()];
    const both = await Promise.all([
      hire(ana, newcomer({ department })),
      hire(ana, newcomer({ department })),
    ]);
    expect(both.map(({ status }) => status)).toEqual([200, 200]);
    const made = env.DB.prepare('SELECT count(*) AS count FROM departments WHERE name = ?1').bind(department);
    expect(await made.first<number>('count')).toBe(1);
  });

  it('refuses invalid fields by name, and writes nothing', async () => {
    const ana = await admin();
    const before = await everything();
    for (const [wrong, path] of [
      [{ name: ' ' }, 'name'],
      [{ email: 'nobody' }, 'email'],
      [{ roles: [] }, 'roles'],
      [{ roles: ['king'] }, 'roles.0'],
      [{ zone: 'Atlantis/Centre' }, 'zone'],
      [{ zone: 'PST' }, 'zone'],
      [{ zone: 'ist' }, 'zone'],
      [{ department: '' }, 'department'],
      [{ id: 'me' }, 'id'],
      [{ active: false }, 'active'],
    ] as const) {
      const answer = await hire(ana, newcomer(wrong));
      const { code, issues } = await answer.json<{ code: string; issues: { path: string }[] }>();
      expect([path, answer.status, code, issues[0]?.path]).toEqual([path, 400, 'invalid_input', path]);
    }
    expect(await everything()).toEqual(before);
  });
});

describe('editing a person', () => {
  it('is published to admins and to their own pages', async () => {
    const [ana, ben] = [await admin(), await someone({ name: 'Ben Okafor' })];
    const own = await listening(ben, `user.${ben.id}`);
    const before = await (await ask(`/people/${ben.id}`, { as: ana })).json<Person>();
    const answer = await edit(ana, ben.id, {
      ...details(before),
      position: 'Head nurse',
      seenAt: before.updatedAt,
    });
    expect(await recordOf(answer)).toMatchObject({ id: ben.id, position: 'Head nurse', name: 'Ben Okafor' });
    await own.until(() => own.events.length === 1);
    expect(own.events[0]).toMatchObject({ type: 'person.updated', data: { id: ben.id } });
  });

  it('never overwrites another person’s change', async () => {
    const [ana, cara, ben] = [await admin(), await admin(), await someone()];
    const before = await (await ask(`/people/${ben.id}`, { as: ana })).json<Person>();
    const change = (as: Someone, position: string) =>
      edit(as, ben.id, { ...details(before), position, seenAt: before.updatedAt });
    const answers = await Promise.all([change(ana, 'Nurse'), change(cara, 'Porter')]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const lost = answers.find(({ status }) => status === 409);
    const { code, current } = (await lost?.json<{ code: string; current: Person }>()) ?? {};
    expect(code).toBe('changed_meanwhile');
    expect(['Nurse', 'Porter']).toContain(current?.position);
  });

  it('refuses another person’s email, and an unknown person', async () => {
    const [ana, ben, eve] = [await admin(), await someone(), await someone()];
    const before = await (await ask(`/people/${ben.id}`, { as: ana })).json<Person>();
    const taken = await edit(ana, ben.id, { ...details(before), email: eve.email, seenAt: before.updatedAt });
    expect(await codeOf(taken)).toEqual([409, 'email_taken']);
    const unknown = await edit(ana, uuidv7(), { ...details(before), seenAt: before.updatedAt });
    expect(await codeOf(unknown)).toEqual([404, 'not_found']);
  });
});

describe('deactivating a person', () => {
  it('ends their sessions and sockets, and refuses them everywhere', async () => {
    const [ana, ben] = [await admin(), await someone()];
    const sockets = await Promise.all([
      listening(ben, `user.${ben.id}`),
      listening(ben, 'attendance'),
      listening(await signedIn(ben.id), 'presence'),
    ]);
    expect((await act(ana, ben.id, 'deactivate')).status).toBe(200);
    await Promise.all(sockets.map((socket) => socket.until(() => socket.closed !== undefined)));
    expect(sockets.map(({ closed }) => closed?.code)).toEqual([4001, 4001, 4001]);
    expect((await ask('/me', { as: ben })).status).toBe(401);
    expect((await ask('/people?state=inactive', { as: ana })).status).toBe(200);
    expect((await list(ana, `?state=inactive&q=${ben.email}`)).people.map(({ id }) => id)).toEqual([ben.id]);
    expect((await list(ana, `?q=${ben.email}`)).people).toEqual([]);
  });

  it('ends sockets also if the first order is lost', async () => {
    const [ana, ben] = [await admin(), await someone()];
    const socket = await listening(ben, 'attendance');
    let lost = 0;
    const get = (id: DurableObjectId) => ({
      revoke: (whose: { person: string }) =>
        (lost += 1) <= 4 ? Promise.reject(new Error('lost')) : env.CHANNELS.get(id).revoke(whose),
      deliver: (...events: Parameters<ReturnType<typeof env.CHANNELS.get>['deliver']>) =>
        env.CHANNELS.get(id).deliver(...events),
    });
    const channels = {
      idFromName: (name: string) => env.CHANNELS.idFromName(name),
      get,
    } as typeof env.CHANNELS;
    await impatiently(() =>
      ask(`/people/${ben.id}/deactivate`, {
        as: ana,
        json: {},
        key: newKey(),
        env: { ...env, CHANNELS: channels },
      }),
    );
    await socket.until(() => socket.closed !== undefined);
    expect(lost).toBeGreaterThan(4);
    expect(socket.closed?.code).toBe(4001);
  });

  it('keeps their record on the board', async () => {
    const [ana, ben] = [await admin(), await someone()];
    // In the small hours a check-in belongs to the day before.
    const { record } = await (await checkIn(ben)).json<{ record: { workDate: string } }>();
    await act(ana, ben.id, 'deactivate');
    const board = await (
      await ask(`/attendance/board?date=${record.workDate}`, { as: ana })
    ).json<{ records: { personId: string }[] }>();
    expect(board.records.some(({ personId }) => personId === ben.id)).toBe(true);
  });

  it('is refused for oneself and for the last admin', async () => {
    const ana = await admin();
    await env.DB.prepare(`UPDATE people SET active = 0 WHERE id <> ?1 AND roles LIKE '%admin%'`)
      .bind(ana.id)
      .run();
    expect(await codeOf(await act(ana, ana.id, 'deactivate'))).toEqual([409, 'not_oneself']);
    const cara = await admin();
    await env.DB.prepare('UPDATE people SET active = 0 WHERE id = ?1').bind(ana.id).run();
    const request = await act(cara, cara.id, 'deactivate');
    expect(await codeOf(request)).toEqual([409, 'not_oneself']);
    await env.DB.prepare('UPDATE people SET active = 1 WHERE id = ?1').bind(ana.id).run();
    const answers = await Promise.all([act(ana, cara.id, 'deactivate'), act(cara, ana.id, 'deactivate')]);
    expect(answers.map(({ status }) => status).filter((status) => status === 200)).toHaveLength(1);
    const left = await env.DB.prepare(
      `SELECT count(*) AS count FROM people, json_each(roles) WHERE active AND value = 'admin'`,
    ).first<number>('count');
    expect(left).toBe(1);
  });

  it('is undone by reactivating, after which they must sign in again', async () => {
    const [ana, ben] = [await admin(), await someone()];
    await act(ana, ben.id, 'deactivate');
    expect(await recordOf(await act(ana, ben.id, 'reactivate'))).toMatchObject({ active: true });
    expect((await ask('/me', { as: ben })).status).toBe(401);
    expect((await ask('/me', { as: await signedIn(ben.id) })).status).toBe(200);
    expect(await codeOf(await act(ana, ben.id, 'reactivate'))).toEqual([409, 'changed_meanwhile']);
  });

  it('takes effect once, and a repeated key gets the same answer', async () => {
    const [ana, ben, key] = [await admin(), await someone(), newKey()];
    const first = await recordOf(await act(ana, ben.id, 'deactivate', key));
    expect(await recordOf(await act(ana, ben.id, 'deactivate', key))).toEqual(first);
  });
});

describe('the list', () => {
  it('has pages by name, with each person once while people are added', async () => {
    const ana = await admin();
    const department = `Ward ${uuidv7()}`;
    for (const name of ['Émile', 'ana', 'Zoë', 'Ben', 'ben', 'Chi', 'Dora'])
      await hire(ana, newcomer({ name, department }));
    const found: ListedPerson[] = [];
    for (let more = true, after = ''; more;) {
      const page = await list(
        ana,
        `?department=${encodeURIComponent(department)}&limit=3${after && `&after=${after}`}`,
      );
      expect(page.total).toBeGreaterThanOrEqual(7);
      found.push(...page.people);
      ({ more } = page);
      after = found.at(-1)?.id ?? '';
      if (found.length === 3) await hire(ana, newcomer({ name: 'Aaron', department }));
    }
    expect(new Set(found.map(({ id }) => id)).size).toBe(found.length);
    expect(found.map(({ name }) => name.toLowerCase()).filter((name) => name !== 'aaron')).toEqual([
      ...['ana', 'ben', 'ben', 'chi', 'dora', 'émile', 'zoë'],
    ]);
  });

  it('is searched by words, not patterns, and filtered by department, category and role', async () => {
    const ana = await admin();
    const department = `Lab ${uuidv7()}`;
    await hire(
      ana,
      newcomer({ name: '100% Sure', department, category: 'Trainee', roles: ['host', 'employee'] }),
    );
    await hire(ana, newcomer({ name: '1000 Sure', department }));
    const names = async (query: string) =>
      (await list(ana, `?department=${encodeURIComponent(department)}&${query}`)).people.map(
        ({ name }) => name,
      );
    expect(await names(`q=${encodeURIComponent('100%')}`)).toEqual(['100% Sure']);
    expect(await names('q=sure')).toHaveLength(2);
    expect(await names('category=Trainee')).toEqual(['100% Sure']);
    expect(await names('role=host')).toEqual(['100% Sure']);
    expect(await names('q=_')).toEqual([]);
    expect(await names('q=%22')).toEqual([]);
    expect((await ask('/people?state=gone', { as: ana })).status).toBe(400);
  });

  it('ignores accents in a search by words, also after a change', async () => {
    const ana = await admin();
    const department = `Küche ${uuidv7()}`;
    const [jana, max] = [
      newcomer({ name: 'Jana Kovač', department }),
      newcomer({ name: 'Max Muller', department }),
    ];
    await hire(ana, jana);
    await hire(ana, max);
    const found = async (q: string) =>
      (
        await list(ana, `?department=${encodeURIComponent(department)}&q=${encodeURIComponent(q)}`)
      ).people.map(({ name }) => name);
    expect(await found('kovac')).toEqual(['Jana Kovač']);
    expect(await found('KOVAČ  jan')).toEqual(['Jana Kovač']);
    expect(await found('Müller')).toEqual(['Max Muller']);
    expect(await found('kuche')).toHaveLength(2);
    expect(await found('kovac max')).toEqual([]);
    const seenAt = (await list(ana, `?q=${max.id}`)).people[0]?.updatedAt ?? 0;
    const { roles: _roles, id: _id, ...known } = max;
    expect((await edit(ana, max.id, { ...known, name: 'Max Łukasz', seenAt })).status).toBe(200);
    expect(await found('lukasz')).toEqual(['Max Łukasz']);
    expect(await found('muller')).toEqual([]);
  });

  it('ignores accents for people without a search key after the job has run', async () => {
    const ana = await admin();
    const ben = await someone({ name: 'Bén Strauß' });
    const found = async (q: string) => (await list(ana, `?q=${q}`)).people.map(({ id }) => id);
    expect(await found(ben.id)).toEqual([ben.id]);
    expect(await found(`strauss%20${ben.id}`)).toEqual([]);
    await writeKeys(scopeOf(ana, Date.now()));
    expect(await found(`strauss%20${ben.id}`)).toEqual([ben.id]);
  });
});
