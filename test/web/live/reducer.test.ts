/** Every step of the reducer as a table. The channel is at 5. */
import { describe, expect, it } from 'vitest';
import type { Since } from '$contract/wire';
import { type Heard, type Named, onHeard, onPulled, type Place, type Step } from '$live/reducer';
import { epoch, event, restored } from '../World';

const at: Place = { epoch, head: 5, heard: 5 };
/** Event 8 was announced, and is still missing. */
const behind: Place = { epoch, head: 5, heard: 8 };

const events = (seqs: number[], life = epoch): Heard => ({
  kind: 'events',
  epoch: life,
  from: seqs[0] ?? 0,
  events: seqs.map(event),
});
const hello = (head: number, replay = false, life = epoch): Heard => ({
  kind: 'hello',
  v: 1,
  channel: 'attendance',
  epoch: life,
  head,
  replay,
});
const pong = (head: number, life = epoch): Heard => ({ kind: 'pong', epoch: life, head });
const log = (head: number): Named => ({ kind: 'log', epoch, head });
const presence: Heard = { kind: 'presence', joined: [], left: [] };
const answer = (seqs: number[], head: number, more = false): Since => ({
  reset: false,
  epoch,
  head,
  events: seqs.map(event),
  more,
});
const reset: Since = { reset: true, epoch: restored, head: 2 };

/** `apply 6,7 (heard 8)` */
function wordsOf(step: Step): string {
  const what = step.do === 'apply' ? `apply ${step.events.map(({ seq }) => seq).join()}` : step.do;
  return `${what} (heard ${step.heard})`;
}

describe('a frame', () => {
  it.each<[string, Place, Heard | Named, string]>([
    ['the next event is applied', at, events([6]), 'apply 6 (heard 6)'],
    ['several next events are applied', at, events([6, 7]), 'apply 6,7 (heard 7)'],
    ['only the new events of an overlap are applied', at, events([4, 5, 6]), 'apply 6 (heard 6)'],
    ['an event before a gap is applied, and not those after it', at, events([6, 8]), 'apply 6 (heard 8)'],
    ['older events are dropped', at, events([3, 4, 5]), 'drop (heard 5)'],
    ['an empty frame is dropped', at, events([]), 'drop (heard 5)'],
    ['a gap is pulled', at, events([8]), 'pull (heard 8)'],
    ['the next event is applied while more is missing', behind, events([6]), 'apply 6 (heard 8)'],
    ['older events while more is missing are pulled', behind, events([4]), 'pull (heard 8)'],
    ['events of another epoch are pulled', at, events([6], restored), 'pull (heard 5)'],
    ['a greeting at the head is dropped', at, hello(5), 'drop (heard 5)'],
    ['a greeting behind the screen is dropped', at, hello(3), 'drop (heard 5)'],
    ['a greeting ahead is pulled', at, hello(9), 'pull (heard 9)'],
    ['a greeting with a replay is waited for', at, hello(9, true), 'wait (heard 9)'],
    ['a greeting of another epoch is pulled', at, hello(1, false, restored), 'pull (heard 5)'],
    ['a replay of another epoch is not waited for', at, hello(9, true, restored), 'pull (heard 5)'],
    ['a pong at the head is dropped', at, pong(5), 'drop (heard 5)'],
    ['a pong behind the screen is dropped', at, pong(4), 'drop (heard 5)'],
    ['a log behind the screen is pulled', at, log(4), 'pull (heard 5)'],
    ['a log at the head is dropped', at, log(5), 'drop (heard 5)'],
    ['a pong ahead is pulled', at, pong(6), 'pull (heard 6)'],
    ['a pong behind an announced event is pulled', behind, pong(5), 'pull (heard 8)'],
    ['a pong of another epoch is pulled', at, pong(5, restored), 'pull (heard 5)'],
    ['presence is not part of the log', behind, presence, 'drop (heard 8)'],
  ])('%s', (_words, place, heard, expected) => {
    expect(wordsOf(onHeard(place, heard))).toBe(expected);
  });
});

describe('an answer of the log', () => {
  it.each<[string, Place, Since, string]>([
    ['missing events are applied', at, answer([6, 7], 7), 'apply 6,7 (heard 7)'],
    ['a page is applied, and the rest is expected', at, answer([6, 7], 20, true), 'apply 6,7 (heard 20)'],
    ['an empty answer applies nothing', at, answer([], 5), 'apply  (heard 5)'],
    [
      'an event pushed during the pull is not applied again',
      { ...at, head: 6, heard: 6 },
      answer([6, 7], 7),
      'apply 7 (heard 7)',
    ],
    [
      'an event announced during the pull is still missing',
      { ...at, heard: 9 },
      answer([6], 6),
      'apply 6 (heard 9)',
    ],
    [
      'a subscriber further behind has joined and gets nothing out of order',
      { ...at, head: 2 },
      answer([6], 6, true),
      'apply  (heard 6)',
    ],
    ['a reset reloads', at, reset, 'reload (heard 5)'],
    ['a reset after a newer snapshot is ignored', { ...at, head: 7, heard: 7 }, reset, 'pull (heard 7)'],
    [
      'a reset after a snapshot of another epoch is ignored',
      { epoch: restored, head: 5, heard: 5 },
      reset,
      'pull (heard 5)',
    ],
    [
      'events of an epoch that the screen has left are not applied',
      { epoch: restored, head: 5, heard: 5 },
      answer([6], 6),
      'pull (heard 5)',
    ],
  ])('%s', (_words, place, since, expected) => {
    expect(wordsOf(onPulled(place, at, since))).toBe(expected);
  });

  it('without the events up to its head throws', () => {
    expect(() => onPulled(at, at, answer([], 9, true))).toThrow('does not go on');
  });
});
