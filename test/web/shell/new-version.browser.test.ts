/** The bar about a new version, what makes the page look for one, and the screens that reload by themselves. */
import axe from 'axe-core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { page as screen, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import Lazy from '$lib/shell/Lazy.svelte';
import NewVersion from '$lib/shell/NewVersion.svelte';
import { page, updated } from '../app/state';
import { Reloads } from './reloads';

const bar = screen.getByText('A new version is ready.', { exact: true });
const button = (name: string) => screen.getByRole('button', { name, exact: true });
/** The server has the new version; a page that looks for it finds it. */
const deploy = () =>
  vi.spyOn(updated, 'check').mockImplementation(() => Promise.resolve((updated.current = true)));

let reloads: Reloads;
beforeEach(() => {
  reloads = new Reloads();
});
afterEach(() => {
  reloads.stop();
  updated.current = false;
  page.route.id = '/';
  sessionStorage.clear();
});

const show = (bare = false) => render(NewVersion, { bare, inbox: undefined, session: { over: false } });

describe('the bar', () => {
  it('shows with a new version, is announced, and reloads the page', async () => {
    const { container } = await show();
    await expect.element(bar).not.toBeInTheDocument();
    updated.current = true;
    await expect.element(screen.getByRole('status').getByText('A new version is ready.')).toBeVisible();
    expect((await axe.run(container)).violations).toEqual([]);
    await userEvent.tab();
    await expect.element(button('Later')).toHaveFocus();
    await userEvent.tab();
    await userEvent.keyboard('{Enter}');
    await expect.poll(() => reloads.count).toBe(1);
  });

  it('is away after “Later”, until a part cannot be loaded', async () => {
    deploy();
    await show();
    updated.current = true;
    await button('Later').click();
    await expect.element(bar).not.toBeInTheDocument();
    window.dispatchEvent(new Event('vite:preloadError'));
    await expect.element(bar).toBeVisible();
    expect(reloads.count).toBe(0);
  });

  it.each(['focus', 'online'])('comes with %s, before the next poll', async (event) => {
    const check = deploy();
    await show();
    expect(check).not.toHaveBeenCalled();
    window.dispatchEvent(new Event(event));
    await expect.element(bar).toBeVisible();
  });

  it('stays away when a part cannot be loaded and the version is the same', async () => {
    const check = vi.spyOn(updated, 'check');
    await show();
    window.dispatchEvent(new Event('vite:preloadError'));
    await expect.poll(() => check.mock.calls.length).toBe(1);
    await expect.element(bar).not.toBeInTheDocument();
  });
});

describe('a screen that no one uses', () => {
  /** A timer that begins later runs after the reload's, which the random number makes immediate. */
  const timersRun = () => new Promise((done) => setTimeout(done));
  beforeEach(() => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    vi.spyOn(window, 'fetch').mockResolvedValue(new Response());
  });

  it.each([
    ['wall', true, '/admin'],
    ['customers’ screen', true, '/display'],
    ['host’s screen', false, '/sessions/[id]/live'],
  ])('the %s reloads by itself, without the bar', async (_, bare, route) => {
    page.route.id = route;
    await show(bare);
    expect(reloads.count).toBe(0);
    updated.current = true;
    await expect.poll(() => reloads.count).toBe(1);
    await expect.element(bar).not.toBeInTheDocument();
  });

  it('waits while it is touched', async () => {
    await show(true);
    await userEvent.keyboard('a');
    updated.current = true;
    await expect.element(bar).not.toBeInTheDocument();
    await timersRun();
    expect([reloads.count, vi.mocked(fetch).mock.calls.length]).toEqual([0, 0]);
  });

  it('shows the bar when a part of it cannot be loaded', async () => {
    page.route.id = '/sessions/[id]/live';
    deploy();
    vi.mocked(fetch).mockResolvedValue(new Response(null, { status: 503 }));
    await show();
    window.dispatchEvent(new Event('vite:preloadError'));
    await expect.element(bar).toBeVisible();
    expect(reloads.count).toBe(0);
  });

  it('of anyone else does not reload by itself', async () => {
    await show();
    updated.current = true;
    await expect.element(bar).toBeVisible();
    await timersRun();
    expect(vi.mocked(fetch)).not.toHaveBeenCalled();
  });
});

describe('a part that cannot be loaded', () => {
  const load = () => Promise.reject(new TypeError('Failed to fetch dynamically imported module'));

  it('says so in its place, and what helps: a connection, or the new version', async () => {
    const close = vi.fn();
    const { container } = await render(Lazy, { load, close });
    await expect
      .element(screen.getByText('Couldn’t load this. Check the connection and try again.'))
      .toBeVisible();
    updated.current = true;
    await expect.element(screen.getByText('A new version is ready. Reload to open this.')).toBeVisible();
    expect((await axe.run(container)).violations).toEqual([]);
    await button('Reload').click();
    await expect.poll(() => reloads.count).toBe(1);
    await button('Close').click();
    expect(close).toHaveBeenCalledOnce();
  });
});
