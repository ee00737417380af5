/** An attendee: from the code on the host's screen to the list, by camera, link, digits or a host's word. */
import type { Page } from '@playwright/test';
import { uuidv7 } from 'uuidv7';
import { Colleague } from './Colleague.ts';
import { expect, test } from './fixtures.ts';
import { awake, type Employee, fillSignIn, type Workplace } from './Workplace.ts';

const MINUTE = 60_000;
/** A hall in Hamburg, and a cafe five kilometres from it. */
const hall = { lat: 53.5503, lng: 9.9937, radius: 80 };
const inHall = { latitude: hall.lat, longitude: hall.lng, accuracy: 12 };
const elsewhere = { latitude: 53.51, longitude: 9.95, accuracy: 15 };

interface Lesson {
  id: string;
  host: Colleague;
  /** The code of this moment. */
  code(): Promise<{ token: string; typed: string }>;
  /** Where the code on the screen leads now. */
  link(): Promise<string>;
}

/** A session that has begun, with these people on its list. */
async function lesson(workplace: Workplace, people: Employee[], more: object = {}): Promise<Lesson> {
  const host = await Colleague.of(workplace, await workplace.hire('Hana Brandt', ['host']));
  const [id, now] = [uuidv7(), Date.now()];
  await host.write('post', 'sessions/live', {
    ...{
      id,
      kind: 'class',
      title: 'First aid refresher',
      courseId: null,
      groups: [],
      hosts: [],
      start: true,
    },
    ...{
      people: people.map((one) => one.id),
      room: 'Lecture hall 2',
      startsAt: now,
      endsAt: now + 90 * MINUTE,
    },
    ...{ lateAfterMinutes: 10, opensBeforeMinutes: 10, periodSeconds: 60, strict: false, geofence: null },
    ...more,
  });
  const code = async () =>
    (await (await host.api.get(`sessions/${id}/code`)).json()) as { token: string; typed: string };
  return { id, host, code, link: async () => `/s/${id}?t=${(await code()).token}` };
}

/** How the host's list has somebody. */
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

test('the link in the code puts a student on the list, and a second scan changes nothing', async ({
  page,
  workplace,
}) => {
  const mia = await workplace.hire('Mia Lindqvist');
  const it = await lesson(workplace, [mia]);
  await workplace.signIn(page, mia);
  await open(page, await it.link());
  await says(page, 'You are in');
  expect(new URL(page.url()).search).toBe('');
  const first = await onList(it, mia);
  expect(first).toMatchObject({ status: 'present', method: 'scan' });

  await open(page, await it.link());
  await says(page, 'You are in already');
  expect(await onList(it, mia)).toEqual(first);
  await page.getByRole('link', { name: 'Back to my day' }).click();
  await expect(page).toHaveURL(workplace.origin + '/');
});

test('a code that is no longer shown is refused in words, and the one shown now counts', async ({
  page,
  workplace,
}) => {
  const mia = await workplace.hire('Mia Lindqvist');
  const it = await lesson(workplace, [mia]);
  await workplace.signIn(page, mia);
  await open(page, `/s/${it.id}?t=${'A'.repeat(22)}`);
  await says(page, 'That code has changed');
  expect(new URL(page.url()).search).toBe('');
  await expect(page.getByRole('link', { name: 'Scan the code' })).toBeVisible();
  expect((await onList(it, mia))?.status).toBeNull();

  await open(page, await it.link());
  await says(page, 'You are in');
  expect(await onList(it, mia)).toMatchObject({ status: 'present' });
});

test('whoever is not signed in yet is in after the sign-in, with the moment of the scan', async ({
  page,
  workplace,
}) => {
  const mia = await workplace.hire('Mia Lindqvist');
  const it = await lesson(workplace, [mia]);
  await open(page, await it.link());
  await expect(page).toHaveURL(new RegExp(`/login\\?next=%2Fs%2F${it.id}$`));
  const scanned = Date.now();
  // The code would be another one by now; what was scanned holds.
  await it.host.write('put', `sessions/${it.id}/running`, { periodSeconds: 5 });
  await fillSignIn(page, mia.email, mia.password);
  await says(page, 'You are in');
  await expect(page).toHaveURL(`${workplace.origin}/s/${it.id}`);
  expect((await onList(it, mia))?.at).toBeLessThanOrEqual(scanned);
});
