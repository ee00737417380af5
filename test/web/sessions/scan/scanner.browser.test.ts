/** The scanner's place on the page: what it says must not move the form below it. */
import { expect, it, vi } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import Scanner from '$lib/sessions/scan/Scanner.svelte';

it.each([
  ['NotFoundError', 'No camera found'],
  ['NotAllowedError', 'The camera is blocked for this page'],
  ['NotReadableError', 'The camera did not start'],
])('takes the same place before and after %s', async (name, words) => {
  await page.viewport(360, 740);
  const asked = Promise.withResolvers<MediaStream>();
  vi.spyOn(navigator.mediaDevices, 'getUserMedia').mockReturnValue(asked.promise);
  const { container } = await render(Scanner, { found: () => undefined });
  const height = () => container.getBoundingClientRect().height;
  await expect.element(page.getByText('Starting the camera …')).toBeVisible();
  const before = height();
  asked.reject(new DOMException('', name));
  await expect.element(page.getByText(words)).toBeVisible();
  expect(before).toBeGreaterThan(200);
  expect(height()).toBe(before);
  await page.viewport(1280, 800);
});
