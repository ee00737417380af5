/** Forms and dialogs over the reload that brings a new version. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { page as screen } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { Command } from '$lib/Command.svelte';
import { Catalogue } from '$lib/products/Catalogue.svelte';
import PlacesCard from '$lib/products/PlacesCard.svelte';
import ReasonDialog from '$lib/sessions/ReasonDialog.svelte';
import { dropOthersKept } from '$lib/shell/keep';
import Setup from '../../../web/src/routes/setup/+page.svelte';
import { page, updated } from '../app/state';
import { epoch, FakeSockets, idOf } from '../World';

const reason = screen.getByRole('textbox', { name: 'Reason' });
const field = screen.getByRole('textbox', { name: 'Name' });

beforeEach(() => {
  page.data = { me: { id: idOf(1) } };
  updated.current = true;
});
afterEach(() => {
  updated.current = false;
  page.data = {};
  sessionStorage.clear();
});

/** The page goes, and comes again. */
async function reload({ unmount }: { unmount: () => Promise<void> | void }): Promise<void> {
  window.dispatchEvent(new Event('pagehide'));
  await unmount();
}
const ask = (title = 'Cancel Algebra?') =>
  render(ReasonDialog, {
    title,
    act: 'Cancel it',
    command: new Command(),
    send: () => Promise.resolve(true),
    close: () => undefined,
  });

it('a dialog has its text again, once', async () => {
  const before = await ask();
  await reason.fill('The room is flooded');
  await reload(before);
  const after = await ask();
  await expect.element(reason).toHaveValue('The room is flooded');
  await after.unmount();
  await ask();
  await expect.element(reason).toHaveValue('');
});

it('a form keeps nothing without a new version, after it was closed, or for another record', async () => {
  updated.current = false;
  const same = await ask();
  await reason.fill('The room is flooded');
  await reload(same);
  updated.current = true;
  const closed = await ask();
  await expect.element(reason).toHaveValue('');
  await reason.fill('The room is flooded');
  await closed.unmount();
  window.dispatchEvent(new Event('pagehide'));
  expect(sessionStorage).toHaveLength(0);
  const first = await ask();
  await reason.fill('The room is flooded');
  await reload(first);
  await ask('Cancel Geometry?');
  await expect.element(reason).toHaveValue('');
});

it('an untouched form keeps nothing', async () => {
  await reload(await ask());
  expect(sessionStorage).toHaveLength(0);
});

it('a sign-out, and the next person, forget what was kept', async () => {
  const before = await ask();
  await reason.fill('The room is flooded');
  await reload(before);
  page.data = {};
  dropOthersKept();
  expect(sessionStorage).toHaveLength(0);
});

it('a dialog that was open is open again, with its text', async () => {
  const api = {} as never;
  const at = { epoch, heads: { orders: 0 } };
  const goods = {
    at,
    now: 0,
    currency: 'EUR',
    products: [],
    places: [{ id: idOf(2), name: 'Pier', active: true, asksReceiver: false }],
  };
  const network = { connect: new FakeSockets().connect } as never;
  const show = () =>
    render(PlacesCard, { api, catalogue: new Catalogue(goods as never, { api, network } as never) });
  const before = await show();
  await screen.getByRole('button', { name: 'Rename Pier' }).click();
  await field.fill('Pier 2');
  await reload(before);
  await expect.element(field).not.toBeInTheDocument();
  await show();
  await expect.element(screen.getByRole('dialog', { name: 'Rename Pier' })).toBeVisible();
  await expect.element(field).toHaveValue('Pier 2');
});

it('a password is never kept', async () => {
  const before = await render(Setup);
  await screen.getByRole('textbox', { name: 'Your name' }).fill('Ada Admin');
  await screen.getByLabelText('Password', { exact: true }).fill('correct horse battery');
  await reload(before);
  expect(Object.values(sessionStorage).join()).toContain('Ada Admin');
  expect(Object.values(sessionStorage).join()).not.toContain('horse');
});
