/** An attendee: from the host's code to the list, by camera, link, digits or the host's approval. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from '@playwright/test';
import { findBrowser, flags } from '../../../../scripts/browser.ts';
import { film } from './film.ts';
import { expect, test } from '../../fixtures.ts';
import { type Lesson, lesson } from '../Lesson.ts';
import { awake, type Employee, fillSignIn } from '../../Workplace.ts';

const MINUTE = 60_000;
/** A hall in Hamburg, and a cafe five kilometres from it. */
const hall = { lat: 53.5503, lng: 9.9937, radius: 80 };
const inHall = { latitude: hall.lat, longitude: hall.lng, accuracy: 12 };
const elsewhere = { latitude: 53.51, longitude: 9.95, accuracy: 15 };

/** A person's row on the host's list. */
async function onList({ host, id }: Lesson, { id: who }: Employee) {
  const sheet = (await (await host.api.get(`sessions/${id}/attendance`)).json()) as {
    attendees: { person: { id: string }; status: string | null; at: number; method: string | null }[];
  };
  return sheet.attendees.find(({ person }) => person.id === who);
}

async function open(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await awake(page);
}
const says = (page: Page, title: string) =>
  expect(page.getByRole('heading', { name: title, exact: true })).toBeVisible();

test('the code’s link puts a student on the list once; an expired code is refused, and digits replace a camera', async ({
  page,
  workplace,
}) => {
  const mia = await workplace.hire('Mia Lindqvist');
  const noa = await workplace.hire('Noa Fischer');
  const [it, second] = [await lesson(workplace, [mia]), await lesson(workplace, [mia])];
  const third = await lesson(workplace, [noa]);
  await workplace.signIn(page, mia);

  await test.step('a stale code is refused in words, and the one shown now counts', async () => {
    await open(page, `/s/${it.id}?t=${'A'.repeat(22)}`);
    await says(page, 'That code has changed');
    expect(new URL(page.url()).search).toBe('');
    await expect(page.getByRole('link', { name: 'Scan the code' })).toBeVisible();
    expect((await onList(it, mia))?.status).toBeNull();

    const keys: (string | undefined)[] = [];
    await page.route('**/attendance', async (route) => {
      keys.push(route.request().headers()['idempotency-key']);
      if (keys.length > 1) return route.continue();
      await route.fetch(); // takes effect
      await route.abort(); // but its answer is lost
    });
    await open(page, await it.link());
    await says(page, 'You are in');
    await expect.poll(() => keys.length).toBe(2);
    expect(new Set(keys).size).toBe(1);
    expect(new URL(page.url()).search).toBe('');
    await page.unroute('**/attendance');
    expect(await onList(it, mia)).toMatchObject({ status: 'present', method: 'scan' });
  });

  await test.step('a second scan changes nothing', async () => {
    const first = await onList(it, mia);
    await open(page, await it.link());
    await says(page, 'You are already in');
    expect(await onList(it, mia)).toEqual(first);
    await page.getByRole('link', { name: 'Back to my day' }).click();
    await expect(page).toHaveURL(workplace.origin + '/');
  });

  await test.step('after a refused scan the digits can be typed where the refusal is read', async () => {
    await open(page, `/s/${second.id}?t=${'A'.repeat(22)}`);
    await page.getByRole('button', { name: 'Enter the code' }).click();
    await page.getByLabel('Code').fill((await second.code()).typed);
    await page.getByRole('button', { name: 'Join' }).click();
    await says(page, 'You are in');
  });

  await test.step('wrong digits are refused, right ones count', async () => {
    await workplace.signIn(page, noa);
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Scan' }).click();
    await expect(page.getByRole('alert')).toContainText('nter the code below');
    const digits = page.getByLabel(/^Code for First aid refresher/);
    const take = page.getByRole('button', { name: 'Join' });
    await digits.fill('12');
    await take.click();
    await expect(page.getByText('Enter the six digits beside the QR code.')).toBeVisible();
    const { typed } = await third.code();
    await digits.fill(typed === '000000' ? '000001' : '000000');
    await take.click();
    await expect(page.getByText('These digits are wrong or have expired.')).toBeVisible();
    await digits.fill(`${typed.slice(0, 3)} ${typed.slice(3)}`);
    await take.click();
    await says(page, 'You are in');
    await expect(page).toHaveURL(`${workplace.origin}/s/${third.id}`);
    expect(await onList(third, noa)).toMatchObject({ status: 'present', method: 'code' });
  });
});

test('a student who is not signed in yet is in after the sign-in, with the moment of the scan; in strict mode they scan again', async ({
  page,
  workplace,
}) => {
  const mia = await workplace.hire('Mia Lindqvist');
  const [it, strict] = [await lesson(workplace, [mia]), await lesson(workplace, [mia], { strict: true })];
  await open(page, await it.link());
  await expect(page).toHaveURL(new RegExp(`/login\\?next=%2Fs%2F${it.id}$`));
  const scanned = Date.now();
  // The code has changed by now; the scan still counts.
  await it.host.write('put', `sessions/${it.id}/running`, { periodSeconds: 5 });
  await fillSignIn(page, mia.email, mia.password);
  await says(page, 'You are in');
  await expect(page).toHaveURL(`${workplace.origin}/s/${it.id}`);
  expect((await onList(it, mia))?.at).toBeLessThanOrEqual(scanned);

  await page.context().clearCookies();
  const link = await strict.link();
  await open(page, link);
  await expect(page).toHaveURL(new RegExp(`/login\\?next=%2Fs%2F${strict.id}$`));
  await fillSignIn(page, mia.email, mia.password);
  await says(page, 'Not on the list yet');
  expect(await strict.link()).toBe(link);
  await open(page, link);
  await says(page, 'You are in');
});

test('a session with a place explains the request; outside is refused, inside counts, and without a position the host decides', async ({
  page,
  context,
  workplace,
}) => {
  const [mia, noa, pia] = [
    await workplace.hire('Mia Lindqvist'),
    await workplace.hire('Noa Fischer'),
    await workplace.hire('Pia Near'),
  ];
  const it = await lesson(workplace, [mia, noa, pia], { geofence: hall });

  await test.step('without a position they ask the host, whose answer changes the page by itself', async () => {
    await context.grantPermissions([]);
    const answer = async (who: Employee, accept: boolean) =>
      it.host.write('put', `sessions/${it.id}/requests/${who.id}`, { accept });
    for (const [who, accept, title] of [
      [mia, true, 'You are in'],
      [noa, false, 'Not let in'],
    ] as const) {
      await workplace.signIn(page, who);
      await open(page, await it.link());
      await says(page, 'Location is turned off');
      await page.getByRole('button', { name: 'Ask the host to let me in' }).click();
      await says(page, 'Waiting for the host');
      await page.reload();
      await awake(page);
      await says(page, 'Waiting for the host');
      await answer(who, accept);
      await says(page, title);
    }
    expect(await onList(it, mia)).toMatchObject({ status: 'present', method: 'request' });
    expect((await onList(it, noa))?.status).toBeNull();
  });

  await test.step('a student who allowed it before is in without a further question', async () => {
    await context.grantPermissions(['geolocation']);
    await context.setGeolocation(inHall);
    await workplace.signIn(page, pia);
    await open(page, await it.link());
    await says(page, 'You are in');
  });

  await test.step('a phone that never asked before explains the request', async () => {
    const near = await lesson(workplace, [pia], { geofence: hall });
    await context.setGeolocation(elsewhere);
    await page.addInitScript(() => {
      navigator.permissions.query = () => Promise.resolve({ state: 'prompt' } as PermissionStatus);
    });
    await open(page, await near.link());
    await expect(page.getByText('We keep only the rough distance')).toBeVisible();
    expect((await onList(near, pia))?.status).toBeNull();
    await page.getByRole('button', { name: 'Share my location' }).click();
    await says(page, 'You seem too far away');
    await context.setGeolocation(inHall);
    await page.getByRole('button', { name: 'Try again' }).click();
    await says(page, 'You are in');
    const kept = await workplace.db
      .prepare('SELECT * FROM session_attendance WHERE session_id = ?1')
      .bind(near.id)
      .all();
    expect(kept.results).toMatchObject([{ person_id: pia.id, distance_zone: 'inside' }]);
    expect(JSON.stringify(kept.results)).not.toContain('53.5');
  });
});

test('each refusal is a sentence with a next step', async ({ page, workplace }) => {
  const mia = await workplace.hire('Mia Lindqvist');
  await workplace.signIn(page, mia);
  const later = { startsAt: Date.now() + 60 * MINUTE, endsAt: Date.now() + 120 * MINUTE, start: false };
  const early = await lesson(workplace, [mia], later);
  const foreign = await lesson(workplace, []);
  const [ended, cancelled, locked] = [
    await lesson(workplace, [mia]),
    await lesson(workplace, [mia]),
    await lesson(workplace, [mia]),
  ];
  const links = await Promise.all([ended, cancelled, locked].map((it) => it.link()));
  await ended.host.write('post', `sessions/${ended.id}/end`, {});
  await cancelled.host.write('post', `sessions/${cancelled.id}/cancel`, { reason: 'Room flooded' });
  await locked.host.write('post', `sessions/${locked.id}/lock`, { reason: 'Doors closed' });
  for (const [link, title, way] of [
    [`/s/${early.id}?t=${'A'.repeat(22)}`, 'Too early', 'Scan the code'],
    [await foreign.link(), 'You are not on the list', 'Scan the code'],
    [links[0], 'This session has ended', 'Back to my day'],
    [links[1], 'This session was cancelled', 'Back to my day'],
    [links[2], 'The list is locked', 'Back to my day'],
  ] as const) {
    await open(page, link ?? '');
    await says(page, title);
    await expect(page.getByRole('main').getByRole('link', { name: way })).toBeVisible();
  }
});

test('the scanner reads with the browser’s reader or its own, and ignores codes of no session', async ({
  workplace,
}) => {
  const mia = await workplace.hire('Mia Lindqvist');
  const noa = await workplace.hire('Noa Fischer');
  const it = await lesson(workplace, [mia, noa]);
  const folder = await mkdtemp(join(tmpdir(), 'muster-camera-'));
  const file = join(folder, 'camera.y4m');
  await film(file, workplace.origin + (await it.link()));
  const seen = [
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
    `--use-file-for-fake-video-capture=${file}`,
  ];
  const browser = await chromium.launch({ executablePath: findBrowser(), args: [...flags, ...seen] });
  try {
    const page = await (await browser.newContext({ baseURL: workplace.origin })).newPage();
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    await workplace.signIn(page, mia);
    expect(requests.filter((url) => url.endsWith('.wasm'))).toEqual([]);
    await open(page, '/scan');
    await says(page, 'You are in');
    await expect(page).toHaveURL(`${workplace.origin}/s/${it.id}`);
    expect(requests.filter((url) => url.endsWith('.wasm'))).toHaveLength(1);
    expect(requests.filter((url) => /^https?:/.test(url) && !url.startsWith(workplace.origin))).toEqual([]);
    expect(await onList(it, mia)).toMatchObject({ status: 'present', method: 'scan' });

    const native = await (await browser.newContext({ baseURL: workplace.origin })).newPage();
    await native.addInitScript(() => {
      class Reader {
        static getSupportedFormats = () => Promise.resolve(['qr_code']);
        detect = () => {
          const { dataset } = document.documentElement;
          dataset['looks'] = `${Number(dataset['looks'] ?? 0) + 1}`;
          return Promise.resolve([{ rawValue: dataset['seen'] ?? 'https://menu.example/today' }]);
        };
      }
      Object.assign(window, { BarcodeDetector: Reader });
    });
    const holdUp = (seen: string) =>
      native.evaluate((text) => {
        Object.assign(document.documentElement.dataset, { seen: text, looks: '0' });
      }, seen);
    const looks = async () => Number(await native.locator('html').getAttribute('data-looks'));
    await workplace.signIn(native, noa, '/scan');
    await expect(native.getByText('This is not a session code.')).toBeVisible();
    await holdUp(`https://elsewhere.example${await it.link()}`);
    await expect.poll(looks).toBeGreaterThan(3);
    await expect(native.getByText('This is not a session code.')).toBeVisible();
    await expect(native).toHaveURL(`${workplace.origin}/scan`);
    await holdUp(workplace.origin + (await it.link()));
    await says(native, 'You are in');
  } finally {
    await browser.close();
    await rm(folder, { recursive: true });
  }
});
