/** Customers' screens: an admin creates and revokes links that show numbers. Only a token's SHA-256 is stored. */
import * as v from 'valibot';
import { displayOfSession, displaySession } from '../../contract/channels';
import {
  Display,
  type DisplayChange,
  type DisplayList,
  type NewDisplay,
} from '../../contract/sales/displays/displays';
import { Named } from '../../contract/sessions/sessions';
import { ask, type Fact, map, query, row, rows, together, type Value } from '../../db/queries';
import type { Answer } from '../../live/commit';
import { guarded, ofAddress, settle } from '../../people/sign-in/throttle';
import { Refusal } from '../../refusal';
import type { Scope } from '../../scope';
import { json } from '../rows';

const DISPLAY = `SELECT displays.id, displays.name, displays.created_at AS createdAt, people.name AS createdBy,
  opened_at AS openedAt, revoked_at AS revokedAt,
  (SELECT json_object('id', id, 'name', name) FROM places WHERE id = displays.place_id) AS place
  FROM displays JOIN people ON people.id = created_by`;

const INSERT = `INSERT INTO displays (id, name, hash, place_id, created_at, created_by)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6)`;

const Row = v.object({ ...Display.entries, place: v.nullable(json(Named)) });

/** @param which SQL after the FROM: a WHERE, an ORDER BY */
const displaysIn = (d1: D1Database, which: string, params?: readonly Value[]): Fact<Display[]> =>
  map(rows(d1, `${DISPLAY} ${which}`, params), (found) => v.parse(v.array(Row), found));

/** The screen of a token's hash, unless it is revoked. */
const displayWith = (d1: D1Database, hash: string): Fact<Display | undefined> =>
  map(displaysIn(d1, 'WHERE hash = ?1 AND revoked_at IS NULL', [hash]), ([it]) => it);

export const openedDisplay = (d1: D1Database, hash: string): Promise<Display | undefined> =>
  ask(d1, displayWith(d1, hash));

/** Filters these sessions to those of screens that are not revoked. */
export async function unrevokedDisplays(d1: D1Database, sessions: readonly string[]): Promise<string[]> {
  const ids = sessions.flatMap((session) => displayOfSession(session) ?? []);
  const { results } = await d1
    .prepare('SELECT id FROM displays WHERE id IN (SELECT value FROM json_each(?1)) AND revoked_at IS NULL')
    .bind(JSON.stringify(ids))
    .all<{ id: string }>();
  return results.map(({ id }) => displaySession(id));
}

const subjectOf = (id: string) => `display/${id}`;

export async function allDisplays({ d1 }: Scope): Promise<DisplayList> {
  const newestFirst = 'ORDER BY revoked_at IS NOT NULL, displays.created_at DESC, displays.id LIMIT 200';
  return { displays: await ask(d1, displaysIn(d1, newestFirst)) };
}

/**
 * Creates a screen; the token of that hash opens it.
 * @throws Refusal `not_found` for an unknown place, `id_taken`
 */
export async function createDisplay(
  scope: Scope,
  { id, name, placeId, hash }: NewDisplay,
): Promise<DisplayChange> {
  const answer = await scope.commit({
    subject: subjectOf(id),
    action: 'display.created',
    facts: (d1) =>
      together({
        place: row<Named>(d1, 'SELECT id, name FROM places WHERE id = ?1', [placeId]),
        taken: row(d1, 'SELECT 1 FROM displays WHERE id = ?1 OR hash = ?2', [id, hash]),
      }),
    decide({ place = null, taken }, me, now) {
      if (placeId !== null && !place) throw new Refusal('not_found', { detail: 'There is no such place.' });
      if (taken) throw new Refusal('id_taken');
      const createdBy = me.name;
      const after: Display = { id, name, place, createdAt: now, createdBy, openedAt: null, revokedAt: null };
      return {
        write: query(INSERT, [id, name, hash, placeId, now, me.id]),
        before: null,
        after,
      };
    },
  });
  return changed(answer);
}

/**
 * Revokes a screen permanently. A repeated request gets the first answer and closes the sockets again.
 * @throws Refusal `not_found`
 */
export async function revokeDisplay(scope: Scope, id: string): Promise<DisplayChange> {
  const answer = await scope.commit({
    subject: subjectOf(id),
    action: 'display.revoked',
    facts: (d1) => displaysIn(d1, 'WHERE displays.id = ?1', [id]),
    decide([before], _me, now) {
      if (!before) throw new Refusal('not_found');
      if (before.revokedAt !== null) return { done: 'display.revoked' };
      return {
        write: query('UPDATE displays SET revoked_at = ?2 WHERE id = ?1 AND revoked_at IS NULL', [id, now]),
        before,
        after: { ...before, revokedAt: now } satisfies Display,
      };
    },
  });
  await scope.turnOff('display', displaySession(id));
  return changed(answer);
}

/**
 * Opens a screen by its link's token; the journal records the first time.
 * @param hash SHA-256 of the token
 * @throws Refusal `display_revoked`, also for an unknown link; `too_many_tries`
 */
export async function openDisplay(scope: Scope, hash: string, address: string): Promise<void> {
  const limits = [ofAddress(address)];
  const before = await ask(scope.d1, guarded(scope.d1, limits, scope.now(), displayWith(scope.d1, hash)));
  if (!before) {
    await settle(scope, limits);
    throw new Refusal('display_revoked');
  }
  if (before.openedAt !== null) return;
  const at = scope.now();
  // Of two screens at the same moment one records the opening; both are open.
  await scope.attempt({
    at,
    changes: [
      {
        write: query('UPDATE displays SET opened_at = ?2 WHERE id = ?1 AND opened_at IS NULL', [
          before.id,
          at,
        ]),
        action: 'display.opened',
        subject: subjectOf(before.id),
        before,
        after: { ...before, openedAt: at } satisfies Display,
      },
    ],
    publish: [],
  });
}

const changed = ({ after, receipt }: Answer): DisplayChange => ({
  display: v.parse(Display, after),
  receipt,
});
