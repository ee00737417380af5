import { env } from 'cloudflare:workers';

/** The database; it runs `happen` just before the first commit. */
export function justBefore(happen: () => Promise<unknown>) {
  let commits = 0;
  const prepare = (sql: string) => {
    if (sql.includes('INSERT INTO journal')) commits += 1;
    return env.DB.prepare(sql);
  };
  let happened = false;
  const batch: D1Database['batch'] = async (statements) => {
    if (commits > 0 && !happened) {
      happened = true;
      await happen();
    }
    return env.DB.batch(statements);
  };
  return { env: { ...env, DB: { prepare, batch } as D1Database } };
}

/** The database; the answer of its first commit is lost. */
export function withoutAnswer() {
  let [commits, lost] = [0, false];
  const prepare = (sql: string) => {
    if (sql.includes('INSERT INTO journal')) commits += 1;
    return env.DB.prepare(sql);
  };
  const batch: D1Database['batch'] = async (statements) => {
    const results = await env.DB.batch<never>(statements);
    if (commits === 0 || lost) return results;
    lost = true;
    throw new Error('Network connection lost');
  };
  return { env: { ...env, DB: { prepare, batch } as D1Database } };
}
