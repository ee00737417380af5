/** One of the bench's own Workers (`bare` or `channel`, see `workers/`) in the same runtime as the product's. */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare';
import { unstable_getMiniflareWorkerOptions } from 'wrangler';
import { migrate } from '../../scripts/migrate.ts';
import { config, root } from '../../scripts/place.ts';
import { employ, staff } from './people.ts';
import { serving } from './serving.ts';

const state = mkdtempSync(join(root, 'dist', 'bench-'));
const { compatibilityDate } = unstable_getMiniflareWorkerOptions(config).workerOptions;
const isChannel = process.env['WORKER'] === 'channel';

const options = convertV4MiniflareOptions({
  name: 'bench',
  rootPath: root,
  modules: [
    {
      type: 'ESModule',
      path: isChannel
        ? join(root, 'dist', 'bench', 'channel.js')
        : join(import.meta.dirname, 'workers', 'bare.js'),
    },
  ],
  compatibilityDate: String(compatibilityDate),
  durableObjects: { OBJECTS: { className: isChannel ? 'Channel' : 'Bare', useSQLite: true } },
  ...(isChannel && { d1Databases: ['DB'] }),
  host: '127.0.0.1',
  port: 0,
  cf: false,
  log: new Log(LogLevel.WARN),
});
const miniflare = new Miniflare({ ...options, resourcePersistencePath: join(state, 'v3') });
const { port } = await miniflare.ready;
if (isChannel) {
  const db = await miniflare.getD1Database('DB');
  await migrate(db);
  await employ(db, staff(Number(process.env['PEOPLE'])));
}

serving(Number(port), {
  end: async () => {
    await miniflare.dispose();
    rmSync(state, { recursive: true });
  },
});
