/**
 * Erases a person: their name, contacts, photos, notes and sessions, and the contents of journal entries about them. Rows that
 * are counted stay under a pseudonym. R2 keeps the list of erased people, since a restored database knows erased people again.
 */
import type { Person } from '../../contract/people/people';
import { ask, type Fact, query, row, together } from '../../db/queries';
import type { Answer } from '../../live/commit';
import { committing, type Plan } from '../../live/decision';
import { logFailure } from '../../log';
import { Refusal } from '../../refusal';
import type { Scope } from '../../scope';
import { rosterUpdated } from '../../settings/plan';
import { laterThan, peopleWhere, personSubject, personUpdated } from '../people';
import { orphaned } from '../photos/store';
import { keysOf } from '../search';
import { entriesErased, erasedEmail, personal, personalEntries } from './personal';

const LIST = 'erasures/';
/** People that one run of the job erases again. */
const AT_ONCE = 10;

interface Found {
  people: Person[];
  erased: { at: number | null } | undefined;
  entries: number[];
}

const found = (d1: D1Database, id: string): Fact<Found> =>
  together({
    people: peopleWhere(d1, 'id = ?1', id),
    erased: row<{ at: number | null }>(d1, 'SELECT erased_at AS at FROM people WHERE id = ?1', [id]),
    entries: personalEntries(d1, id),
  });

/**
 * Erases a deactivated person for ever.
 * @throws Refusal `not_oneself`, `not_found`, `still_active`, `changed_meanwhile`
 */
export async function erasePerson(scope: Scope, id: string, reason: string): Promise<Answer> {
  if (id === scope.me.id) throw new Refusal('not_oneself');
  const answer = await scope.commit({
    subject: personSubject(id),
    action: 'person.erased',
    facts: (d1) => found(d1, id),
    decide({ people: [person], erased, entries }, _me, now) {
      if (!person) throw new Refusal('not_found');
      if (typeof erased?.at === 'number') return { done: 'person.erased' };
      if (person.active) throw new Refusal('still_active', { current: person });
      return erasing(person, entries, { reason, now });
    },
  });
  await list(scope, id, answer.receipt.at);
  return answer;
}

function erasing(
  person: Person,
  entries: readonly number[],
  { reason, now }: { reason: string; now: number },
): Plan {
  const { id } = person;
  const at = laterThan(person, now);
  const after: Person = {
    ...person,
    name: `Erased person ${id.slice(-4)}`,
    email: erasedEmail(id),
    active: false,
    position: null,
    staffNumber: null,
    photo: null,
    updatedAt: at,
  };
  const { search, sortKey } = keysOf(after);
  return {
    at,
    write: query(
      `UPDATE people SET name = ?2, email = ?3, email_verified = 0, active = 0, position = NULL, staff_number = NULL,
         image = NULL, search = ?4, sort_key = ?5, erased_at = ?6, updated_at = ?6
       WHERE id = ?1 AND updated_at = ?7 AND image IS ?8 AND erased_at IS NULL`,
      [id, after.name, after.email, search, sortKey, at, person.updatedAt ?? 0, person.photo],
    ),
    before: null,
    after: { personId: id, reason, entries },
    publish: [...personUpdated(after), rosterUpdated],
    also: [
      ...entriesErased.ask().flat(),
      ...orphaned(`people/${id}`, person.photo),
      ...personal
        .ask()
        .flatMap(
          ({ erase }) => erase?.({ id, email: person.email, name: person.name, pseudonym: after.name }) ?? [],
        ),
    ],
  };
}

const list = (scope: Scope, id: string, at: number) =>
  scope.env.PHOTOS.put(`${LIST}${id}`, JSON.stringify({ personId: id, at })).catch((error: unknown) => {
    // The job writes it.
    logFailure('error', { message: 'erasure not listed', request: scope.request, error });
  });

/** Compares the list with the database: it lists what is missing there, and erases again what a restored database knows again. */
export async function applyErasures(scope: Scope): Promise<void> {
  await eraseListed(scope);
}

/** @returns how many of the list were known when it began, at most as many as one run erases */
export async function eraseListed(scope: Scope): Promise<number> {
  const { d1, env } = scope;
  const listed = await listedIds(env.PHOTOS);
  const [erased, known] = await d1.batch<{ id: string; at: number }>([
    d1.prepare('SELECT id, erased_at AS at FROM people WHERE erased_at IS NOT NULL'),
    d1
      .prepare(
        `SELECT id FROM people WHERE id IN (SELECT value FROM json_each(?1)) AND erased_at IS NULL LIMIT ${AT_ONCE}`,
      )
      .bind(JSON.stringify([...listed])),
  ]);
  for (const { id, at } of erased?.results ?? []) if (!listed.has(id)) await list(scope, id, at);
  for (const { id } of known?.results ?? []) await eraseAgain(scope, id);
  return known?.results.length ?? 0;
}

async function listedIds(bucket: R2Bucket): Promise<Set<string>> {
  const ids = new Set<string>();
  const options: R2ListOptions = { prefix: LIST };
  for (;;) {
    const page = await bucket.list(options);
    for (const { key } of page.objects) ids.add(key.slice(LIST.length));
    if (!page.truncated) return ids;
    options.cursor = page.cursor;
  }
}

async function eraseAgain(scope: Scope, id: string): Promise<void> {
  const now = scope.now();
  const { people, entries } = await ask(scope.d1, found(scope.d1, id));
  const [person] = people;
  if (!person) return;
  const plan = erasing(person, entries, { reason: 'Erased again after a restore', now });
  const own = { subject: personSubject(id), action: 'person.erased' };
  const answer = await scope.attempt(committing(plan, own, now));
  if (answer) await scope.revoke(id, { person: id });
}
