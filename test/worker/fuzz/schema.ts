/** The OpenAPI document as the Worker serves it, and whether a value is as one of its schemas says. */
import { ask } from '../workplace';

export interface Schema {
  type?: 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean' | 'null';
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: false | Schema;
  propertyNames?: Schema;
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  oneOf?: Schema[];
  pattern?: string;
  format?: 'date' | 'binary';
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  default?: unknown;
}

type Content = Record<string, { schema: Schema }>;
export interface Operation {
  method: string;
  /** Below the API's address, such as `/orders/{id}`. */
  path: string;
  'x-capability': string;
  'x-problems': string[];
  parameters?: { in: 'path' | 'query' | 'header'; name: string; required?: boolean; schema: Schema }[];
  requestBody?: { content: Content };
  responses: Record<string, { content?: Content }>;
}

/** Every route of the document. */
export async function operations(): Promise<Operation[]> {
  const { paths } = await (
    await ask('/openapi.json')
  ).json<{ paths: Record<string, Record<string, Operation>> }>();
  return Object.entries(paths).flatMap(([path, those]) =>
    Object.entries(those).map(([method, it]) => ({
      ...it,
      method: method.toUpperCase(),
      path: path.replace('/api/v1', ''),
    })),
  );
}

const sizes: Record<string, (value: unknown, most: number) => boolean> = {
  minLength: (value, least) => (value as string).length >= least,
  maxLength: (value, most) => (value as string).length <= most,
  minItems: (value, least) => (value as unknown[]).length >= least,
  maxItems: (value, most) => (value as unknown[]).length <= most,
  minimum: (value, least) => (value as number) >= least,
  maximum: (value, most) => (value as number) <= most,
};

const types: Record<NonNullable<Schema['type']>, (value: unknown) => boolean> = {
  object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  array: (value) => Array.isArray(value),
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  integer: (value) => Number.isInteger(value),
  boolean: (value) => typeof value === 'boolean',
  null: (value) => value === null,
};

/** Where and how the value is not as the schema says; empty if it is. @throws for a keyword that it does not know */
export function faults(schema: Schema, value: unknown, at = ''): string[] {
  if (schema.type && !types[schema.type](value)) return [`${at} is no ${schema.type}`];
  return Object.entries(schema).flatMap(([keyword, it]) => faultsOf(keyword, it, schema, value, at));
}

function faultsOf(keyword: string, rule: unknown, schema: Schema, value: unknown, at: string): string[] {
  const size = sizes[keyword];
  if (size) return size(value, rule as number) ? [] : [`${at} breaks ${keyword} ${String(rule)}`];
  switch (keyword) {
    case 'type':
    case 'default':
    case 'format':
      return [];
    case 'const':
      return value === rule ? [] : [`${at} is not ${JSON.stringify(rule)}`];
    case 'enum':
      return (rule as unknown[]).includes(value) ? [] : [`${at} is none of its values`];
    case 'pattern':
      return new RegExp(rule as string, 'u').test(value as string) ? [] : [`${at} does not match`];
    case 'anyOf':
    case 'oneOf': {
      const each = (rule as Schema[]).map((it) => faults(it, value, at));
      return each.some((those) => those.length === 0) ? [] : each.flat();
    }
    case 'items':
      return (value as unknown[]).flatMap((it, index) => faults(rule as Schema, it, `${at}.${index}`));
    case 'required':
      return (rule as string[])
        .filter((key) => !(key in (value as object)))
        .map((key) => `${at}.${key} is missing`);
    case 'properties':
      return Object.entries(rule as Record<string, Schema>).flatMap(([key, it]) =>
        key in (value as object) ? faults(it, (value as Record<string, unknown>)[key], `${at}.${key}`) : [],
      );
    case 'propertyNames':
      return Object.keys(value as object).flatMap((key) => faults(rule as Schema, key, `${at}.${key}`));
    case 'additionalProperties':
      return Object.entries(value as object)
        .filter(([key]) => !(key in (schema.properties ?? {})))
        .flatMap(([key, it]) =>
          rule === false ? [`${at}.${key} is unknown`] : faults(rule as Schema, it, `${at}.${key}`),
        );
    default:
      throw new Error(`unread keyword at ${at}: ${keyword}`);
  }
}
