/** Courses, groups and their members. The start of a membership decides which sessions count for the person. */
import type {
  Catalogue,
  Course,
  Group,
  Members,
  PutCourse,
  PutGroup,
} from '../../contract/sessions/roster/courses';
import type { Named } from '../../contract/sessions/sessions';
import type { Publication } from '../../contract/events';
import { rolesWith } from '../../contract/roles';
import { ask, type Fact, map, type Query, query, row, rows, together } from '../../db/queries';
import type { Answer } from '../../live/commit';
import { Refusal } from '../../refusal';
import { headsIn } from '../../live/replay';
import type { Scope } from '../../scope';

export const catalogueUpdated: Publication = { channel: 'sessions', type: 'catalogue.updated', data: {} };
const GROUP = `SELECT groups.id, name, groups.active,
  (SELECT count(*) FROM group_members JOIN people ON people.id = person_id AND people.active
   WHERE group_id = groups.id AND until IS NULL) AS people FROM groups`;

type Flagged<T extends { active: boolean }> = Omit<T, 'active'> & { active: number };
const flagged = <T extends { active: boolean }>(it: Flagged<T>) => ({ ...it, active: it.active === 1 });

export const groupFact = (d1: D1Database, id: string): Fact<Group> =>
  map(row<Flagged<Group>>(d1, `${GROUP} WHERE groups.id = ?1`, [id]), (found) => {
    if (!found) throw new Refusal('not_found');
    return flagged<Group>(found);
  });

/** Courses, groups and possible hosts. It lists retired ones too, because old sessions name them. */
export async function catalogue({ d1, me, now }: Scope): Promise<Catalogue> {
  const { at, courses, groups, hosts } = await ask(
    d1,
    together({
      at: headsIn(d1, 'sessions'),
      courses: rows<Flagged<Course>>(
        d1,
        'SELECT id, name, threshold, active FROM courses ORDER BY active DESC, name COLLATE NOCASE',
      ),
      groups: rows<Flagged<Group>>(d1, `${GROUP} ORDER BY groups.active DESC, name COLLATE NOCASE`),
      hosts: rows<Named>(
        d1,
        `SELECT id, name FROM people WHERE active AND EXISTS
           (SELECT 1 FROM json_each(roles) AS role WHERE role.value IN (SELECT value FROM json_each(?1)))
         ORDER BY sort_key, id`,
        [JSON.stringify(rolesWith('sessions.host'))],
      ),
    }),
  );
  return {
    at,
    now: now(),
    zone: me.settings.zone,
    courses: courses.map((it) => flagged<Course>(it)),
    groups: groups.map((it) => flagged<Group>(it)),
    hosts,
  };
}

/** Creates or changes a course. @throws Refusal `name_taken` */
export const putCourse = (scope: Scope, id: string, it: PutCourse): Promise<Answer> => {
  const write = query(
    `INSERT INTO courses (id, name, threshold, active) VALUES (?1, ?2, ?3, ?4)
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, threshold = excluded.threshold, active = excluded.active`,
    [id, it.name, it.threshold, it.active ? 1 : 0],
  );
  return put(scope, 'course', { id, ...it }, write);
};

/** Creates or changes a group. @throws Refusal `name_taken` */
export const putGroup = (scope: Scope, id: string, it: PutGroup): Promise<Answer> => {
  const write = query(
    `INSERT INTO groups (id, name, active) VALUES (?1, ?2, ?3)
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, active = excluded.active`,
    [id, it.name, it.active ? 1 : 0],
  );
  return put(scope, 'group', { id, ...it }, write);
};

/** The table's unique index refuses a name that two requests race for. */
function put(
  scope: Scope,
  kind: 'course' | 'group',
  after: { id: string; name: string },
  write: Query,
): Promise<Answer> {
  const { id, name } = after;
  const subject = `${kind}/${id}`;
  const action = `${kind}.set`;
  return scope.commit({
    subject,
    action,
    facts: (d1) =>
      together({
        last: row<{ after: string }>(
          d1,
          'SELECT after FROM journal WHERE subject = ?1 AND action = ?2 ORDER BY id DESC LIMIT 1',
          [subject, action],
        ),
        taken: row(d1, `SELECT 1 FROM ${kind}s WHERE id <> ?1 AND name = ?2 COLLATE NOCASE`, [id, name]),
      }),
    decide({ last, taken }) {
      if (taken) throw new Refusal('name_taken');
      return { write, before: last ? JSON.parse(last.after) : null, after, publish: [catalogueUpdated] };
    },
  });
}

/** The present members of a group, by name. @throws Refusal `not_found` */
export async function membersOf({ d1 }: Scope, id: string): Promise<Members> {
  type Row = Members['members'][number]['person'] & { email: string; since: number };
  const { group, members } = await ask(
    d1,
    together({
      group: groupFact(d1, id),
      members: rows<Row>(
        d1,
        `SELECT p.id, p.name, department, position, category, image AS photo, email, since
         FROM group_members JOIN people AS p ON p.id = person_id AND p.active WHERE group_id = ?1 AND until IS NULL
         ORDER BY p.sort_key, p.id`,
        [id],
      ),
    }),
  );
  return { group, members: members.map(({ email, since, ...person }) => ({ person, email, since })) };
}

/** Ends a membership; later sessions do not count. @throws Refusal `changed_meanwhile` for a person who is no member */
export function leave(scope: Scope, id: string, personId: string): Promise<Answer> {
  let first: number | undefined;
  const own = membership(id, personId);
  return scope.commit({
    subject: own.subject,
    action: 'group.left',
    facts: (d1) =>
      row<{ since: number }>(
        d1,
        'SELECT since FROM group_members WHERE group_id = ?1 AND person_id = ?2 AND until IS NULL',
        [id, personId],
      ),
    decide(member, _me, now) {
      // A person who left and joined again since the first read has another membership, which this request must not end.
      if (!member || member.since !== (first ??= member.since)) throw new Refusal('changed_meanwhile');
      return {
        ...membership(id, personId, { until: now }),
        write: query(
          'UPDATE group_members SET until = ?4 WHERE group_id = ?1 AND person_id = ?2 AND since = ?3 AND until IS NULL',
          [id, personId, member.since, now],
        ),
        publish: [catalogueUpdated],
      };
    },
  });
}

/** A membership's journal entry. */
export const membership = (
  groupId: string,
  personId: string,
  change: { since?: number; until?: number } = {},
) => ({
  subject: `group/${groupId}/${personId}`,
  before: null,
  after: { groupId, personId, ...change },
});
