/**
 * `npm run kills [-- --kills 20] [-- --only kills|runtime|full|read-only|clock]`: runs `npm start` over throw-away workplaces on loopback, and
 * breaks what can break on one machine. Nothing that was acknowledged may be lost, and people read words instead of stacks.
 * It ends with 1 and the list if something is wrong.
 */
import { parseArgs } from 'node:util';
import { build } from '../../scripts/build.ts';
import { fail, failed } from '../../scripts/run.ts';
import { clockMoved } from './clock.ts';
import { crashed } from './crash.ts';
import { canMount, withMounts } from './disk.ts';
import { filled } from './full.ts';
import { killed } from './kill.ts';
import { readOnly } from './read-only.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '20' },
    only: { type: 'string' },
    mounts: { type: 'boolean' },
  },
});
const kills = Number(values.kills);
if (!Number.isInteger(kills) || kills < 1) fail('--kills must be a number from 1.');
const say = (line: string): void => {
  console.log(line);
};

const parts: Record<string, () => Promise<string[]>> = {
  kills: () => killed(kills, say),
  runtime: () => crashed(say),
  full: () => mounting('full', filled),
  'read-only': () => mounting('read-only', readOnly),
  clock: () => clockMoved(say),
};

/** Runs a part where it may mount. Linux lets a user do that unless its owner has forbidden it. */
async function mounting(
  name: string,
  part: (tell: (line: string) => void) => Promise<string[]>,
): Promise<string[]> {
  if (values.mounts) return part(say);
  if (!canMount()) {
    say(
      `Not run: ${name}. This machine lets you make no file systems of your own (unshare --map-root-user).`,
    );
    return [];
  }
  return withMounts(import.meta.filename, ['--mounts', '--only', name]) ? [] : [`${name}, see above`];
}

const chosen = values.only === undefined ? Object.keys(parts) : [values.only];
await build().catch(failed);
const wrong: string[] = [];
for (const name of chosen) {
  const part = parts[name];
  if (!part) fail(`--only takes one of: ${Object.keys(parts).join(', ')}.`);
  wrong.push(...(await part().catch(failed)));
}
if (wrong.length > 0) fail(`Wrong:\n${wrong.slice(0, 50).join('\n')}\n${String(wrong.length)} in all.`);
