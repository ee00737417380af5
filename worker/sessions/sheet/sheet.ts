/** Everyone on a session's list, for its hosts, with the cursor of its channel. */
import { sessionChannel } from '../../contract/channels';
import type { Named } from '../../contract/sessions/sessions';
import { type SessionSheet, type SessionStats, statsOf } from '../../contract/sessions/sheet/sheets';
import { ask, rows, together } from '../../db/queries';
import type { Scope } from '../../scope';
import { hostedOf } from '../rows';
import { headsIn } from '../../live/replay';
import { attendeesIn, hostedBy, mustHost, sessionIn } from '../sessions';

/** The list with its session, from one batch. @throws Refusal `not_found`, `not_allowed` */
export async function sheetOf(scope: Scope, id: string): Promise<SessionSheet> {
  const { d1 } = scope;
  const { at, row, attendees, people } = await ask(
    d1,
    together({
      at: headsIn(d1, sessionChannel(id)),
      row: sessionIn(d1, id),
      attendees: attendeesIn(d1, id),
      people: rows<Named>(
        d1,
        `SELECT id, name FROM session_people JOIN people ON id = person_id AND active WHERE session_id = ?1
         ORDER BY sort_key, id`,
        [id],
      ),
    }),
  );
  mustHost(scope, row);
  return { at, now: scope.now(), session: hostedOf(row), attendees, stats: statsOf(attendees), people };
}

/** Counts for a screen that does not follow the list. @throws Refusal `not_found`, `not_allowed` */
export async function sessionStats(scope: Scope, id: string): Promise<SessionStats> {
  await hostedBy(scope, id);
  return statsOf(await ask(scope.d1, attendeesIn(scope.d1, id)));
}
