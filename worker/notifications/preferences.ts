/** The kinds of notification that a person has muted. */
import * as v from 'valibot';
import { NotificationKind, Preferences } from '../contract/notifications/notifications';
import { ask, type Fact, map, type Query, query, rows } from '../db/queries';
import type { Change } from '../live/commit';
import type { Scope } from '../scope';

export const preferences = ({ d1, me }: Scope): Promise<Preferences> => ask(d1, preferencesOf(d1, me.id));

const preferencesOf = (d1: D1Database, who: string): Fact<Preferences> =>
  map(rows<{ kind: string }>(d1, 'SELECT kind FROM muted_kinds WHERE person_id = ?1', [who]), (kinds) => {
    const muted = new Set(kinds.map(({ kind }) => kind));
    return { muted: NotificationKind.options.filter((kind) => muted.has(kind)) };
  });

/**
 * Mutes exactly these kinds. Each kind that changes has its own journal entry.
 * @throws Refusal `changed_meanwhile` if other tabs are faster at every try, `key_reused`, `unavailable`
 */
export async function prefer(scope: Scope, { muted }: Preferences): Promise<Preferences> {
  const { after } = await scope.commitIfNeeded({
    subject: subjectOf(scope.me.id),
    action: 'preferences.updated',
    facts: preferencesOf,
    decide(before, me) {
      const changes = changesOf(me.id, before.muted, muted);
      return changes.length === 0 ? { unchanged: before } : { changes };
    },
  });
  return v.parse(Preferences, after);
}

const subjectOf = (person: string) => `preferences/${person}`;

function changesOf(
  who: string,
  before: readonly NotificationKind[],
  after: readonly NotificationKind[],
): Change[] {
  let muted = [...before];
  const change = (write: Query, then: NotificationKind[]): Change => {
    const it = { action: 'preferences.updated', subject: subjectOf(who), before: { muted } };
    muted = then;
    return { ...it, write, after: { muted } satisfies Preferences };
  };
  return [
    ...after
      .filter((kind) => !before.includes(kind))
      .map((kind) =>
        change(query('INSERT INTO muted_kinds (person_id, kind) VALUES (?1, ?2)', [who, kind]), [
          ...muted,
          kind,
        ]),
      ),
    ...before
      .filter((kind) => !after.includes(kind))
      .map((kind) =>
        change(
          query('DELETE FROM muted_kinds WHERE person_id = ?1 AND kind = ?2', [who, kind]),
          muted.filter((each) => each !== kind),
        ),
      ),
  ];
}
