/** Pushes the beginning of a session to the people on its list. */
import type { HostedSession } from '../contract/sessions/sessions';
import { clockWords } from '../contract/zones';
import type { Query } from '../db/queries';
import { queued } from '../notifications/push/queue';

/** @param session as it has just started; its list is stored */
export const begins = ({ id, title, room, endsAt, zone, updatedAt }: HostedSession): Query =>
  queued(
    {
      id,
      kind: 'session.started',
      title: `${title} has begun`,
      body: [...(room ? [room] : []), `until ${clockWords(zone, endsAt)}`].join(', '),
      href: '/scan',
    },
    updatedAt,
    { sql: 'SELECT person_id AS person FROM session_roster WHERE session_id = ?2', value: id },
  );
