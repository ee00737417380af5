/** Flags for a host to review. A flag is no proof and refuses no scan. */
import type { DistanceZone, Flag } from '../../contract/sessions/sheet/sheets';
import { type Found, row, rows, together } from '../../db/queries';
import { metresBetween } from './place';
import { geofenceOf, type SessionRow } from '../rows';

/** Faster than a train, door to door. */
const FASTEST_M_A_SECOND = 60;
const MANY_FAILURES = 5;

export const flagFacts = (
  d1: D1Database,
  { id, personId, device }: { id: string; personId: string; device: string },
) =>
  together({
    others: rows<{ name: string }>(
      d1,
      `SELECT name FROM session_attendance JOIN people ON people.id = person_id
       WHERE session_id = ?1 AND device = ?2 AND person_id <> ?3 ORDER BY at LIMIT 5`,
      [id, device, personId],
    ),
    failures: row<{ count: number }>(
      d1,
      'SELECT count FROM session_failures WHERE session_id = ?1 AND person_id = ?2',
      [id, personId],
    ),
    last: row<{ at: number; geofence: string; title: string }>(
      d1,
      `SELECT a.at, s.geofence, s.title FROM session_attendance AS a JOIN live_sessions AS s ON s.id = a.session_id
       WHERE a.person_id = ?1 AND a.session_id <> ?2 AND a.distance_zone IN ('inside', 'edge') ORDER BY a.at DESC LIMIT 1`,
      [personId, id],
    ),
  });

interface Scanned {
  scannedAt: number;
  redeemedAt: number | null;
  distanceZone: DistanceZone | null;
}

export function flagsOf(
  { others, failures, last }: Found<ReturnType<typeof flagFacts>>,
  session: SessionRow,
  { scannedAt, redeemedAt, distanceZone }: Scanned,
  now: number,
): Flag[] {
  const flags: Flag[] = [];
  const names = others.map(({ name }) => name);
  if (names.length > 0) flags.push({ kind: 'shared_device', words: `Same device as ${names.join(', ')}` });
  if (failures && failures.count >= MANY_FAILURES)
    flags.push({ kind: 'many_failures', words: `${failures.count} earlier attempts failed` });
  // Who scans for others gives the passes away: a host knows who was in the room.
  if (redeemedAt !== null)
    flags.push({
      kind: 'before_sign_in',
      words: `Scanned ${Math.round((redeemedAt - scannedAt) / 1000)} s before signing in`,
    });
  const [here, there] = [geofenceOf(session), last && geofenceOf(last)];
  if (here && there && last && distanceZone !== null) {
    const metres = metresBetween(here, there) - here.radius - there.radius;
    const seconds = Math.max(1, (now - last.at) / 1000);
    if (metres / seconds > FASTEST_M_A_SECOND)
      flags.push({
        kind: 'impossible_speed',
        words: `Was at “${last.title}”, ${Math.round(metres / 1000)} km away, ${Math.round(seconds / 60)} min before`,
      });
  }
  return flags;
}
