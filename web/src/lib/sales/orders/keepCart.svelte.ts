import type { Cart } from './Cart.svelte';
import { stored } from './stored';

/** Keeps a till's cart on the device until it is sold or cleared: over navigation, reload and deploy. Call it while a component is made. */
export function keepCart(cart: Cart, personId: string): void {
  const key = `muster.cart.${personId}`;
  let isRead = false;
  $effect(() => {
    const { kept } = cart;
    if (!isRead) {
      isRead = true;
      const found = stored(key);
      if (found !== undefined && kept === undefined) cart.kept = found;
      return;
    }
    if (kept === undefined) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(kept));
  });
}
