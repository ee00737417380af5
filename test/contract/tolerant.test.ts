import { toJsonSchema } from '@valibot/to-json-schema';
import * as v from 'valibot';
import { expect, it } from 'vitest';
import { events } from '$contract/events';
import { tolerant } from '$contract/tolerant';
import { Frame, Heads, Since } from '$contract/wire';

const channels: Record<string, Record<string, v.GenericSchema>> = events;
const read = [Frame, Since, Heads, ...Object.values(channels).flatMap((kind) => Object.values(kind))];
const shapeOf = (schema: v.GenericSchema) => JSON.stringify(toJsonSchema(schema, { errorMode: 'ignore' }));

it('a page reads keys that a newer Worker adds, at every depth of every event and frame, and nothing else', () => {
  for (const schema of read) {
    const loose = shapeOf(tolerant(schema));
    expect(loose).not.toContain('"additionalProperties":false');
    expect(loose).toBe(shapeOf(schema).replaceAll(',"additionalProperties":false', ''));
  }
});

it('a tolerant schema drops unknown keys, still checks the known ones, and leaves the strict one strict', () => {
  const Line = v.strictObject({
    id: v.string(),
    tags: v.optional(v.array(v.strictObject({ name: v.string() }))),
  });
  const Row = v.strictObject({
    at: v.nullable(
      v.pipe(
        Line,
        v.check(({ id }) => id !== 'no'),
      ),
    ),
  });
  const newer = { at: { id: 'a', tags: [{ name: 'x', hue: 1 }], more: {} }, next: [] };
  expect(v.parse(tolerant(Row), newer)).toEqual({ at: { id: 'a', tags: [{ name: 'x' }] } });
  for (const wrong of [{}, { at: {} }, { at: { id: 'no' } }, { at: { id: 'a', tags: [{ hue: 1 }] } }])
    expect(v.is(tolerant(Row), wrong)).toBe(false);
  expect(v.is(Row, newer)).toBe(false);
});

it('a frame of a newer Worker is read', () => {
  const hello = { kind: 'hello', v: 1, channel: 'orders', epoch: '0123456789abcdef', head: 4, replay: false };
  expect(v.parse(tolerant(Frame), { ...hello, region: 'weur' })).toEqual(hello);
});
