import type { Sale } from '../worker/contract/sales/payments/payments';
import { refundAll } from '../worker/contract/sales/refunds';
import { type Move, type MoveWrites, moveWrites } from '../worker/contract/sales/moves';

/** A move as a request: its method, its resource under the sale, and the other fields as the body. */
export const moveRequest = <Body extends { move: Move }>({ move, ...json }: Body): MoveRequest<Body> => ({
  method: moveWrites[move].method,
  path: moveWrites[move].path,
  json,
});

interface MoveRequest<Body> {
  method: MoveWrites[Move]['method'];
  path: MoveWrites[Move]['path'];
  json: Omit<Body, 'move'>;
}

/** A payment in one part. */
export const inOne = (method: string, received: number | undefined) => ({ parts: [{ method, received }] });

/** The refund of all that is left of a sale. */
export const allOf = (sale: Sale | null, restock: boolean, reason = 'Broken') => {
  if (!sale) throw new Error('the answer has no money');
  const { lines, parts } = refundAll(sale);
  return { move: 'refund' as const, reason, restock, lines, parts };
};
