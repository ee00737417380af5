/** Signing in and out, with and without scripts. */
import { expect, test } from '../../fixtures.ts';
import { awake, fillSignIn } from '../../Workplace.ts';

test('a visitor must sign in, reaches the page they wanted, and stays until they sign out', async ({
  page,
  workplace,
}) => {
  const { email, name, password, id } = await workplace.hire('Sara Chief', ['supervisor']);
  const outside = await page.request.get('/', { maxRedirects: 0 });
  expect(outside.status()).toBe(303);
  expect(outside.headers()).toMatchObject({ 'x-content-type-options': 'nosniff', location: '/login' });

  await page.goto('/admin');
  await expect(page).toHaveURL(/\/login\?next=%2Fadmin/);
  await awake(page);
  await fillSignIn(page, email, 'not the password');
  await expect(page.getByText('The email or password is wrong.')).toBeVisible();
  await expect(page.getByLabel('Email')).toHaveValue(email);
  await expect(page).toHaveURL(/\/login/);
  await fillSignIn(page, email, password);
  await expect(page).toHaveURL(/\/admin$/);
  await page.reload();
  await awake(page);
  await expect(page.getByRole('button', { name: `${name}: account` })).toBeVisible();

  // A page of another origin can sign no one out.
  const headers = { Origin: 'http://localhost:3000' };
  const answer = await page.request.post('/logout', { headers, maxRedirects: 0 });
  expect(answer.status()).toBe(403);
  await page.goto('/');
  await awake(page);
  await expect(page.getByRole('heading', { name: /Sara/ })).toBeVisible();

  await page.getByRole('button', { name }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page).toHaveURL(/\/login/);
  await page.goto('/');
  await expect(page).toHaveURL(/\/login/);
  const left = await workplace.db
    .prepare('SELECT count(*) AS n FROM sessions WHERE user_id = ?')
    .bind(id)
    .first('n');
  expect(left).toBe(0);
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
