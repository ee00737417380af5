/** The texts that routes accept, read from the OpenAPI document, and the forbidden characters. */
import { ask } from '../workplace';

export const kinds = {
  'U+0000': ['\u0000', 'control characters'],
  'U+001B': ['\u001b', 'control characters'],
  'U+007F': ['\u007f', 'control characters'],
  'U+202E': ['\u202e', 'characters that turn the direction of text'],
  'U+D800': ['\ud800', 'half a character'],
  'U+FFFE': ['\ufffe', 'noncharacters'],
} as const;

interface Schema {
  type?: string;
  pattern?: string;
  enum?: unknown[];
  format?: string;
  const?: unknown;
  anyOf?: Schema[];
  oneOf?: Schema[];
  properties?: Record<string, Schema>;
  items?: Schema;
}
interface Operation {
  parameters?: { in: string; name: string; schema: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
}
interface Document {
  paths: Record<string, Record<string, Operation>>;
}
export interface Taken {
  route: string;
  field: string;
}

/** Every text in a route's JSON. */
export const textsOfBodies = (): Promise<Taken[]> =>
  ofEach(({ requestBody }) => textsIn(requestBody?.content['application/json']?.schema ?? {}, []));

/** Every text in a route's URL or headers. */
export const textsOfAddresses = (): Promise<Taken[]> =>
  ofEach(({ parameters = [] }) => parameters.flatMap((it) => textsIn(it.schema, [it.in, it.name])));

async function ofEach(texts: (operation: Operation) => string[]): Promise<Taken[]> {
  const { paths } = await (await ask('/openapi.json')).json<Document>();
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, operation]) => {
      const route = `${method.toUpperCase()} ${path.replace('/api/v1', '')}`;
      return [...new Set(texts(operation))].map((field) => ({ route, field }));
    }),
  );
}

/** The keywords that `textsIn` reads. It throws on others, so that no text is missed. */
const known = new Set([
  ...[
    'type',
    'pattern',
    'enum',
    'format',
    'const',
    'anyOf',
    'oneOf',
    'properties',
    'items',
    'required',
    'default',
  ],
  ...['additionalProperties', 'minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems'],
]);

function textsIn(schema: Schema, at: string[]): string[] {
  const unread = Object.entries(schema).filter(([key, it]) =>
    key === 'additionalProperties' ? it !== false : !known.has(key),
  );
  if (unread.length > 0) throw new Error(`unread at ${at.join('.')}: ${JSON.stringify(unread)}`);
  const bounded = schema.pattern ?? schema.enum ?? schema.format ?? schema.const;
  if (schema.type === 'string' && bounded === undefined) return [at.join('.')];
  return [
    ...[...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].flatMap((it) => textsIn(it, at)),
    ...Object.entries(schema.properties ?? {}).flatMap(([key, it]) => textsIn(it, [...at, key])),
    ...(schema.items ? textsIn(schema.items, [...at, '0']) : []),
  ];
}
