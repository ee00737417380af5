/** Adds people to a group by the emails of a file. */
import { emailOf } from '../../contract/email';
import { can } from '../../contract/roles';
import type { Enrol, Enrolled } from '../../contract/sessions/roster/courses';
import { sanitized } from '../../contract/text';
import { ask, type Found, query, rows, together } from '../../db/queries';
import { counted } from '../../people/sign-in/throttle';
import type { Scope } from '../../scope';
import { catalogueUpdated, groupFact, membership } from './catalogue';

/** Emails of a class may be unknown, but not as many as someone tries who looks for people. */
const UNKNOWN_A_DAY = 500;
const DAY_MS = 86_400_000;

/**
 * Adds people to a group by their emails. Each line has its own outcome; a dry run writes nothing, and says only to those who see the
 * list of people whose email is known. A person who had left is a member again from `since` on.
 * @throws Refusal `not_found`; `too_many_tries` after 500 unknown emails a day
 */
export async function enrol(scope: Scope, id: string, input: Enrol): Promise<Enrolled> {
  const { since, dryRun } = input;
  const emails = input.rows.map(({ email }) => emailOf(email) ?? sanitized(email.trim()));
  const facts = (d1: D1Database) => enrolFacts(d1, id, emails);
  const trusted = can(scope.me, 'people.manage');
  if (dryRun) return { rows: judged(input, emails, await ask(scope.d1, facts(scope.d1)), trusted).outcomes };
  if (!trusted) await countUnknown(scope, emails);
  let outcomes: Enrolled['rows'] = [];
  await scope.commitIfNeeded({
    subject: `group/${id}`,
    action: 'group.joined',
    facts,
    decide(found) {
      const { fresh, ...its } = judged(input, emails, found, true);
      outcomes = its.outcomes;
      const entries = fresh.map((personId) => membership(id, personId, { since }));
      const [first, ...more] = entries;
      if (!first) return { unchanged: null };
      return {
        ...first,
        more,
        // The index one_membership_a_person refuses a second membership when two requests race.
        write: query(
          `INSERT INTO group_members (group_id, person_id, since) SELECT ?1, value, ?2 FROM json_each(?3) WHERE true
           ON CONFLICT (group_id, person_id, since) DO UPDATE SET until = NULL`,
          [id, since, JSON.stringify(fresh)],
        ),
        publish: [catalogueUpdated],
      };
    },
  });
  return { rows: outcomes };
}

/** Before anything is answered, also of many requests at once. @throws Refusal `too_many_tries` */
async function countUnknown(scope: Scope, emails: readonly string[]): Promise<void> {
  const limit = { key: `unknown emails ${scope.me.id}`, most: UNKNOWN_A_DAY, windowMs: DAY_MS };
  const many = {
    sql: `SELECT count(*) FROM json_each(?3) AS email
      WHERE NOT EXISTS (SELECT 1 FROM people WHERE people.email = email.value AND active)`,
    value: JSON.stringify(emails),
  };
  await scope.ask(counted(scope.d1, limit, scope.now(), many));
}

const enrolFacts = (d1: D1Database, id: string, emails: readonly string[]) =>
  together({
    group: groupFact(d1, id),
    members: rows<{ id: string }>(
      d1,
      `SELECT person_id AS id FROM group_members JOIN people ON people.id = person_id AND people.active
       WHERE group_id = ?1 AND until IS NULL`,
      [id],
    ),
    people: rows<{ id: string; name: string; email: string }>(
      d1,
      'SELECT id, name, email FROM people WHERE active AND email IN (SELECT value FROM json_each(?1))',
      [JSON.stringify(emails)],
    ),
  });

/** Each line's outcome, and the ids of people to add. @param tells whether an outcome may depend on who is known */
function judged(
  { dryRun, rows: lines }: Enrol,
  emails: readonly string[],
  { members, people }: Found<ReturnType<typeof enrolFacts>>,
  tells: boolean,
): { outcomes: Enrolled['rows']; fresh: string[] } {
  const known = new Map(people.map((person) => [person.email, person]));
  const there = new Set(members.map((member) => member.id));
  const fresh: string[] = [];
  const outcomes = lines.map(({ line }, index): Enrolled['rows'][number] => {
    const email = emails[index] ?? '';
    const person = known.get(email);
    // The same for every email that could be someone's; a second line of it adds no one.
    if (!tells && !(person && there.has(person.id)) && emailOf(email) !== undefined) {
      const again = emails.indexOf(email) < index;
      return { line, outcome: again ? 'there' : 'would_enrol', words: email };
    }
    if (!person) return { line, outcome: 'refused', words: `${email || 'This line'} belongs to no person` };
    if (there.has(person.id)) return { line, outcome: 'there', words: person.name };
    there.add(person.id);
    fresh.push(person.id);
    return { line, outcome: dryRun ? 'would_enrol' : 'enrolled', words: person.name };
  });
  return { outcomes, fresh };
}
