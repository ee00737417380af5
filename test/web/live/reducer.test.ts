/** Every case of what a channel does about what it hears, as a table. The channel is at 5. */
import { describe, expect, it } from 'vitest';
import type { Since } from '$contract/wire';
import { type Heard, onHeard, onPulled, type Place, type Step } from '$live/reducer';
import { epoch, event, restored } from '../World';

const at: Place = { epoch, head: 5, heard: 5 };
/** Something heard before was of 8, and is still missing. */
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
function said(step: Step): string {
  const what = step.do === 'apply' ? `apply ${step.events.map(({ seq }) => seq).join()}` : step.do;
  return `${what} (heard ${step.heard})`;
}

describe('what a channel hears', () => {
  it.each<[string, Place, Heard, string]>([
    ['the next event is applied', at, events([6]), 'apply 6 (heard 6)'],
    ['several next events are applied', at, events([6, 7]), 'apply 6,7 (heard 7)'],
    ['of an overlap only the new ones are applied', at, events([4, 5, 6]), 'apply 6 (heard 6)'],
    ['an event before a hole is applied, and not what is behind it', at, events([6, 8]), 'apply 6 (heard 8)'],
    ['older events are dropped', at, events([3, 4, 5]), 'drop (heard 5)'],
    ['an empty frame is dropped', at, events([]), 'drop (heard 5)'],
    ['a gap is pulled', at, events([8]), 'pull (heard 8)'],
    ['the next event is applied while more is missing', behind, events([6]), 'apply 6 (heard 8)'],
    ['older events while more is missing: it is pulled', behind, events([4]), 'pull (heard 8)'],
    ['events of another epoch: the log is asked', at, events([6], restored), 'pull (heard 5)'],
    ['a greeting at the head says nothing new', at, hello(5), 'drop (heard 5)'],
    ['a greeting behind the screen says nothing new', at, hello(3), 'drop (heard 5)'],
    ['a greeting ahead is pulled', at, hello(9), 'pull (heard 9)'],
    ['a greeting with a replay is waited for', at, hello(9, true), 'wait (heard 9)'],
    ['a greeting of another epoch: the log is asked', at, hello(1, false, restored), 'pull (heard 5)'],
    ['a replay of another epoch is not waited for', at, hello(9, true, restored), 'pull (heard 5)'],
    ['a pong at the head says nothing new', at, pong(5), 'drop (heard 5)'],
    ['a pong behind the screen says nothing new', at, pong(4), 'drop (heard 5)'],
    ['a pong ahead is pulled', at, pong(6), 'pull (heard 6)'],
    ['a pong behind what was heard before is pulled', behind, pong(5), 'pull (heard 8)'],
    ['a pong of another epoch: the log is asked', at, pong(5, restored), 'pull (heard 5)'],
    ['who is there is not part of the log', behind, presence, 'drop (heard 8)'],
  ])('%s', (_words, place, heard, expected) => {
    expect(said(onHeard(place, heard))).toBe(expected);
  });
});

describe('what the log answers', () => {
  it.each<[string, Place, Since, string]>([
    ['what was missing is applied', at, answer([6, 7], 7), 'apply 6,7 (heard 7)'],
    ['a page is applied, and more is known to come', at, answer([6, 7], 20, true), 'apply 6,7 (heard 20)'],
    ['nothing is missing', at, answer([], 5), 'apply  (heard 5)'],
    [
      'what was pushed meanwhile is not applied again',
      { ...at, head: 6, heard: 6 },
      answer([6, 7], 7),
      'apply 7 (heard 7)',
    ],
    ['what was heard meanwhile is still missing', { ...at, heard: 9 }, answer([6], 6), 'apply 6 (heard 9)'],
    [
      'somebody further behind has joined: they get nothing out of order',
      { ...at, head: 2 },
      answer([6], 6, true),
      'apply  (heard 6)',
    ],
    ['a reset reloads', at, reset, 'reload (heard 5)'],
    ['a reset after a newer snapshot is not believed', { ...at, head: 7, heard: 7 }, reset, 'pull (heard 7)'],
    [
      'a reset after a snapshot of another epoch is not believed',
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
    expect(said(onPulled(place, at, since))).toBe(expected);
  });

  it('a log that has more and does not tell it is an error', () => {
    expect(() => onPulled(at, at, answer([], 9, true))).toThrow('does not go on');
  });
});
