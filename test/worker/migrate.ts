/** Before each file: no rows, no objects, no photos of the file before, and every migration applied, all in one batch. */
import { reset } from 'cloudflare:test';
import { env } from 'cloudflare:workers';

await reset();
const statements = env.TEST_MIGRATIONS.flatMap(({ queries }) => queries);
await env.DB.batch(statements.map((sql) => env.DB.prepare(sql))).catch((error: unknown) => {
  // With an empty cache Vite evaluates this file again while it still runs: the other batch has applied them all.
  if (!String(error).includes('already exists')) throw error;
});
