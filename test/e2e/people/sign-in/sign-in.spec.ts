import { expect, expectNoSeriousAxe, test } from '../../fixtures.ts';
import { fillSignIn } from '../../Workplace.ts';

test('a wrong password is told in words, and the email stays', async ({ page, workplace }) => {
  const { email } = await workplace.hire('Ben Okafor');
  await page.goto('/login');
  await fillSignIn(page, email, 'not the password');
  await expect(page.getByText('The email or the password is not right.')).toBeVisible();
  await expect(page.getByLabel('Email')).toHaveValue(email);
  await expect(page).toHaveURL(/\/login/);
});

test('an unknown account is answered in the same words', async ({ page }) => {
  await page.goto('/login');
  await fillSignIn(page, 'nobody@harbour.example', 'not the password');
  await expect(page.getByText('The email or the password is not right.')).toBeVisible();
});

test('the right password opens one’s day, and a reload keeps it open', async ({ page, workplace }) => {
  const ben = await workplace.hire('Ben Okafor');
  await workplace.signIn(page, ben);
  await expect(page.getByRole('button', { name: 'Ben Okafor' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('button', { name: 'Ben Okafor' })).toBeVisible();
});

test('whoever is not signed in is asked to, and goes on to where they wanted', async ({
  page,
  workplace,
}) => {
  const { email, password } = workplace.get('supervisor');
  await page.goto('/admin');
  await expect(page).toHaveURL(/\/login\?next=%2Fadmin/);
  await fillSignIn(page, email, password);
  await expect(page).toHaveURL(/\/admin$/);
});

test('signing out ends the session, also in the database', async ({ page, workplace }) => {
  const ben = await workplace.hire('Ben Okafor');
  await workplace.signIn(page, ben);
  await page.getByRole('button', { name: 'Ben Okafor' }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page).toHaveURL(/\/login/);
  await page.goto('/');
  await expect(page).toHaveURL(/\/login/);
  const left = await workplace.db
    .prepare('SELECT count(*) AS n FROM sessions WHERE user_id = ?')
    .bind(ben.id)
    .first('n');
  expect(left).toBe(0);
});

test('a page of another origin can sign nobody out', async ({ page, workplace }) => {
  const ben = await workplace.hire('Ben Okafor');
  await workplace.signIn(page, ben);
  const headers = { Origin: 'http://localhost:3000' };
  const answer = await page.request.post('/logout', { headers, maxRedirects: 0 });
  expect(answer.status()).toBe(403);
  await page.goto('/');
  await expect(page.getByRole('heading', { name: /Ben/ })).toBeVisible();
});

test('an outsider’s redirect carries the security headers, like every page', async ({ page }) => {
  const answer = await page.request.get('/', { maxRedirects: 0 });
  expect(answer.status()).toBe(303);
  expect(answer.headers()).toMatchObject({ 'x-content-type-options': 'nosniff', location: '/login' });
});

test('signing in and out needs no script', async ({ browser, workplace }) => {
  const ben = await workplace.hire('Ben Okafor');
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${workplace.origin}/login`);
  await fillSignIn(page, ben.email, ben.password);
  await page.getByRole('button', { name: 'Ben Okafor' }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page).toHaveURL(/\/login/);
  await context.close();
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the sign-in page is accessible in ${colorScheme}`, async ({ browser, workplace }) => {
    const context = await browser.newContext({ colorScheme });
    const page = await context.newPage();
    await page.goto(`${workplace.origin}/login`);
    await expectNoSeriousAxe(page);
    await fillSignIn(page, 'nobody@harbour.example', 'not the password');
    await expect(page.getByText('The email or the password is not right.')).toBeVisible();
    await expectNoSeriousAxe(page);
    await context.close();
  });
}
