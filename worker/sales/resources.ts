/** The routes of a kind's moves, from its table: each move is a resource of its own. */
import * as v from 'valibot';
import type { ProblemCode } from '../contract/errors';
import type { Capability } from '../contract/roles';
import { Move, type MoveInput, type Moves, type MoveWrites, moveWrites } from '../contract/sales/moves';
import { Id } from '../contract/values';
import type { Scope } from '../scope';

const param = v.strictObject({ id: Id });
type Param = typeof param;

/** The problems of a payment or refund, and those of a step in the table. */
export const moneyProblems = ['payment_short', 'payment_not_exact', 'no_drawer', 'currency_changed'] as const;
const stepProblems = [
  'not_found',
  'moved_meanwhile',
  'illegal_move',
  'claimed',
  'changed_meanwhile',
] as const;

const described = {
  edit: {
    does: 'Replace the lines of',
    description: 'Prices are the server’s.',
    problems: ['product_inactive', 'out_of_stock', 'discount_too_large'],
  },
  request_payment: { does: 'Request the payment of' },
  save: { does: 'Save for later', description: 'It gets its number, if it has none.' },
  to_cart: {
    does: 'Put back into the cart',
    description: 'Frees the goods of an order that has no number yet, and shows it nowhere.',
  },
  pay: {
    does: 'Take the payment of',
    description: 'It gets its number, if it has none.',
    problems: moneyProblems,
  },
  claim: { does: 'Start on', description: 'Shows colleagues who releases it.' },
  ready: { does: 'Call', description: 'It is ready: customers’ screens show its number under “Ready”.' },
  unready: { does: 'Undo the call of', description: 'It is prepared again.' },
  take_over: { does: 'Take over', description: 'From the person who has started on it.' },
  put_back: { does: 'Put back', description: 'A colleague can start on it.' },
  release: {
    does: 'Release',
    description: 'Not if another person has started on it. An order’s place may require who received it.',
  },
  undo: {
    does: 'Undo the release of',
    description: 'Your own, within 8 seconds.',
    problems: ['undo_too_late'],
  },
  cancel: { does: 'Cancel', description: 'Before it is paid. Its goods are free again.' },
  refund: {
    does: 'Refund pieces of',
    description:
      'At any time after the payment, from your drawer, by the methods that paid. `restock` says whether the goods are free again. A refund of all pieces before the release cancels it.',
    problems: ['no_drawer', 'refund_not_exact'],
  },
} as const satisfies Record<Move, { does: string; description?: string; problems?: readonly ProblemCode[] }>;

type MovesIn<Table> = { [State in keyof Table]: keyof Table[State] }[keyof Table] & Move;

/** The parts of a route from which the client's types come. */
type MoveRoute<Name extends string, M extends Move, Answer> = M extends Move
  ? {
      method: MoveWrites[M]['method'];
      path: `/${Name}s/:id/${MoveWrites[M]['path']}`;
      param: Param;
      body: MoveWrites[M]['body'];
      answer: Answer;
    }
  : never;

/** @param handle makes the move, and answers with the sale */
export function moveRoutes<
  const Name extends string,
  const Table extends Moves<string>,
  Answer extends v.GenericSchema,
>(
  name: Name,
  table: Table,
  answer: Answer,
  handle: (scope: Scope, id: string, input: MoveInput<MovesIn<Table>>) => Promise<v.InferOutput<Answer>>,
): MoveRoute<Name, MovesIn<Table>, Answer>[] {
  const routes = Move.options.flatMap((move) => {
    const may = mayOf(table, move);
    if (!may) return [];
    const { method, path, body } = moveWrites[move];
    const { does, ...more } = described[move];
    return {
      method,
      path: `/${name}s/:id/${path}`,
      summary: `${does} ${name === 'order' ? 'an' : 'a'} ${name}`,
      description: 'description' in more ? more.description : undefined,
      may,
      param,
      body,
      answer,
      problems: [...stepProblems, ...('problems' in more ? more.problems : [])],
      handle: (scope: Scope, given: { param: { id: string }; body: object }) =>
        handle(scope, given.param.id, { move, ...given.body } as MoveInput<MovesIn<Table>>),
    };
  });
  return routes as unknown as MoveRoute<Name, MovesIn<Table>, Answer>[];
}

/** Who may make a move, in whatever state; undefined if the kind has no such move. */
function mayOf(table: Moves<string>, move: Move): Capability | undefined {
  const [may, ...others] = new Set(Object.values(table).flatMap((from) => from[move]?.may ?? []));
  if (others.length > 0) throw new Error(`${move} has several rights`);
  return may;
}
