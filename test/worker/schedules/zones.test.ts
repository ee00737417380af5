/** Only zones that the roster can compute with are valid. */
import * as v from 'valibot';
import { expect, it } from 'vitest';
import { Zone } from '../../../worker/contract/values';
import { instantOf } from '../../../worker/contract/zones';

const letters = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ');
const abbreviations = letters.flatMap((a) => letters.flatMap((b) => letters.map((c) => a + b + c)));
const taken = [...abbreviations, ...Intl.supportedValuesOf('timeZone')].filter((name) => v.is(Zone, name));

it('instants can be computed for every valid zone', () => {
  expect(taken).toContain('Europe/Berlin');
  expect(taken).toContain('EST');
  const broken = taken.filter((name) => {
    try {
      return !Number.isFinite(instantOf(name, '2026-06-09', '09:00'));
    } catch {
      return true;
    }
  });
  expect(broken).toEqual([]);
});
