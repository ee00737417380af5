/** `npm run setup -- <origin> [--remote]`: prints a one-time link that makes the first admin, of a deployed or a local Worker. */
import { databases, state } from './place.ts';
import { fail, run } from './run.ts';
import { newSetupLink } from './workplace.ts';

const remote = process.argv.includes('--remote');
const origin = process.argv.slice(2).find((word) => !word.startsWith('--'));
if (!origin || !URL.canParse(origin))
  fail('Usage: npm run setup -- https://muster.example.workers.dev [--remote]');

const { token, sql } = newSetupLink();
const where = remote ? ['--remote'] : ['--local', '--persist-to', state];
const { ok, output } = await run('wrangler', ['d1', 'execute', 'DB', '--yes', ...where, '--command', sql]);
if (!ok)
  fail(`${output}\nThe link could not be stored in ${remote ? 'the deployed database' : databases(state)}.`);
console.log(`Open this within 24 hours; it works once:\n  ${new URL(origin).origin}/setup#${token}`);
