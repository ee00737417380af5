/** Comments on an order: plain text that its author may edit for a few minutes. */
import * as v from 'valibot';
import {
  Comment,
  type CommentChange,
  COMMENT_EDIT_MS,
  type EditComment,
  type NewComment,
} from '../../contract/sales/orders/orders';
import { Named } from '../../contract/sessions/sessions';
import { type Fact, map, query, row, rows, type Value } from '../../db/queries';
import type { Answer } from '../../live/commit';
import { invalid, Refusal } from '../../refusal';
import type { Scope } from '../../scope';
import { json } from '../rows';

/** The most comments of one order, so that one order cannot fill the list. */
const MOST = 100;

/** SQL: comments; a WHERE may follow. */
const COMMENT = `SELECT c.id, c.sale_id AS orderId, c.at, c.edited_at AS editedAt, c.text,
  json_object('id', people.id, 'name', people.name) AS by
  FROM order_comments AS c JOIN people ON people.id = c.person_id`;

/** @param which SQL after the FROM: a WHERE, an ORDER BY */
export const commentsIn = (d1: D1Database, which: string, params?: readonly Value[]): Fact<Comment[]> =>
  map(rows<Omit<Comment, 'by'> & { by: string }>(d1, `${COMMENT} ${which}`, params), (found) =>
    found.map((it) => ({ ...it, by: v.parse(json(Named), it.by) })),
  );

const INSERT = `INSERT INTO order_comments (id, sale_id, person_id, at, text)
  SELECT ?1, ?2, ?3, ?4, ?5 WHERE EXISTS (SELECT 1 FROM sales WHERE id = ?2 AND kind = 'order')
    AND (SELECT count(*) FROM order_comments WHERE sale_id = ?2) < ${MOST}`;

const UPDATE = `UPDATE order_comments SET text = ?3, edited_at = ?4
  WHERE id = ?1 AND person_id = ?2 AND text = ?5 AND at >= ?4 - ${COMMENT_EDIT_MS}`;

const commentSubject = (orderId: string, id: string) => `order/${orderId}/comment/${id}`;

/**
 * @throws Refusal `not_found` for an unknown order, `too_many_comments`, `invalid_input` for an id that is taken
 */
export const comment = (scope: Scope, orderId: string, { id, text }: NewComment): Promise<Answer> =>
  scope.commit({
    subject: commentSubject(orderId, id),
    action: 'order.commented',
    facts: (d1) =>
      row<{ comments: number; taken: number }>(
        d1,
        `SELECT (SELECT count(*) FROM order_comments WHERE sale_id = sales.id) AS comments,
           EXISTS (SELECT 1 FROM order_comments WHERE id = ?2) AS taken
         FROM sales WHERE id = ?1 AND kind = 'order'`,
        [orderId, id],
      ),
    decide(order, me, at) {
      if (!order) throw new Refusal('not_found');
      if (order.comments >= MOST) throw new Refusal('too_many_comments');
      if (order.taken) throw invalid('id', 'is taken');
      const by = { id: me.id, name: me.name };
      const after: Comment = { id, orderId, by, at, editedAt: null, text };
      return {
        write: query(INSERT, [id, orderId, by.id, at, text]),
        before: null,
        after,
        publish: [{ channel: 'orders', type: 'order.commented', data: after }],
      };
    },
  });

/** @throws Refusal `not_found`, `own_comment`, `comment_too_old` */
export const editComment = (
  scope: Scope,
  { orderId, id }: { orderId: string; id: string },
  { text }: EditComment,
): Promise<Answer> =>
  scope.commit({
    subject: commentSubject(orderId, id),
    action: 'order.comment_edited',
    facts: (d1) => commentsIn(d1, 'WHERE c.id = ?1 AND c.sale_id = ?2', [id, orderId]),
    decide([before], me, at) {
      if (!before) throw new Refusal('not_found');
      if (before.by.id !== me.id) throw new Refusal('own_comment');
      if (at - before.at > COMMENT_EDIT_MS) throw new Refusal('comment_too_old');
      const after: Comment = { ...before, text, editedAt: at };
      return {
        write: query(UPDATE, [id, me.id, text, at, before.text]),
        before,
        after,
        publish: [{ channel: 'orders', type: 'order.commented', data: after }],
      };
    },
  });

export async function commentChange(answer: Promise<Answer>): Promise<CommentChange> {
  const { after, receipt } = await answer;
  return { comment: v.parse(Comment, after), receipt };
}
