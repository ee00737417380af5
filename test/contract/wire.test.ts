import { createHash } from 'node:crypto';
import { toJsonSchema } from '@valibot/to-json-schema';
import { expect, it } from 'vitest';
import { events } from '$contract/events';
import { close, Frame, Heads, parsePong, PING, pong, PROTOCOL, Since } from '$contract/wire';

it('the wire is what it was: whoever changes it knows it, and changes only by adding', () => {
  const schemas = [Frame, Since, Heads, ...Object.values(events).flatMap((kind) => Object.values(kind))];
  const told = JSON.stringify(
    [schemas.map((schema) => toJsonSchema(schema, { errorMode: 'ignore' })), events, close, PING, PROTOCOL],
    (_key, value: unknown) =>
      typeof value === 'object' && value !== null && '~standard' in value ? undefined : value,
  );
  expect(createHash('sha256').update(told).digest('hex').slice(0, 16)).toBe('a5ebedb7189bb130');
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
