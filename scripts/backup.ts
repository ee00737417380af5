/**
 * `npm run backup [-- --remote] [-- --to <folder>] [-- --dry-run]`: copies this machine's workplace, or the deployed one, into a folder.
 * It may run while Muster does. `--config` names another wrangler.toml.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { backup } from './backup/backup.ts';
import { localWorkplace } from './backup/local.ts';
import { remoteWorkplace } from './backup/remote.ts';
import { config, root, state } from './place.ts';
import { failed } from './run.ts';

const { values } = parseArgs({
  options: {
    remote: { type: 'boolean', default: false },
    to: { type: 'string', default: join(root, 'backups') },
    'dry-run': { type: 'boolean', default: false },
    config: { type: 'string', default: config },
  },
});

// What was copied so far is removed at the end of the process.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
const workplace = await (values.remote ? remoteWorkplace(values.config) : localWorkplace(state, true)).catch(
  failed,
);
await backup({
  workplace,
  to: values.to,
  now: Date.now(),
  dryRun: values['dry-run'],
  say: (line) => {
    console.log(line);
  },
}).catch(failed);
await workplace.close();
