/** The schedule's database in Node. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Sql } from '../schedule.ts';

const MIGRATIONS = join(import.meta.dirname, '../../../migrations');

/** An empty, migrated database in memory. A schedule runs within one transaction; a batch, like a backup, is a savepoint. */
export function migrated(): Sql {
  const db = new DatabaseSync(':memory:');
  for (const file of readdirSync(MIGRATIONS).sort()) db.exec(readFileSync(join(MIGRATIONS, file), 'utf8'));
  let hasBackup = false;
  const prepared = new Map<string, StatementSync>();
  const statement = (sql: string): StatementSync => {
    const known = prepared.get(sql);
    if (known) return known;
    const it = db.prepare(sql);
    prepared.set(sql, it);
    return it;
  };
  return {
    begin() {
      db.exec('BEGIN');
      hasBackup = false;
      return () => db.exec('ROLLBACK');
    },
    backUp() {
      db.exec(hasBackup ? 'RELEASE backup; SAVEPOINT backup' : 'SAVEPOINT backup');
      hasBackup = true;
      return () => db.exec('ROLLBACK TO backup');
    },
    run: (sql, params) => ({ rows: statement(sql).all(...params) }),
    atomically(act) {
      statement('SAVEPOINT call').run();
      try {
        const answer = act();
        statement('RELEASE call').run();
        return answer;
      } catch (error) {
        db.exec('ROLLBACK TO call; RELEASE call');
        throw error;
      }
    },
  };
}
