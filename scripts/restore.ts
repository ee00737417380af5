/**
 * `npm run restore -- <backup> [--remote] [--replace] [--unverified] [--dry-run]`: puts a backup into this machine's workplace, or into
 * the deployed one. `--config` names another wrangler.toml.
 */
import { parseArgs } from 'node:util';
import { localWorkplace } from './backup/local.ts';
import { remoteWorkplace } from './backup/remote.ts';
import { restore } from './backup/restore.ts';
import { config, state } from './place.ts';
import { fail, failed } from './run.ts';
import { runningAt } from './running.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    remote: { type: 'boolean', default: false },
    replace: { type: 'boolean', default: false },
    unverified: { type: 'boolean', default: false },
    'dry-run': { type: 'boolean', default: false },
    config: { type: 'string', default: config },
  },
});
const [folder] = positionals;
if (folder === undefined)
  fail('Usage: npm run restore -- <backup> [--remote] [--replace] [--unverified] [--dry-run]');
// A dry run only reads, so it may run while Muster does.
const port = values.remote || values['dry-run'] ? undefined : await runningAt(state);
if (port !== undefined)
  fail(`Muster runs at http://localhost:${String(port)}. Stop it first, then run the same command again.`);

// What was copied so far is removed at the end of the process.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
const workplace = await (values.remote ? remoteWorkplace(values.config) : localWorkplace(state, false)).catch(
  failed,
);
await restore({
  workplace,
  folder,
  replace: values.replace,
  unverified: values.unverified,
  dryRun: values['dry-run'],
  say: (line) => {
    console.log(line);
  },
}).catch(failed);
await workplace.close();
