/** Reads the API's OpenAPI document into what the page shows of each operation. */
import { problems, problemCodes, type ProblemCode } from '$contract/errors';
import * as v from 'valibot';
import { fieldsOf, Schema, type SchemaField } from './schema';

const Media = v.object({ schema: v.optional(Schema) });
const Content = v.optional(v.record(v.string(), Media));
const Parameter = v.object({
  name: v.string(),
  in: v.string(),
  required: v.optional(v.boolean(), false),
  description: v.optional(v.string()),
  schema: v.optional(Schema),
});
const Described = v.object({
  summary: v.optional(v.string()),
  description: v.optional(v.string()),
  tags: v.optional(v.array(v.string()), []),
  parameters: v.optional(v.array(Parameter), []),
  requestBody: v.optional(v.object({ content: Content })),
  responses: v.optional(
    v.record(v.string(), v.object({ description: v.optional(v.string()), content: Content })),
    {},
  ),
  'x-capability': v.optional(v.string()),
  'x-problems': v.optional(v.array(v.picklist(problemCodes)), []),
});
const methods = ['get', 'post', 'put', 'patch', 'delete'] as const;
export const Document = v.object({
  info: v.object({ title: v.string(), version: v.string(), description: v.optional(v.string()) }),
  paths: v.record(v.string(), v.record(v.string(), v.unknown())),
  components: v.optional(v.object({ schemas: v.optional(v.record(v.string(), Schema), {}) })),
});
export type Document = v.InferOutput<typeof Document>;

export interface Refusal {
  code: ProblemCode;
  status: number;
  words: string;
}

export interface Operation {
  id: string;
  method: string;
  path: string;
  tag: string;
  summary: string;
  description: string;
  /** Who may use it, in words. */
  may: string;
  parameters: SchemaField[];
  body: SchemaField[];
  answers: { status: string; fields: SchemaField[] }[];
  refusals: Refusal[];
}

export function operationsOf(document: Document): Operation[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const described = v.safeParse(Described, item[method]);
      return item[method] !== undefined && described.success
        ? [operationOf(path, method, described.output, document)]
        : [];
    }),
  );
}

function operationOf(
  path: string,
  method: string,
  it: v.InferOutput<typeof Described>,
  { components }: Document,
): Operation {
  const named = components?.schemas ?? {};
  const json = (content: v.InferOutput<typeof Content>) =>
    fieldsOf(content?.['application/json']?.schema, named);
  return {
    id: `${method}${path.replace(/[^a-z0-9]+/gi, '-')}`.replace(/-$/, ''),
    method: method.toUpperCase(),
    path,
    tag: it.tags[0] ?? 'other',
    summary: it.summary ?? path,
    description: it.description ?? '',
    may: whoMay(it['x-capability']),
    parameters: it.parameters.map((each) => ({
      path: each.name,
      type: fieldsOf(each.schema, named)[0]?.type ?? 'text',
      required: each.required,
      note: [each.in === 'header' ? 'header' : each.in === 'path' ? 'in the path' : 'query', each.description]
        .filter(Boolean)
        .join(': '),
    })),
    body: json(it.requestBody?.content),
    answers: Object.entries(it.responses)
      .filter(([status]) => Number(status) < 400)
      .map(([status, answer]) => ({ status, fields: json(answer.content) })),
    refusals: it['x-problems'].map(refusalOf),
  };
}

export function refusalOf(code: ProblemCode): Refusal {
  const [status, words] = problems[code];
  return { code, status, words };
}

function whoMay(capability: string | undefined): string {
  if (capability === 'anyone') return 'Anyone, signed in or not';
  if (capability === 'account.use') return 'Everyone signed in';
  if (capability === 'self.use') return 'Everyone who works here';
  return capability ? `Anyone who may ${capability}` : 'Not stated';
}
