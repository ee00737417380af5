import { flushSync } from 'svelte';
import { describe, expect, it } from 'vitest';
import { LiveCollection } from '$live/LiveCollection.svelte';

interface Row {
  id: string;
  state: string;
}
const row = (id: string, state = 'out'): Row => ({ id, state });

describe('a live collection', () => {
  it('shows a guess until the row of its id arrives', () => {
    const rows = new LiveCollection([row('a')]);
    rows.guess(row('a', 'guessed'));
    expect(rows.get('a')).toEqual(row('a', 'guessed'));
    expect(rows.isGuess('a')).toBe(true);
    rows.upsert(row('a', 'in'));
    expect(rows.rows).toEqual([row('a', 'in')]);
    expect(rows.isGuess('a')).toBe(false);
  });

  it('rolls a guess back, but not a newer guess or a row', () => {
    const rows = new LiveCollection([row('a')]);
    const first = rows.guess(row('a', 'first'));
    rows.guess(row('a', 'second'));
    first.rollback();
    expect(rows.get('a')?.state).toBe('second');
    const third = rows.guess(row('a', 'third'));
    rows.upsert(row('a', 'true'));
    third.rollback();
    expect(rows.get('a')?.state).toBe('true');
    const last = rows.guess(row('b', 'new'));
    last.rollback();
    expect(rows.get('b')).toBeUndefined();
  });

  it('keeps guesses through a new snapshot', () => {
    const rows = new LiveCollection([row('a'), row('b')]);
    rows.guess(row('b', 'guessed'));
    rows.replace([row('a', 'in'), row('b')]);
    expect(rows.rows).toEqual([row('a', 'in'), row('b', 'guessed')]);
  });

  it('keeps the order of changed rows, and the same array without changes', () => {
    const rows = new LiveCollection([row('a'), row('b')]);
    expect(rows.rows).toBe(rows.rows);
    rows.upsert(row('a', 'in'));
    expect(rows.rows.map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('notifies its effects', () => {
    const rows = new LiveCollection([row('a')]);
    const seen: number[] = [];
    const stop = $effect.root(() => {
      $effect(() => {
        seen.push(rows.rows.length);
      });
    });
    flushSync();
    rows.upsert(row('b'));
    flushSync();
    rows.delete('a');
    flushSync();
    stop();
    expect(seen).toEqual([1, 2, 1]);
  });
});
