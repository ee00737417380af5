/** Courses, groups and who belongs to them. From when somebody belongs decides which sessions count for them. */
import type {
  Catalogue,
  Course,
  Enrol,
  Enrolled,
  Group,
  Members,
  PutCourse,
  PutGroup,
} from '../../contract/sessions/roster/courses';
import { emailOf } from '../../contract/email';
import type { Named } from '../../contract/sessions/sessions';
import type { Publication } from '../../contract/events';
import { rolesWith } from '../../contract/roles';
import { cleaned } from '../../contract/text';
import { type Query, query, rowsOf } from '../../db/client';
import { headsAt, readHeads } from '../../live/replay';
import type { Answer } from '../../live/commit';
import { Refusal } from '../../refusal';
import type { Scope } from '../../scope';

const catalogueUpdated: Publication = { channel: 'sessions', type: 'catalogue.updated', data: {} };
const GROUP = `SELECT groups.id, name, groups.active,
  (SELECT count(*) FROM group_members JOIN people ON people.id = person_id AND people.active
   WHERE group_id = groups.id AND until IS NULL) AS people FROM groups`;

type Flagged<T extends { active: boolean }> = Omit<T, 'active'> & { active: number };
const flagged = <T extends { active: boolean }>(row: Flagged<T>) => ({ ...row, active: row.active === 1 });

/** All there is to plan a session with, whatever is retired included: sessions keep it. */
export async function catalogue({ d1, me, now }: Scope): Promise<Catalogue> {
  const [heads, courses, groups, hosts] = await d1.batch([
    headsAt(d1, 'sessions'),
    d1.prepare('SELECT id, name, threshold, active FROM courses ORDER BY active DESC, name COLLATE NOCASE'),
    d1.prepare(`${GROUP} ORDER BY groups.active DESC, name COLLATE NOCASE`),
    d1
      .prepare(
        `SELECT id, name FROM people WHERE active AND EXISTS
           (SELECT 1 FROM json_each(roles) AS role WHERE role.value IN (SELECT value FROM json_each(?1)))
         ORDER BY sort_key, id`,
      )
      .bind(JSON.stringify(rolesWith('sessions.host'))),
  ]);
  return {
    at: readHeads(heads),
    now: now(),
    zone: me.settings.zone,
    courses: rowsOf<Flagged<Course>>(courses).map((row) => flagged<Course>(row)),
    groups: rowsOf<Flagged<Group>>(groups).map((row) => flagged<Group>(row)),
    hosts: rowsOf<Named>(hosts),
  };
}

/** Makes or changes a course. @throws Refusal `name_taken`, `key_reused`, `unavailable` */
export async function putCourse(scope: Scope, id: string, it: PutCourse): Promise<Answer> {
  const write = query(
    `INSERT INTO courses (id, name, threshold, active) VALUES (?1, ?2, ?3, ?4)
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, threshold = excluded.threshold, active = excluded.active`,
    ...[id, it.name, it.threshold, it.active ? 1 : 0],
  );
  return put(scope, write, 'course.set', `course/${id}`, { id, ...it });
}

/** Makes or changes a group. @throws Refusal `name_taken`, `key_reused`, `unavailable` */
export async function putGroup(scope: Scope, id: string, it: PutGroup): Promise<Answer> {
  const write = query(
    `INSERT INTO groups (id, name, active) VALUES (?1, ?2, ?3)
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, active = excluded.active`,
    ...[id, it.name, it.active ? 1 : 0],
  );
  return put(scope, write, 'group.set', `group/${id}`, { id, ...it });
}

async function put(
  scope: Scope,
  write: Query,
  action: string,
  subject: string,
  after: object,
): Promise<Answer> {
  const before = await scope.d1
    .prepare('SELECT after FROM journal WHERE subject = ?1 AND action = ?2 ORDER BY id DESC LIMIT 1')
    .bind(subject, action)
    .first<string>('after');
  const answer = await scope.attempt({
    at: scope.now(),
    changes: [{ write, action, subject, before: before === null ? null : JSON.parse(before), after }],
    publish: [catalogueUpdated],
  });
  if (!answer) throw new Refusal('name_taken');
  return answer;
}

/** Who belongs to a group now, by name. @throws Refusal `not_found` */
export async function membersOf({ d1 }: Scope, id: string): Promise<Members> {
  const [groups, members] = await d1.batch([
    d1.prepare(`${GROUP} WHERE groups.id = ?1`).bind(id),
    d1
      .prepare(
        `SELECT p.id, p.name, department, position, category, image AS photo, email, since
         FROM group_members JOIN people AS p ON p.id = person_id AND p.active WHERE group_id = ?1 AND until IS NULL
         ORDER BY p.sort_key, p.id`,
      )
      .bind(id),
  ]);
  const [group] = rowsOf<Flagged<Group>>(groups);
  if (!group) throw new Refusal('not_found');
  type Row = Members['members'][number]['person'] & { email: string; since: number };
  return {
    group: flagged<Group>(group),
    members: rowsOf<Row>(members).map(({ email, since, ...person }) => ({ person, email, since })),
  };
}

/**
 * Puts people into a group by their emails; each line has its own outcome, and a dry run writes nothing. Whoever had left
 * belongs again from then on.
 * @throws Refusal `not_found`, `changed_meanwhile`, `key_reused`, `unavailable`
 */
export async function enrol(scope: Scope, id: string, { since, dryRun, rows }: Enrol): Promise<Enrolled> {
  const { members } = await membersOf(scope, id);
  const emails = rows.map(({ email }) => emailOf(email) ?? cleaned(email.trim()));
  const { results } = await scope.d1
    .prepare('SELECT id, name, email FROM people WHERE active AND email IN (SELECT value FROM json_each(?1))')
    .bind(JSON.stringify(emails))
    .all<{ id: string; name: string; email: string }>();
  const known = new Map(results.map((person) => [person.email, person]));
  const there = new Set(members.map(({ person }) => person.id));
  const fresh: string[] = [];
  const told = rows.map(({ line }, index): Enrolled['rows'][number] => {
    const email = emails[index] ?? '';
    const person = known.get(email);
    if (!person) return { line, outcome: 'refused', words: `${email || 'This line'} belongs to no person` };
    if (there.has(person.id)) return { line, outcome: 'there', words: person.name };
    there.add(person.id);
    fresh.push(person.id);
    return { line, outcome: dryRun ? 'would_enrol' : 'enrolled', words: person.name };
  });
  if (dryRun || fresh.length === 0) return { rows: told };
  await belonging(scope, id, fresh, {
    action: 'group.joined',
    write: query(
      `INSERT INTO group_members (group_id, person_id, since) SELECT ?1, value, ?2 FROM json_each(?3) WHERE true
       ON CONFLICT (group_id, person_id, since) DO UPDATE SET until = NULL`,
      ...[id, since, JSON.stringify(fresh)],
    ),
    after: { since },
  });
  return { rows: told };
}

/** Takes somebody out of a group: sessions from now on do not count. @throws Refusal `changed_meanwhile` for whoever is not in it */
export async function leave(scope: Scope, id: string, personId: string): Promise<Answer> {
  const at = scope.now();
  return belonging(scope, id, [personId], {
    action: 'group.left',
    write: query(
      'UPDATE group_members SET until = ?3 WHERE group_id = ?1 AND person_id = ?2 AND until IS NULL',
      ...[id, personId, at],
    ),
    after: { until: at },
  });
}

async function belonging(
  scope: Scope,
  id: string,
  people: readonly string[],
  { action, write, after }: { action: string; write: Query; after: object },
): Promise<Answer> {
  const entries = people.map((personId) => ({
    subject: `group/${id}/${personId}`,
    before: null,
    after: { groupId: id, personId, ...after },
  }));
  const [first, ...more] = entries;
  if (!first) throw new Refusal('not_found');
  const answer = await scope.attempt({
    at: scope.now(),
    changes: [{ write, action, ...first, more }],
    publish: [catalogueUpdated],
  });
  if (!answer) throw new Refusal('changed_meanwhile');
  return answer;
}
