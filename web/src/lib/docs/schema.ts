/** Flattens a JSON Schema into a list of fields. */
import * as v from 'valibot';

const Flat = v.object({
  type: v.optional(v.union([v.string(), v.array(v.string())])),
  format: v.optional(v.string()),
  description: v.optional(v.string()),
  enum: v.optional(v.array(v.unknown())),
  const: v.optional(v.unknown()),
  minLength: v.optional(v.number()),
  maxLength: v.optional(v.number()),
  $ref: v.optional(v.string()),
  required: v.optional(v.array(v.string())),
});
export interface Schema extends v.InferOutput<typeof Flat> {
  properties?: Record<string, Schema> | undefined;
  additionalProperties?: Schema | boolean | undefined;
  items?: Schema | undefined;
  anyOf?: Schema[] | undefined;
  oneOf?: Schema[] | undefined;
  allOf?: Schema[] | undefined;
}
const nested: v.GenericSchema<Schema> = v.lazy(() => Schema);
const many = v.optional(v.array(nested));
export const Schema: v.GenericSchema<Schema> = v.object({
  ...Flat.entries,
  properties: v.optional(v.record(v.string(), nested)),
  additionalProperties: v.optional(v.union([v.boolean(), nested])),
  items: v.optional(nested),
  anyOf: many,
  oneOf: many,
  allOf: many,
});

export interface SchemaField {
  path: string;
  type: string;
  required: boolean;
  note: string;
}

/** The fields of a schema. Nested ones have dotted paths; `[]` marks a list's items, `*` any key. */
export function fieldsOf(
  schema: Schema | undefined,
  named: Record<string, Schema>,
  depth = 0,
): SchemaField[] {
  const it = settle(schema, named);
  if (!it || depth > 6) return [];
  if (it.properties) {
    return Object.entries(it.properties).flatMap(([name, property]) => {
      const required = it.required?.includes(name) ?? false;
      return within(name, property, required, named, depth);
    });
  }
  return [
    { path: '', type: typeOf(it, named), required: true, note: noteOf(it) },
    ...below('', it, named, depth),
  ];
}

function within(
  path: string,
  schema: Schema,
  required: boolean,
  named: Record<string, Schema>,
  depth: number,
) {
  const it = settle(schema, named) ?? {};
  return [{ path, type: typeOf(it, named), required, note: noteOf(it) }, ...below(path, it, named, depth)];
}

/** The fields within a field. */
function below(path: string, schema: Schema, named: Record<string, Schema>, depth: number): SchemaField[] {
  const choices = (schema.anyOf ?? schema.oneOf ?? []).map((each) => settle(each, named));
  const it = choices.find((each) => each?.properties) ?? schema;
  const join = (under: string) => fieldsOf(settle(under === '' ? it : schema, named), named, depth + 1);
  if (it.properties) return join('').map((line) => ({ ...line, path: dotted(path, line.path) }));
  const [mark, inner] = it.items
    ? ['[]', it.items]
    : typeof it.additionalProperties === 'object'
      ? ['.*', it.additionalProperties]
      : ['', undefined];
  const parts = inner && settle(inner, named)?.properties ? fieldsOf(inner, named, depth + 1) : [];
  return parts.map((line) => ({ ...line, path: dotted(path + mark, line.path) }));
}

const dotted = (...steps: string[]) => steps.filter(Boolean).join('.');

function settle(schema: Schema | undefined, named: Record<string, Schema>): Schema | undefined {
  const name = schema?.$ref?.split('/').at(-1);
  if (name !== undefined) return named[name];
  const [only, ...more] = schema?.allOf ?? [];
  return only && more.length === 0 ? settle(only, named) : schema;
}

function typeOf(schema: Schema, named: Record<string, Schema>): string {
  const it = settle(schema, named) ?? {};
  if (it.const !== undefined) return JSON.stringify(it.const);
  if (it.enum) return it.enum.map((value) => JSON.stringify(value)).join(' | ');
  const choices = it.anyOf ?? it.oneOf;
  if (choices) return [...new Set(choices.map((each) => typeOf(each, named)))].join(' or ');
  if (it.items) return `list of ${typeOf(it.items, named)}`;
  if (Array.isArray(it.type)) return it.type.join(' or ');
  return it.type === 'string' && it.format
    ? `${it.format} text`
    : (it.type?.replace('string', 'text') ?? 'anything');
}

function noteOf({ description, minLength, maxLength }: Schema): string {
  const lengths = [
    minLength !== undefined && minLength > 1 && `at least ${minLength} characters`,
    maxLength !== undefined && `at most ${maxLength}`,
  ];
  return [description, ...lengths].filter(Boolean).join(', ');
}
