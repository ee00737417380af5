/** The product as it is deployed: the built Worker, 10,000 people, no development proxy. */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/place.ts';
import { serve } from '../../scripts/serve.ts';
import { zone } from '../../scripts/settings.ts';
import { employ, fillDay, openTills, staff } from './people.ts';
import { serving } from './serving.ts';

const state = mkdtempSync(join(root, 'dist', 'bench-'));
const inspectorPort = Number(process.env['INSPECTOR_PORT']);
const muster = await serve({
  ...{ port: 0, state, vars: { AUTH_SECRET: process.env['AUTH_SECRET'] as string } },
  ...(inspectorPort && { inspectorPort }),
});
const people = staff(Number(process.env['PEOPLE']));
await employ(muster.db, people);

serving(muster.port, {
  'fill the board': () =>
    fillDay(muster.db, new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(), zone),
  'open the tills': () => openTills(muster.db, people),
  end: async () => {
    await muster.close();
    rmSync(state, { recursive: true });
  },
});
