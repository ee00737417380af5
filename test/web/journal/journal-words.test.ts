import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { actionOf, type Move } from '$contract/sales/moves';
import { orderMoves } from '$contract/sales/orders/orders';
import { registrationMoves } from '$contract/sales/registrations/registrations';
import { actions, actionWords, differenceOf, sentenceOf } from '$lib/journal/words';

const worker = join(import.meta.dirname, '..', '..', '..', 'worker');

/** Every journal action in the Worker's code. */
function journaled(): string[] {
  const files = readdirSync(worker, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  const names = files.flatMap((file) => {
    const text = readFileSync(join(worker, file), 'utf8');
    return [...text.matchAll(/action: ([^;{}]*?),\n/g)].flatMap(([, value = '']) =>
      [...value.matchAll(/'([a-z_]+\.[a-z_]+)'/g)].map(([, name]) => name ?? ''),
    );
  });
  const moves = (['order', 'registration'] as const).flatMap((kind) =>
    Object.values<Partial<Record<Move, unknown>>>(kind === 'order' ? orderMoves : registrationMoves)
      .flatMap((from) => Object.keys(from) as Move[])
      .map((move) => actionOf(kind, move)),
  );
  return [...new Set([...names, ...moves])];
}

describe('the journal in words', () => {
  it('names an old action by its present term, and any other by its own name', () => {
    expect(actionWords('session.flags_cleared')).toBe('Session flags dismissed');
    expect(actionWords('order.paid')).toBe('Order paid');
  });

  it('has a sentence for every action that is journaled', () => {
    const names = journaled();
    expect(names.length).toBeGreaterThan(20);
    expect(names.filter((name) => !(name in actions))).toEqual([]);
  });

  it('names the actor and the person concerned', () => {
    const actor = { id: '1', name: 'Ana Kovač' };
    expect(sentenceOf({ action: 'correction.approved', actor, about: 'Emil Novák' })).toBe(
      'Ana Kovač approved a correction of Emil Novák',
    );
    expect(sentenceOf({ action: 'attendance.checked_out', actor: null, about: 'Emil Novák' })).toBe(
      'Emil Novák was checked out by Muster',
    );
    expect(sentenceOf({ action: 'order.paid', actor, about: '034 of 2026-11-28' })).toBe(
      'Ana Kovač took payment for order 034 of 28 Nov 2026',
    );
  });

  it('shows a change field by field, with instants as clock times and without ids', () => {
    const before = { id: 'a', personId: 'b', inAt: 1, outAt: null, auto: false };
    expect(differenceOf({ before, after: { ...before, outAt: 2, auto: true } }, (at) => `at ${at}`)).toEqual([
      { field: 'Out', before: '–', after: 'at 2' },
      { field: 'Automatic', before: 'no', after: 'yes' },
    ]);
  });
});
