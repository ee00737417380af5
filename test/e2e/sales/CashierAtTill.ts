/** A cashier at a till's page, who notes what the page says of each order: to be compared with the database. */
import { expect, type Locator, type Page } from '@playwright/test';

/** Minor units, as the page showed them. */
export interface Shown {
  /** Of the queue, such as "012". */
  number: string;
  total: number;
  /** By rate in percent. */
  taxes: Record<string, number>;
  cash: number;
  card: number;
  tip: number;
}

export interface Goods {
  id: string;
  code: string;
  pieces: number;
}
/** "note": more cash than is due. "split": a part by card, the rest in cash. "tip": by card, with a tip. */
export type Way = 'cash' | 'note' | 'card' | 'split' | 'tip';

const COIN = 5;
export const inCoins = (amount: number) => Math.round(amount / COIN) * COIN;
const typed = (amount: number) => (amount / 100).toFixed(2);
const read = (words: string) => Math.round(Number(words.replaceAll(/[^\d.-]/g, '')) * 100);

export class CashierAtTill {
  readonly shown: Shown[] = [];
  /** By the page's clock. */
  #scannedAt = 0;

  constructor(readonly page: Page) {}

  private get panel() {
    return this.page.locator('[data-panel]');
  }

  async openDrawer(float: string): Promise<void> {
    await this.page.getByRole('button', { name: 'Open your drawer' }).click();
    const dialog = this.page.getByRole('dialog', { name: 'Your drawer' });
    await dialog.getByLabel('Cash in the drawer').fill(float);
    await dialog.getByRole('button', { name: 'Open the drawer' }).click();
    await expect(dialog.locator('[data-drawer=open]')).toBeVisible();
    await this.page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
  }

  /** Scans the first piece of each, and taps for the others. */
  async take(goods: readonly Goods[]): Promise<void> {
    for (const { id, code, pieces } of goods) {
      this.#scannedAt = await this.page.evaluate(
        async ([text, before]) => {
          // A person holds the next product before the scanner: what follows sooner would be the same code.
          const at = before + 310;
          while (Date.now() < at) await new Promise(requestAnimationFrame);
          for (const key of [...text, 'Enter'])
            document.body.dispatchEvent(
              new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }),
            );
          return Date.now();
        },
        [code, this.#scannedAt] as const,
      );
      const line = this.page.locator(`[data-cart] [data-line="${id}"]`);
      await expect(line).toBeVisible();
      for (let more = 1; more < pieces; more += 1) await this.page.locator(`[data-product="${id}"]`).click();
      await expect(line.locator('[data-control=quantity]')).toHaveValue(String(pieces));
    }
    await expect(this.page.locator('[data-cart] [data-line]')).toHaveCount(goods.length);
  }

  /** @param what the button that opens the dialog */
  async discount(what: string | RegExp, percent: string): Promise<void> {
    await this.page.locator('[data-cart]').getByRole('button', { name: what }).click();
    const dialog = this.page.getByRole('dialog', { name: /^Discount on/ });
    await dialog.getByRole('spinbutton', { name: 'Percent' }).fill(percent);
    await dialog.getByRole('button', { name: 'Regular guest' }).click();
    await dialog.getByRole('button', { name: 'Give the discount' }).click();
    await expect(dialog).toBeHidden();
  }

  /** Takes the payment of the cart, and goes on to the next order. */
  async pay(way: Way): Promise<void> {
    await this.page.locator('[data-pay]').click();
    const { panel } = this;
    await expect(panel.getByRole('button', { name: 'Mark as paid' })).toBeVisible();
    const total = read(await panel.locator('[data-total]').innerText());
    const it = await this.#typePayment(way, total);
    await panel.getByRole('button', { name: 'Mark as paid' }).click();
    await expect(panel.locator('[data-next]')).toBeVisible();
    const change = panel.locator('[data-change]');
    if (way === 'note') expect(read(await change.innerText())).toBe(5_000 - it.cash);
    const number = (await panel.locator('h2').innerText()).replaceAll(/\D/g, '');
    this.shown.push({ number, total, taxes: await taxesIn(panel), ...it });
    await panel.locator('[data-next]').click();
    await expect(panel).toHaveCount(0);
  }

  /** Sells the cart without network: in cash, with the goods handed over. */
  async sellForCash(): Promise<void> {
    await this.page.locator('[data-pay]').click();
    const paying = this.page.locator('[data-offline=paying]');
    const total = read(await paying.locator('[data-total]').innerText());
    const taxes = await taxesIn(paying);
    await paying.getByRole('button', { name: 'Sell for cash' }).click();
    const sold = this.page.locator('[data-offline=sold]');
    await expect(sold.getByText(/^Receipt D\d+-A\d+$/)).toBeVisible();
    this.shown.push({ number: '', total, taxes, cash: inCoins(total), card: 0, tip: 0 });
    await sold.locator('[data-next]').click();
    await expect(sold).toHaveCount(0);
  }

  async #typePayment(way: Way, total: number): Promise<Pick<Shown, 'cash' | 'card' | 'tip'>> {
    const { panel } = this;
    const method = (name: string) => panel.getByText(name, { exact: true }).first().click();
    switch (way) {
      case 'cash':
        return { cash: inCoins(total), card: 0, tip: 0 };
      case 'note':
        await panel.getByLabel('Received').fill('50');
        return { cash: inCoins(total), card: 0, tip: 0 };
      case 'card':
        await method('Card');
        return { cash: 0, card: total, tip: 0 };
      case 'tip':
        await method('Card');
        await panel.getByLabel('Tip', { exact: true }).fill('1.30');
        return { cash: 0, card: total, tip: 130 };
      case 'split': {
        const card = 123;
        await panel.getByRole('button', { name: 'Pay in several ways' }).click();
        await method('Card');
        await panel.getByLabel('Amount', { exact: true }).fill(typed(card));
        await panel.getByRole('button', { name: /^Take this part/ }).click();
        await expect(panel.locator('[data-left]')).toBeVisible();
        await method('Cash');
        return { card, cash: inCoins(total - card), tip: 0 };
      }
    }
  }
}

async function taxesIn(panel: Locator): Promise<Shown['taxes']> {
  const words = await panel.locator('dl > div', { hasText: /^Tax / }).allInnerTexts();
  return Object.fromEntries(
    words.map((text) => {
      const [, rate = '', amount = ''] = /^Tax ([\d.]+) %.*?([-€\d.,]+)$/s.exec(text.trim()) ?? [];
      return [rate, read(amount)];
    }),
  );
}
