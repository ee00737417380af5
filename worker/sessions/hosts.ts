/** Who may follow the channels of live sessions. */
import { type ChannelName, sessionChannel } from '../contract/channels';
import type { Hosting } from '../live/access';

const DAY_MS = 86_400_000;

/** Which of these people host which of these sessions. */
export async function sessionHosts(
  d1: D1Database,
  sessions: readonly string[],
  people: readonly string[],
): Promise<Hosting[]> {
  const { results } = await d1
    .prepare(
      `SELECT session_id AS session, person_id AS person FROM json_each(?1) AS its
       CROSS JOIN session_hosts ON session_id = its.value WHERE person_id IN (SELECT value FROM json_each(?2))`,
    )
    .bind(JSON.stringify(sessions), JSON.stringify(people))
    .all<Hosting>();
  return results;
}

/**
 * The channels of active sessions and those within a day that the person hosts; an admin's are all. Sockets on other
 * channels end by their lease.
 * @param all also sessions that the person does not host
 */
export async function sessionChannels(
  d1: D1Database,
  personId: string,
  now: number,
  all: boolean,
): Promise<ChannelName[]> {
  const { results } = await d1
    .prepare(
      `SELECT id FROM live_sessions WHERE id IN (SELECT id FROM live_sessions WHERE state = 'active'
           UNION ALL SELECT id FROM live_sessions WHERE starts_at BETWEEN ?2 - ${DAY_MS} AND ?2 + ${DAY_MS})
         AND (?3 OR EXISTS (SELECT 1 FROM session_hosts WHERE session_id = id AND person_id = ?1)
         OR EXISTS (SELECT 1 FROM people, json_each(roles) AS role WHERE people.id = ?1 AND role.value = 'admin'))`,
    )
    .bind(personId, now, all ? 1 : 0)
    .all<{ id: string }>();
  return results.map(({ id }) => sessionChannel(id));
}
