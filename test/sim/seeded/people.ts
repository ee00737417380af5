/** People with sessions, in the schedule's database. */
import type { Role } from '../../../worker/contract/roles';
import { sortKey } from '../../../worker/contract/search-key';
import { uuidv7 } from '../../../web/src/lib/uuidv7';
import type { World } from './World';

export interface Someone {
  id: string;
  session: string;
  token: string;
}

const DAY = 86_400_000;

export function hire(world: World, name: string, roles: readonly Role[]): Someone {
  const it = { id: uuidv7(), session: uuidv7(), token: `${world.seed} ${name}` };
  const { now } = world.scheduler;
  const write = (sql: string, ...params: (string | number)[]) => world.db.sql.run(sql, params);
  write(
    `INSERT INTO people (id, name, email, email_verified, sort_key, roles, created_at, updated_at)
     VALUES (?1, ?2, ?3, 1, ?4, ?5, ?6, ?6)`,
    it.id,
    name,
    `${it.id}@example.org`,
    sortKey(name),
    JSON.stringify(roles),
    now,
  );
  write('INSERT INTO terms (person_id, valid_from, employed) VALUES (?1, ?2, 1)', it.id, '2020-01-01');
  write(
    'INSERT INTO sessions (id, user_id, token, expires_at, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?5)',
    it.session,
    it.id,
    it.token,
    now + 30 * DAY,
    now,
  );
  return it;
}
