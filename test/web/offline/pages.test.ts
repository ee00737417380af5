/** The service worker without network: which page it shows, to whom, and what makes it forget. */
import { unflatten } from 'devalue';
import { describe, expect, it, vi } from 'vitest';
import { addressOf, type KeptPage, LAYOUT, lifetime } from '$lib/offline/kept';
import type { Found } from '$lib/offline/store';
import { keptData, pageAnswer, type Dependencies } from '../../../web/src/service-worker/pages';

const origin = 'https://muster.test';
const HOUR = 3_600_000;
const kept = (address: string, data: KeptPage['data'], asOf = 500): KeptPage => ({
  address,
  person: 'ana',
  version: 'one',
  asOf,
  at: asOf + 1_000,
  data,
});
const found: Found = {
  layout: kept(LAYOUT, { me: { id: 'ana' }, inbox: { at: { epoch: 'a' }, now: 500 } }),
  page: kept('/', { days: { at: { epoch: 'a', asOf: 500 }, now: 500, records: [] } }),
};

/** A server that answers with a status, or is away, or never answers. */
function setUp({ server = 200, has = true }: { server?: number | 'away' | 'slow'; has?: boolean } = {}) {
  const wiped = vi.fn(() => Promise.resolve());
  const find = vi.fn((_address: string, version: string) =>
    Promise.resolve(has && version === 'one' ? found : undefined),
  );
  const fetched: string[] = [];
  const it: Dependencies = {
    fetch: ({ method, url }) => {
      fetched.push(
        `${method} ${new URL(url).pathname}${wiped.mock.calls.length > 0 ? ' after the wipe' : ''}`,
      );
      if (server === 'away') return Promise.reject(new TypeError('Failed to fetch'));
      if (server === 'slow') return new Promise(() => undefined);
      return Promise.resolve(new Response('from the server', { status: server }));
    },
    shell: () => Promise.resolve(new Response('the page without data')),
    store: { find, wipe: wiped },
    version: 'one',
    now: () => 61_500,
    wait: () => Promise.resolve(),
  };
  const ask = async (path: string, { method = 'GET', mode = 'cors' } = {}) => {
    const answer = await pageAnswer({ url: new URL(path, origin).href, method, mode } as Request, origin, it);
    return answer?.type === 'error' ? 'no answer' : answer?.text();
  };
  return { it, ask, wiped, find, fetched, open: (path: string) => ask(path, { mode: 'navigate' }) };
}

describe('a page that is opened', () => {
  it('comes from the server', async () => {
    expect(await setUp().open('/')).toBe('from the server');
  });

  it.each(['away', 'slow'] as const)('comes from the device while the server is %s', async (server) => {
    const { open, find } = setUp({ server });
    expect(await open('/hours?month=2026-10&print')).toBe('the page without data');
    expect(find).toHaveBeenCalledWith('/hours?month=2026-10', 'one', 61_500);
  });

  it('says that there is no connection where nothing is kept', async () => {
    expect(await setUp({ server: 'away', has: false }).open('/')).toContain('<h1>No connection</h1>');
    expect(await setUp({ server: 'away' }).open('/admin/people')).toContain('<h1>No connection</h1>');
  });

  it('waits for a slow server where nothing is kept', async () => {
    const opened = vi.fn();
    void setUp({ server: 'slow', has: false }).open('/').then(opened);
    await new Promise((done) => setTimeout(done));
    expect(opened).not.toHaveBeenCalled();
  });

  it('is an error of the server, not a kept page, while the server fails', async () => {
    expect(await setUp({ server: 500 }).open('/')).toBe('from the server');
  });

  it('comes from the server also where the database fails', async () => {
    const { it: surroundings, open } = setUp();
    vi.spyOn(surroundings.store, 'find').mockRejectedValue(new Error('full'));
    expect(await open('/')).toBe('from the server');
  });

  it.each(['/api/v1/reports/days.csv', 'https://elsewhere.test/'])('is left alone at %s', async (path) => {
    expect(await setUp({ server: 'away' }).open(path)).toBeUndefined();
  });
});

describe('a page’s data', () => {
  it('are the server’s with network, and the kept ones without', async () => {
    const path = '/hours/__data.json?month=2026-10&x-sveltekit-invalidated=01';
    expect(await setUp().ask(path)).toBe('from the server');
    const { ask, find } = setUp({ server: 'away' });
    expect(await ask(path)).toContain('"type":"data"');
    expect(find).toHaveBeenCalledWith('/hours?month=2026-10', 'one', 61_500);
    expect(await setUp({ server: 'away', has: false }).ask(path)).toBe('no answer');
  });

  it('are those of every node, as of the older of layout and page, with clocks that went on', async () => {
    const older = { ...found, page: { ...found.page, asOf: 400 } };
    const { nodes } = JSON.parse(await keptData(older, 3, 61_500).text()) as {
      nodes: { data: number | unknown[]; uses: object }[];
    };
    const [layout, between, page] = nodes.map(({ data }) => unflatten(data) as unknown);
    expect(layout).toEqual({ me: { id: 'ana' }, inbox: { at: { epoch: 'a', asOf: 400 }, now: 60_500 } });
    expect(between).toEqual({});
    expect(page).toEqual({
      days: { at: { epoch: 'a', asOf: 400 }, now: 60_500, records: [] },
      asOf: 400,
    });
    expect(nodes.map(({ uses }) => uses)).toEqual([{ url: 1 }, { url: 1 }, { url: 1 }]);
  });
});

describe('what is kept is deleted', () => {
  it.each([
    ['POST', '/logout'],
    ['POST', '/login?next=%2Fhours'],
    ['POST', '/api/v1/session'],
    ['DELETE', '/api/v1/session'],
  ])('before %s %s is sent, also without network', async (method, path) => {
    const { ask, fetched } = setUp();
    await ask(path, { method });
    expect(fetched).toEqual([`${method} ${path.split('?')[0]} after the wipe`]);
    const away = setUp({ server: 'away' });
    await expect(away.ask(path, { method })).rejects.toThrow('Failed to fetch');
    expect(away.wiped).toHaveBeenCalled();
  });

  it('when an answer is 401, and at no other', async () => {
    for (const status of [200, 403, 409, 503]) {
      const { ask, wiped } = setUp({ server: status });
      await ask('/api/v1/me');
      expect(wiped).not.toHaveBeenCalled();
    }
    const { ask, wiped } = setUp({ server: 401 });
    expect(await ask('/api/v1/attendance/check-in', { method: 'POST' })).toBe('from the server');
    expect(wiped).toHaveBeenCalled();
  });

  it('when the server shows its sign-in page, and not when it is away', async () => {
    const [page, data, redirected, away] = [
      setUp(),
      setUp(),
      setUp({ server: 404 }),
      setUp({ server: 'away' }),
    ];
    await page.open('/login?next=%2F');
    await data.ask('/login/__data.json');
    await redirected.open('/login');
    expect(await away.open('/login')).toContain('No connection');
    expect([page, data, redirected, away].map(({ wiped }) => wiped.mock.calls.length)).toEqual([1, 1, 0, 0]);
  });

  it('never keeps a sign-out from being sent', async () => {
    const { it: surroundings, ask } = setUp();
    vi.spyOn(surroundings.store, 'wipe').mockRejectedValue(new Error('closed'));
    expect(await ask('/logout', { method: 'POST' })).toBe('from the server');
  });
});

describe('an address', () => {
  it('has the parameters that choose its data, and no other', () => {
    const of = (path: string) => addressOf(new URL(path, origin));
    expect(of('/?correct=2026-11-29')).toBe('/');
    expect(of('/hours')).toBe('/hours');
    expect(of('/sessions?from=2026-10-01&of=all')).toBe('/sessions?of=all&from=2026-10-01');
    expect(of('/admin?q=ana&date=2026-11-28&state=in')).toBe('/admin?date=2026-11-28');
    expect(of('/cashier/pos?wall')).toBe('/cashier/pos');
    expect(of('/admin/people')).toBeUndefined();
  });

  it('is kept for a day, and not once the device’s clock is set back', () => {
    const { from, to } = lifetime(100 * HOUR);
    expect([from, to]).toEqual([76 * HOUR, 100 * HOUR + 5 * 60_000]);
  });
});
