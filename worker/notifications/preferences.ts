/** Which kinds of notification a person does not want. */
import { and, eq } from 'drizzle-orm';
import * as v from 'valibot';
import { NotificationKind, Preferences } from '../contract/notifications/notifications';
import { mutedKinds } from '../db/schema';
import type { Change } from '../live/commit';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';

export async function preferences(scope: Scope): Promise<Preferences> {
  const rows = await scope.db
    .select({ kind: mutedKinds.kind })
    .from(mutedKinds)
    .where(eq(mutedKinds.personId, scope.me.id));
  const muted = new Set(rows.map(({ kind }) => kind));
  return { muted: NotificationKind.options.filter((kind) => muted.has(kind)) };
}

/**
 * Mutes exactly these kinds. Each that is muted or wanted again is a change with a journal entry of its own.
 * @throws Refusal `changed_meanwhile` when another tab changes them at the same moment, `key_reused`, `unavailable`
 */
export async function prefer(scope: Scope, wanted: Preferences): Promise<Preferences> {
  const now = await preferences(scope);
  const changes = changesOf(scope, now.muted, wanted.muted);
  if (changes.length === 0) return now;
  const answer = await scope.attempt({ at: scope.now(), changes, publish: [] });
  if (!answer) throw new Refusal('changed_meanwhile', { current: await preferences(scope) });
  return v.parse(Preferences, answer.after);
}

function changesOf(
  { db, me }: Scope,
  before: readonly NotificationKind[],
  wanted: readonly NotificationKind[],
): Change[] {
  let muted = [...before];
  const change = (write: Change['write'], then: NotificationKind[]): Change => {
    const it = { action: 'preferences.updated', subject: `preferences/${me.id}`, before: { muted } };
    muted = then;
    return { ...it, write, after: { muted } satisfies Preferences };
  };
  return [
    ...wanted
      .filter((kind) => !before.includes(kind))
      .map((kind) => change(db.insert(mutedKinds).values({ personId: me.id, kind }), [...muted, kind])),
    ...before
      .filter((kind) => !wanted.includes(kind))
      .map((kind) =>
        change(
          db.delete(mutedKinds).where(and(eq(mutedKinds.personId, me.id), eq(mutedKinds.kind, kind))),
          muted.filter((each) => each !== kind),
        ),
      ),
  ];
}
