/** What a host should look at: signs, never proofs. Nobody is refused for them. */
import type { Band, Flag } from '../../contract/sessions/sheet/sheets';
import type { Scope } from '../../scope';
import { metresBetween } from './place';
import { geofenceOf, type SessionRow } from '../rows';

/** Faster than a train, door to door. */
const FASTEST_M_A_SECOND = 60;
const MANY_FAILURES = 5;

/** The signs about a scan of the person who asks. */
export async function flagsOf(
  scope: Scope,
  row: SessionRow,
  device: string,
  band: Band | null,
): Promise<Flag[]> {
  const { d1, me } = scope;
  const [others, failures, last] = await Promise.all([
    d1
      .prepare(
        `SELECT name FROM session_attendance JOIN people ON people.id = person_id
         WHERE session_id = ?1 AND device = ?2 AND person_id <> ?3 ORDER BY at LIMIT 5`,
      )
      .bind(row.id, device, me.id)
      .all<{ name: string }>(),
    d1
      .prepare('SELECT count FROM session_failures WHERE session_id = ?1 AND person_id = ?2')
      .bind(row.id, me.id)
      .first<number>('count'),
    d1
      .prepare(
        `SELECT a.at, s.geofence, s.title FROM session_attendance AS a JOIN live_sessions AS s ON s.id = a.session_id
         WHERE a.person_id = ?1 AND a.session_id <> ?2 AND a.band IN ('inside', 'edge') ORDER BY a.at DESC LIMIT 1`,
      )
      .bind(me.id, row.id)
      .first<{ at: number; geofence: string; title: string }>(),
  ]);
  const flags: Flag[] = [];
  const names = others.results.map(({ name }) => name);
  if (names.length > 0) flags.push({ kind: 'shared_device', words: `Same device as ${names.join(', ')}` });
  if (failures !== null && failures >= MANY_FAILURES)
    flags.push({ kind: 'many_failures', words: `${failures} earlier attempts failed` });
  const [here, there] = [geofenceOf(row), last && geofenceOf(last)];
  if (here && there && last && band !== null) {
    const metres = metresBetween(here, there) - here.radius - there.radius;
    const seconds = Math.max(1, (scope.now() - last.at) / 1000);
    if (metres / seconds > FASTEST_M_A_SECOND)
      flags.push({
        kind: 'impossible_speed',
        words: `Was at “${last.title}”, ${Math.round(metres / 1000)} km away, ${Math.round(seconds / 60)} min before`,
      });
  }
  return flags;
}
