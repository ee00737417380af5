import { createHash } from 'node:crypto';
import { toJsonSchema } from '@valibot/to-json-schema';
import type * as v from 'valibot';
import { expect, it } from 'vitest';
import { events } from '$contract/events';
import { close, FocusFrame, Frame, Heads, parsePong, PING, pong, PROTOCOL, Since } from '$contract/wire';

it('the wire is what it was: whoever changes it knows it, and changes only by adding', () => {
  const told: Record<string, Record<string, v.GenericSchema>> = events;
  const schemas = [
    Frame,
    FocusFrame,
    Since,
    Heads,
    ...Object.values(told).flatMap((kind) => Object.values(kind)),
  ];
  const names = Object.entries(told).map(([channel, kind]) => [channel, Object.keys(kind)]);
  const shapes = schemas.map((schema) => toJsonSchema(schema, { errorMode: 'ignore' }));
  const wire = JSON.stringify({ shapes, names, close, PING, PROTOCOL });
  expect(createHash('sha256').update(wire).digest('hex').slice(0, 16)).toBe('40acf65d840614ee');
});

it('a pong carries a position and is read back exactly', () => {
  const at = { epoch: '0123456789abcdef', head: 42 };
  expect(parsePong(pong(at))).toEqual(at);
  for (const other of [
    'pong',
    'pong 0123456789abcdef',
    'pong 0123456789ABCDEF:4',
    `${pong(at)}1x`,
    ` ${pong(at)}`,
    '',
  ]) {
    expect(parsePong(other)).toBeUndefined();
  }
});
