/** A build whose clock a request can move, as an administrator or a time server moves a machine's. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/place.ts';
import type { Build } from '../../scripts/serve.ts';

/** Milliseconds from the true time, for this request and all later ones. Only this build knows the header. */
export const MOVES_CLOCK = 'Kills-Move-Clock';

/** `Date` of the whole isolate: the Worker, its objects and the pages. */
const CLOCK = `
let moved = 0;
const Real = Date;
globalThis.Date = class extends Real {
  constructor(...parts) {
    if (parts.length === 0) super(Real.now() + moved);
    else super(...parts);
  }
  static now() {
    return Real.now() + moved;
  }
};
`;

/** @throws if the build exports no Worker as it used to */
export function buildWithMovedClock(): Build {
  const built = readFileSync(join(root, 'dist', 'index.js'), 'utf8');
  const worker = /(\w+) as default/.exec(built)?.[1];
  if (worker === undefined) throw new Error('dist/index.js has no default export');
  const moving = `
const moving = {
  ...${worker},
  fetch(request, env, ctx) {
    const to = request.headers.get('${MOVES_CLOCK}');
    if (to !== null) moved = Number(to);
    return ${worker}.fetch(request, env, ctx);
  },
  scheduled: (event, env, ctx) => ${worker}.scheduled(event, env, ctx),
};
`;
  const folder = join(root, 'dist', 'kills');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'index.js');
  writeFileSync(file, CLOCK + built.replace(`${worker} as default`, 'moving as default') + moving);
  return { worker: file, pages: join(root, 'web', '.svelte-kit', 'cloudflare') };
}
