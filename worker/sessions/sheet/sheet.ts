/** Everyone on a session's list, for its hosts, with the cursor of its channel. */
import { sessionChannel } from '../../contract/channels';
import type { Named } from '../../contract/sessions/sessions';
import { type SessionSheet, type SessionStats, statsOf } from '../../contract/sessions/sheet/sheets';
import { rowsOf } from '../../db/client';
import { headsAt, readHeads } from '../../live/replay';
import { Refusal } from '../../refusal';
import type { Scope } from '../../scope';
import { ATTENDEES, attendeeOf, type AttendeeRow, hostedOf, SESSION, type SessionRow } from '../rows';
import { attendeesOf, hostedBy, mustHost } from '../sessions';

/** The list with its session, all of one moment. @throws Refusal `not_found`, `not_allowed` */
export async function sheetOf(scope: Scope, id: string): Promise<SessionSheet> {
  const { d1 } = scope;
  const [heads, rows, list, people] = await d1.batch([
    headsAt(d1, sessionChannel(id)),
    d1.prepare(`${SESSION} WHERE s.id = ?1`).bind(id),
    d1.prepare(ATTENDEES).bind(id, null),
    d1
      .prepare(
        `SELECT id, name FROM session_people JOIN people ON id = person_id AND active WHERE session_id = ?1
         ORDER BY sort_key, id`,
      )
      .bind(id),
  ]);
  const [row] = rowsOf<SessionRow>(rows);
  if (!row) throw new Refusal('not_found');
  mustHost(scope, row);
  const attendees = rowsOf<AttendeeRow>(list).map(attendeeOf);
  return {
    at: readHeads(heads),
    now: scope.now(),
    session: hostedOf(row),
    attendees,
    stats: statsOf(attendees),
    people: rowsOf<Named>(people),
  };
}

/** The list counted: what a screen that does not follow it asks for. @throws Refusal `not_found`, `not_allowed` */
export async function sessionStats(scope: Scope, id: string): Promise<SessionStats> {
  await hostedBy(scope, id);
  return statsOf(await attendeesOf(scope, id));
}
