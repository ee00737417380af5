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
