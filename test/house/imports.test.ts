import { describe, expect, it } from 'vitest';
import { wrongsOf } from './rules.ts';
import { readHouse, readSource, type Source } from './sources.ts';

describe('the house', () => {
  const house = readHouse();

  it('is read', () => {
    const paths = house.map(({ path }) => path);
    expect(paths).toContain('worker/live/commit.ts');
    expect(paths).toContain('web/src/routes/+layout.svelte');
    expect(house.find(({ path }) => path === 'worker/scope.ts')?.imports).toContainEqual(
      expect.objectContaining({ to: 'worker/live/commit.ts' }),
    );
  });

  it('keeps its rules of who may import whom', () => {
    expect(wrongsOf(house)).toEqual([]);
  });
});

describe('the rules notice', () => {
  const wrongs = (files: Record<string, string>): string[] =>
    wrongsOf(
      Object.entries(files).map(([path, text]): Source => readSource(path, text, (it) => it in files)),
    );

  it.each([
    ['a contract that reads the database', 'worker/contract/a.ts', `import { people } from '../db/schema';`],
    ['a contract with another package', 'worker/contract/a.ts', `import { Hono } from 'hono';`],
    [
      'a live room that knows a slice',
      'worker/live/a.ts',
      `import { checkIn } from '../attendance/attendance';`,
    ],
    ['a live room that knows a route', 'worker/live/a.ts', `import { route } from '../http/route';`],
    ['a database that knows http', 'worker/db/a.ts', `import { route } from '../http/route';`],
    ['a slice that talks to an object', 'worker/orders/a.ts', `import { Channel } from '../live/channel';`],
    [
      'a slice that hands over by itself',
      'worker/orders/a.ts',
      `import { handOver } from '../live/hand-over';`,
    ],
    ['a domain file that knows http', 'worker/orders/a.ts', `import { route } from '../http/route';`],
    ['another slice’s routes', 'worker/orders/a.ts', `import { peopleRoutes } from '../people/routes';`],
    [
      'another slice’s routes, as a type',
      'worker/sales/orders/routes.ts',
      `import type { x } from '../people/routes';`,
    ],
    ['a page that loads the API', 'web/src/routes/+page.ts', `import { api } from '$api';`],
    [
      'a page that loads the Worker',
      'web/src/routes/+page.ts',
      `import { commit } from '../../../worker/live/commit';`,
    ],
    [
      'a page that loads the Worker lazily',
      'web/src/routes/+page.ts',
      `await import('../../../worker/live/commit');`,
    ],
    [
      'a component of ui that knows the contract',
      'web/src/lib/ui/A.svelte',
      `<script>import { can } from '$contract/roles';</script>`,
    ],
    [
      'a component of ui that knows a slice',
      'web/src/lib/ui/A.svelte',
      `<script>import x from '$lib/attendance/MyDay';</script>`,
    ],
    ['a library that knows a page', 'web/src/lib/a.ts', `import x from '../routes/+page';`],
    ['a file outside every room', 'worker/loose.ts', `export const a = 1;`],
    ['a barrel', 'worker/orders/index.ts', `export { a } from './a';`],
    ['a name that says nothing', 'worker/orders/utils.ts', `export const a = 1;`],
  ])('%s', (_, path, text) => {
    expect(wrongs({ [path]: text })).toHaveLength(1);
  });

  it('files that load one another in a circle, but not types', () => {
    const circle = {
      'worker/orders/a.ts': `import { b } from './b';`,
      'worker/orders/b.ts': `import { a } from './a';`,
    };
    expect(wrongs(circle)).toEqual(['circle: worker/orders/a.ts → worker/orders/b.ts → worker/orders/a.ts']);
    expect(wrongs({ ...circle, 'worker/orders/b.ts': `import type { A } from './a';` })).toEqual([]);
  });

  it('nothing where nothing is wrong', () => {
    expect(
      wrongs({
        'worker/sales/orders/orders.ts': `import { eq } from 'drizzle-orm'; import { people } from '../people/people'; import type { Commit } from '../live/commit';`,
        'worker/people/people.ts': `export const people = 1;`,
        'web/src/lib/api.ts': `import type { Api } from '$api'; import { hc } from 'hono/client';`,
      }),
    ).toEqual([]);
  });
});
