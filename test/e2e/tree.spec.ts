/** What a screen reader finds and says in a check-in, a scan and a sale: names, states, the order of reading, announcements. */
import type { Page } from '@playwright/test';
import { announcements } from './announcements.ts';
import { expect, test } from './fixtures.ts';
import { Till } from './sales/Till.ts';
import { lesson } from './sessions/Lesson.ts';
import { awake } from './Workplace.ts';

const main = (page: Page) => page.getByRole('main');

/** Holds a request until the returned function is called. */
async function hold(page: Page, url: string): Promise<() => void> {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route(url, async (route) => {
    await released;
    await route.continue();
  });
  return release;
}

test(
  'a screen reader finds the check-in first, and says when it is sent and when it counts',
  {
    tag: '@firefox',
  },
  async ({ page, workplace }) => {
    const said = await announcements(page);
    const ben = await workplace.hire('Ben Okafor');
    await workplace.signIn(page, ben);
    await expect(page.locator('[data-status="live"]')).toBeVisible();
    await expect(page.locator('body')).toMatchAriaSnapshot(`
    - link "Skip to the content"
    - banner:
      - link "Harbour Clinic"
      - navigation "Main":
        - link "My day"
        - link "Scan"
        - link "Sessions"
        - link "My hours"
      - button /^Notifications/
      - 'button "Ben Okafor: account and appearance"'
    - main:
      - heading /Ben$/ [level=1]
      - button /^Live, as of .* Refresh now$/
      - status: Live
      - button "Check in You are not checked in"
      - status
      - region "Breaks":
        - heading "Breaks" [level=2]
        - list:
          - listitem:
            - button /^Meal/ [disabled]
          - listitem:
            - button /^Rest/ [disabled]
        - status: Check in to take a break.
      - region "Today":
        - heading "Today" [level=2]
        - button "Add times for today"
      - region "Yesterday":
        - heading "Yesterday" [level=2]
  `);

    const release = await hold(page, '**/check-in');
    await page.getByRole('button', { name: /^Check in/ }).click();
    const checkOut = page.getByRole('button', { name: /^Check out since \d\d:\d\d · 0 min$/ });
    await expect(checkOut).toHaveAttribute('aria-busy', 'true');
    await expect.poll(said).toContain('Sending …');
    release();
    await expect.poll(said).toContainEqual(expect.stringMatching(/Checked in at [\d:]+ · receipt \d+$/));
    await expect(checkOut).not.toHaveAttribute('aria-busy');
    await expect(main(page)).toMatchAriaSnapshot(`
    - button /^Check out since/
    - status: /^Checked in at .* receipt \\d+$/
    - region "Breaks":
      - list:
        - listitem:
          - button /^Meal/
        - listitem:
          - button /^Rest/
    - region "Today":
      - list:
        - listitem: /^since \\d\\d:\\d\\d/
      - button "Correct the times of today"
  `);
    await expect(checkOut).toBeEnabled();
    await checkOut.click();
    await expect.poll(said).toContainEqual(expect.stringMatching(/Checked out at [\d:]+ · receipt \d+$/));
  },
);

test(
  'a screen reader says that a scan is sent and how it ended, and finds the next step',
  {
    tag: '@firefox',
  },
  async ({ page, workplace }) => {
    const said = await announcements(page);
    const mia = await workplace.hire('Mia Lindqvist');
    const it = await lesson(workplace, [mia]);
    await workplace.signIn(page, mia, '/scan');
    await expect(main(page)).toMatchAriaSnapshot(`
    - heading "Scan" [level=1]
    - paragraph: Point the camera at the code that your host shows, or enter its six digits.
    - region "Camera":
      - alert:
        - paragraph
        - paragraph: Enter the code below instead.
    - region "Or enter the code":
      - heading "Or enter the code" [level=2]
      - textbox /^Code for First aid refresher/
      - paragraph: The six digits beside the QR code.
      - button "Join"
  `);

    const release = await hold(page, '**/attendance');
    await page.goto(await it.link());
    await awake(page);
    await expect(main(page)).toMatchAriaSnapshot(`
    - paragraph: Marking you present …
    - status: Marking you present …
  `);
    release();
    await expect(main(page)).toMatchAriaSnapshot(`
    - heading "You are in" [level=1]
    - paragraph:
      - time: /^\\d\\d:\\d\\d:\\d\\d$/
    - paragraph: You are marked present. Your host can see it.
    - paragraph: /^First aid refresher · Lecture hall 2/
    - link "Back to my day"
    - status: You are in. You are marked present. Your host can see it.
  `);
    expect(await said()).toContain('You are in. You are marked present. Your host can see it.');
    const { results } = await workplace.db
      .prepare('SELECT person_id, method FROM session_attendance WHERE session_id = ?1')
      .bind(it.id)
      .all();
    expect(results).toEqual([{ person_id: mia.id, method: 'scan' }]);
  },
);

test(
  'a screen reader says what is in the cart, what is missing, and that the order is paid with its change',
  {
    tag: '@firefox',
  },
  async ({ page, workplace }) => {
    const said = await announcements(page);
    const { colleague, place } = await Till.open(workplace);
    await workplace.signIn(page, colleague.person, '/cashier/pos');
    await expect(page.locator('[data-status="live"]')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Take payment' })).toBeDisabled();
    await page.getByRole('searchbox', { name: 'Search products' }).fill('Butter croissant');
    await page.getByRole('list', { name: 'Products' }).getByRole('button').first().click();
    await expect(main(page)).toMatchAriaSnapshot(`
    - heading "Till" [level=1]
    - button "Your drawer"
    - group "View":
      - radio "Sell" [checked]
      - radio /^Orders/
    - search:
      - searchbox "Search products": Butter croissant
      - button "Clear the search"
    - list "Products":
      - listitem:
        - 'button "Butter croissant €3.50 In the cart: 1"'
    - region "Cart":
      - heading "New order" [level=2]
      - button "Empty the cart"
      - list "In the cart":
        - listitem:
          - text: Butter croissant €3.50 €3.50 each
          - button "Remove one Butter croissant"
          - textbox "Quantity of Butter croissant": "1"
          - button "Add one Butter croissant"
          - button "Remove Butter croissant"
      - term: Total
      - definition: €3.50
      - status: Butter croissant, 1 in the cart.
      - button "Take payment"
      - button "Save for later"
  `);
    await expect.poll(said).toContain('Butter croissant, 1 in the cart.');

    await page.getByRole('button', { name: 'Take payment' }).click();
    const order = page.getByRole('region', { name: /^(New order|Order 001)$/ });
    await expect(order.getByLabel('Received')).toBeFocused();
    await order.getByLabel('Received').fill('3');
    await expect(order.getByRole('status', { name: 'Missing' })).toHaveText('€0.50');
    await order.getByLabel('Received').press('Enter');
    await expect(order.getByLabel('Received')).toHaveAccessibleDescription(/€0\.50 is missing\.$/);
    await order.getByLabel('Received').fill('5');
    await expect(order).toMatchAriaSnapshot(`
    - heading "New order For payment" [level=2]
    - button "Close"
    - list "Items":
      - listitem: 1 × Butter croissant €3.50
    - term: Total
    - definition: €3.50
    - group "Payment method":
      - radio "Cash" [checked]
      - radio "Card"
      - radio "Bank transfer"
    - textbox "Received": "5"
    - group "Quick amounts":
      - button "Exact"
      - button "€5.00"
    - status "Change": €1.50
    - button "Mark as paid"
    - button "Pay in several ways"
    - button "Back to the cart"
    - button "Save for later"
    - list "History"
  `);

    const release = await hold(page, '**/payment');
    await page.keyboard.press('Control+Enter');
    await expect(order.getByRole('button', { name: 'Mark as paid' })).toHaveAttribute('aria-busy', 'true');
    release();
    await expect(order.getByRole('button', { name: 'Next order' })).toBeFocused();
    await expect(order).toMatchAriaSnapshot(`
    - heading "Order 001 Preparing" [level=2]
    - term: Cash, received
    - definition: €5.00
    - term: Change
    - definition: €1.50
    - button "Receipt"
    - button "Next order"
    - button "Refund"
    - status: Order 001 is paid. Change €1.50.
  `);
    expect(await said()).toContain('Order 001 is paid. Change €1.50.');
    const { results } = await workplace.db
      .prepare('SELECT state FROM sales WHERE place_id = ?1')
      .bind(place.id)
      .all();
    expect(results).toEqual([{ state: 'for_release' }]);
  },
);
