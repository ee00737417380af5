/** The sessions of some dates, with the person's own participation, and counts for those who run them. */
import { userChannel } from '../contract/channels';
import { can } from '../contract/roles';
import type { SessionList } from '../contract/sessions/sessions';
import type { Attendee } from '../contract/sessions/sheet/sheets';
import { ask, rows, together } from '../db/queries';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';
import { headsIn } from '../live/replay';
import { listOf, SESSION, sessionOf, type SessionRow } from './rows';

/**
 * The sessions of the local dates `from` … `to`, the earliest first.
 * @param of `mine`: only sessions whose list or hosts include the person; others' rooms and hosts are no one's business
 * @throws Refusal `not_allowed` for all sessions, of a person who does not manage them
 */
export async function sessionsOf(
  scope: Scope,
  { from, to, of }: { from: string; to: string; of: 'all' | 'mine' },
): Promise<SessionList> {
  const { d1, me } = scope;
  const manages = can(me, 'sessions.manage') ? 1 : 0;
  if (of === 'all' && !manages)
    throw new Refusal('not_allowed', { detail: 'Only admins see sessions that are not their own.' });
  const listed = `EXISTS ${listOf('p.id = ?3')}`;
  const mine = `(${listed}
    OR EXISTS (SELECT 1 FROM session_hosts AS h WHERE h.session_id = s.id AND h.person_id = ?3)
    OR EXISTS (SELECT 1 FROM session_attendance AS a WHERE a.session_id = s.id AND a.person_id = ?3))`;
  const where = `s.work_date BETWEEN ?1 AND ?2 AND (?4 = 'all' OR ${mine})`;
  const read = <Row>(sql: string) => rows<Row>(d1, sql, [from, to, me.id, of]);
  const { at, sessions, participations, counts } = await ask(
    d1,
    together({
      at: headsIn(d1, 'sessions', userChannel(me.id)),
      sessions: read<SessionRow>(`${SESSION} WHERE ${where} ORDER BY s.starts_at, s.id LIMIT 500`),
      participations: read<Participation>(
        `SELECT s.id, status, at,
           ${listed} AS listed,
           EXISTS (SELECT 1 FROM session_hosts AS h WHERE h.session_id = s.id AND h.person_id = ?3) AS hosting
         FROM live_sessions AS s LEFT JOIN session_attendance ON session_id = s.id AND person_id = ?3
         WHERE ${where} ORDER BY s.starts_at, s.id LIMIT 500`,
      ),
      counts: rows<SessionList['counts'][string] & { id: string }>(
        d1,
        `SELECT s.id, (SELECT count(*) FROM ${listOf()}) AS expected,
           (SELECT count(*) FROM session_attendance AS a WHERE a.session_id = s.id AND a.status IN ('present', 'late')) AS came
         FROM live_sessions AS s WHERE ${where} AND (?5 OR EXISTS (SELECT 1 FROM session_hosts AS h
           WHERE h.session_id = s.id AND h.person_id = ?3)) ORDER BY s.starts_at, s.id LIMIT 500`,
        [from, to, me.id, of, manages],
      ),
    }),
  );
  return {
    at,
    now: scope.now(),
    sessions: sessions.map(sessionOf),
    mine: Object.fromEntries(
      participations.map(({ id, listed, hosting, ...own }) => [
        id,
        { listed: listed === 1, hosting: hosting === 1, ...own },
      ]),
    ),
    counts: Object.fromEntries(counts.map(({ id, ...count }) => [id, count])),
  };
}

type Participation = { id: string; listed: number; hosting: number } & Pick<Attendee, 'status' | 'at'>;
