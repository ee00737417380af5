/**
 * Ends overdue records, and breaks at their allowance. Each has its own commit: its own journal entry, and a person's tap at the
 * same moment refuses only their own.
 */
import type { Break } from '../contract/attendance/attendance';
import { isOverdue } from '../contract/attendance/assumed-end';
import { ask, query } from '../db/queries';
import { type Message, notices } from '../notifications/notify';
import { clockWords } from '../contract/zones';
import type { Scope } from '../scope';
import { autoCheckOutMessage } from './check-in';
import { endingOf } from './breaks';
import { closedByItself } from './endings';
import { type PersonRecord, recordsWhere, recordSubject } from './records';
import { settingsNow } from '../settings/settings';

/** A run may make a limited number of subrequests; the next run, a minute later, does the rest. */
const BATCH = 50;

/** Closes overdue records. An open break ends with its record, so this job runs before `endBreaks`. */
export async function closeForgotten(scope: Scope): Promise<void> {
  const { d1 } = scope;
  const due = `out_at IS NULL AND due_at <= ?1 ORDER BY due_at LIMIT ${BATCH}`;
  for (const open of await ask(d1, recordsWhere(d1, due, scope.now()))) {
    const { record, changes, publish } = closedByItself(open);
    const at = scope.now();
    const notified = await notices(scope, at, [autoCheckOutMessage(record)]);
    // A refusal means that the person was faster.
    await scope.attempt({ at, changes, publish: [...publish, ...notified.publish], also: notified.also });
  }
}

/** Ends breaks at their allowance, not at the time of the run. */
export async function endBreaks(scope: Scope): Promise<void> {
  const { d1 } = scope;
  const due = `id IN (SELECT record_id FROM breaks WHERE end_at IS NULL AND due_at <= ?1 ORDER BY due_at LIMIT ${BATCH})`;
  const records = await ask(d1, recordsWhere(d1, due, scope.now()));
  if (records.length === 0) return;
  const { breaks: kinds } = await settingsNow(scope);
  for (const open of records) {
    const before = open.breaks.find(({ endAt, dueAt }) => endAt === null && dueAt <= scope.now());
    if (!before) continue;
    const at = scope.now();
    const after: Break = { ...before, endAt: before.dueAt, auto: true };
    const name = kinds.find(({ kind }) => kind === before.kind)?.name ?? before.kind;
    const notified = await notices(scope, at, [breakMessage(after, name)]);
    const { changes, publish } = endingOf(open, before, after);
    await scope.attempt({ at, changes, publish: [...publish, ...notified.publish], also: notified.also });
  }
}

/** How long after the shift's end the reminder comes. */
const REMIND_MS = 10 * 60_000;

/** Reminds people who are still in after their shift, once. One commit for all of a run. */
export async function remindOfCheckOut(scope: Scope): Promise<void> {
  const { d1 } = scope;
  const at = scope.now();
  const waiting = `out_at IS NULL AND reminded = 0 AND due_out <= ?1 ORDER BY due_out LIMIT ${BATCH}`;
  const records = await ask(d1, recordsWhere(d1, waiting, at - REMIND_MS));
  const entries = records.map(({ record }) => ({
    subject: recordSubject(record.id),
    before: null,
    after: { personId: record.personId, recordId: record.id },
  }));
  const last = entries.pop();
  if (!last) return;
  const notified = await notices(
    scope,
    at,
    records.filter(({ record }) => !isOverdue(record, at)).map(reminder),
  );
  await scope.attempt({
    at,
    changes: [
      {
        write: query(
          `UPDATE attendance SET reminded = 1
           WHERE id IN (SELECT value FROM json_each(?1)) AND out_at IS NULL AND reminded = 0`,
          [JSON.stringify(records.map(({ record }) => record.id))],
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

const reminder = ({ record: { personId, zone, dueOut } }: PersonRecord): Message => ({
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
  body: 'Tap End break when you return, so the right time counts.',
  href: '/',
});
