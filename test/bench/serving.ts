/** The other side of `server.ts`: sends its port, obeys orders, and ends on `end` or without its parent. */
import type { Order, Ready } from './server.ts';

export function serving(
  port: number,
  orders: Partial<Record<Order, () => Promise<void>>> & { end: () => Promise<void> },
): void {
  const end = (): void => void orders.end().finally(() => process.exit(0));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.removeAllListeners(signal).once(signal, end);
  process.once('disconnect', end);
  process.on('message', (order: Order) => {
    if (order === 'end') return end();
    void orders[order]?.().then(() => process.send?.('done'));
  });
  process.send?.({ port } satisfies Ready);
}
