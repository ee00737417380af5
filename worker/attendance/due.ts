/**
 * What ends by itself: stays that nobody ended, breaks at their allowance. One commit each, so that each has its own entry
 * in the journal and one person's own act, made at the same moment, undoes nothing of the others'.
 */
import type { Break } from '../contract/attendance/attendance';
import { isOverdue } from '../contract/attendance/stay';
import { ask, query } from '../db/queries';
import { type Message, notices } from '../notifications/notify';
import { clockWords } from '../contract/zones';
import type { Scope } from '../scope';
import { lapseMessage } from './check-in';
import { endingOf } from './breaks';
import { lapsing, recordSubject, type Stay, staysOf } from './stay';
import { settingsNow } from '../settings/settings';

/** A run has only so many subrequests; what is left over is the next run's, a minute later. */
const BATCH = 50;

/** Closes the stays whose time is up; a break that is on ends with its record, so this comes before `endBreaks`. */
export async function closeForgotten(scope: Scope): Promise<void> {
  const { d1 } = scope;
  const due = `out_at IS NULL AND due_at <= ?1 ORDER BY due_at LIMIT ${BATCH}`;
  for (const stay of await ask(d1, staysOf(d1, due, scope.now()))) {
    const { record, changes, publish } = lapsing(stay);
    const at = scope.now();
    const notified = await notices(scope, at, [lapseMessage(record)]);
    // Refused means that its person was faster: then there is nothing to do.
    await scope.attempt({ at, changes, publish: [...publish, ...notified.publish], also: notified.also });
  }
}

/** Ends the breaks that have run to their allowance, there and not when the job came round. */
export async function endBreaks(scope: Scope): Promise<void> {
  const { d1 } = scope;
  const due = `id IN (SELECT record_id FROM breaks WHERE end_at IS NULL AND due_at <= ?1 ORDER BY due_at LIMIT ${BATCH})`;
  const stays = await ask(d1, staysOf(d1, due, scope.now()));
  if (stays.length === 0) return;
  const { breaks: kinds } = await settingsNow(scope);
  for (const stay of stays) {
    const before = stay.breaks.find(({ endAt, dueAt }) => endAt === null && dueAt <= scope.now());
    if (!before) continue;
    const at = scope.now();
    const after: Break = { ...before, endAt: before.dueAt, auto: true };
    const name = kinds.find(({ kind }) => kind === before.kind)?.name ?? before.kind;
    const notified = await notices(scope, at, [breakMessage(after, name)]);
    const { changes, publish } = endingOf(stay, before, after);
    await scope.attempt({ at, changes, publish: [...publish, ...notified.publish], also: notified.also });
  }
}

/** How long after the shift's end a person who is still in is reminded. */
const REMIND_MS = 10 * 60_000;

/** Reminds those whose shift is over and who are still in, once: one commit for all of a run. */
export async function remindOfCheckOut(scope: Scope): Promise<void> {
  const { d1 } = scope;
  const at = scope.now();
  const waiting = `out_at IS NULL AND reminded = 0 AND due_out <= ?1 ORDER BY due_out LIMIT ${BATCH}`;
  const stays = await ask(d1, staysOf(d1, waiting, at - REMIND_MS));
  const entries = stays.map(({ record }) => ({
    subject: recordSubject(record.id),
    before: null,
    after: { personId: record.personId, recordId: record.id },
  }));
  const last = entries.pop();
  if (!last) return;
  const notified = await notices(
    scope,
    at,
    stays.filter(({ record }) => !isOverdue(record, at)).map(reminder),
  );
  await scope.attempt({
    at,
    changes: [
      {
        write: query(
          `UPDATE attendance SET reminded = 1
           WHERE id IN (SELECT value FROM json_each(?1)) AND out_at IS NULL AND reminded = 0`,
          JSON.stringify(stays.map(({ record }) => record.id)),
        ),
        action: 'attendance.reminded',
        more: entries,
        ...last,
      },
    ],
    publish: notified.publish,
    also: notified.also,
  });
}

const reminder = ({ record: { personId, zone, dueOut } }: Stay): Message => ({
  personId,
  kind: 'attendance.reminder',
  title: 'Are you still at work?',
  body: `Your shift ended at ${clockWords(zone, dueOut ?? 0)}. Check out when you leave.`,
  href: '/',
});

const breakMessage = ({ personId }: Break, name: string): Message => ({
  personId,
  kind: 'break.auto_ended',
  title: `Your ${name.toLowerCase()} break time is used up`,
  body: 'Tap Back when you return, so the right time counts.',
  href: '/',
});
