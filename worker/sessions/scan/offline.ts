/**
 * A code that a phone read without network. The moment of the scan is what the phone claims, so it never counts by itself: it becomes
 * a request, and a host decides.
 */
import * as v from 'valibot';
import { OwnParticipation, Scanned, type OfflineScan } from '../../contract/sessions/sessions';
import type { Attendee } from '../../contract/sessions/sheet/sheets';
import { query, together } from '../../db/queries';
import { Refusal } from '../../refusal';
import type { Scope } from '../../scope';
import { clockWords } from '../../contract/zones';
import type { SessionRow } from '../rows';
import { asSeen, participationIn, participationSubject, sessionIn } from '../sessions';
import { tokenHolds } from './code';
import { alreadyIs, cameIn, ownParticipation, participationEvents } from './participation';
import { countFailure } from './ticket';

/**
 * @param device identifies a browser within one session only
 * @throws Refusal `not_found`, `too_early`, `session_cancelled`, `session_locked`, `needs_network`, `code_expired`, `not_on_list`,
 * `marked_already`
 */
export async function scanOffline(
  scope: Scope,
  id: string,
  { token }: OfflineScan,
  device: string,
): Promise<Scanned> {
  try {
    return await requesting(scope, id, token, device);
  } catch (error) {
    await countFailure(scope, id, error);
    throw error;
  }
}

async function requesting(scope: Scope, id: string, token: string, device: string): Promise<Scanned> {
  let already: Scanned | undefined;
  const { after, receipt } = await scope.commitIfNeeded({
    subject: participationSubject(id, scope.me.id),
    action: 'session.asked',
    async facts(d1, who) {
      const found = await scope.ask(together({ row: sessionIn(d1, id), own: participationIn(d1, id, who) }));
      return { ...found, holds: await tokenHolds(found.row, token, scope.now()) };
    },
    decide({ row, own, holds }, _me, scannedAt) {
      const { attendee } = own;
      already = undefined;
      if (attendee && cameIn(attendee)) already = alreadyIs('already_in', { row, own }, attendee);
      else if (attendee?.asking) already = alreadyIs('asked', { row, own }, attendee);
      if (already) return { unchanged: already };
      mustHaveBeenOpen(row, scannedAt);
      if (row.strict === 1) throw new Refusal('needs_network');
      if (!holds) throw new Refusal('code_expired', { detail: 'That code was not shown at that time.' });
      if (!attendee?.listed) throw new Refusal('not_on_list');
      if (attendee.status !== null && !isMarkedByItself(attendee)) throw new Refusal('marked_already');
      const after: Attendee = { ...attendee, asking: { kind: 'offline', at: scannedAt } };
      return {
        write: query(
          `INSERT INTO session_requests (session_id, person_id, kind, method, device, at)
           SELECT ?1, ?2, 'offline', 'scan', ?3, ?4
           WHERE EXISTS (SELECT 1 FROM live_sessions WHERE id = ?1 AND state IN ('active', 'completed') AND locked_at IS NULL)
             AND ${asSeen('?5')}`,
          [row.id, attendee.person.id, device, scannedAt, own.seen],
        ),
        before: null,
        after: { ...ownParticipation(row, after), kind: 'offline', distanceZone: null },
        publish: participationEvents(row, after),
      };
    },
  });
  if (already) return already;
  const participation = v.parse(v.object(OwnParticipation.entries), after);
  return v.parse(Scanned, { outcome: 'asked', participation, receipt });
}

/** The session has marked them absent or excused, as nobody else did. */
export const isMarkedByItself = ({ method }: Attendee): boolean => method === 'end' || method === 'lock';

/** Also one that has ended since: the scan may be older. */
function mustHaveBeenOpen({ state, lockedAt, startedAt, zone }: SessionRow, at: number): void {
  if (state === 'cancelled') throw new Refusal('session_cancelled');
  if (lockedAt !== null) throw new Refusal('session_locked');
  if (startedAt === null || at < startedAt) {
    const detail = startedAt === null ? undefined : `This session started at ${clockWords(zone, startedAt)}.`;
    throw new Refusal('too_early', detail === undefined ? {} : { detail });
  }
}
