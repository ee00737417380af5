import { createHash } from 'node:crypto';
import { toJsonSchema } from '@valibot/to-json-schema';
import type * as v from 'valibot';
import { expect, it } from 'vitest';
import { events } from '$contract/events';
import { close, FocusFrame, Frame, Heads, parsePong, PING, pong, PROTOCOL, Since } from '$contract/wire';

it('the wire changes only on purpose and by additions', () => {
  const channels: Record<string, Record<string, v.GenericSchema>> = events;
  const schemas = [
    Frame,
    FocusFrame,
    Since,
    Heads,
    ...Object.values(channels).flatMap((kind) => Object.values(kind)),
  ];
  const names = Object.entries(channels).map(([channel, kind]) => [channel, Object.keys(kind)]);
  const shapes = schemas.map((schema) => toJsonSchema(schema, { errorMode: 'ignore' }));
  const wire = JSON.stringify({ shapes, names, close, PING, PROTOCOL });
  expect(createHash('sha256').update(wire).digest('hex').slice(0, 16)).toBe('f930a2c13076c7fc');
});

it('a pong carries a cursor that parses back exactly', () => {
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
