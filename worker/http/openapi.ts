/** The OpenAPI 3.1 document, generated from the routes' declarations. */
import type { Context, Hono } from 'hono';
import { generateSpecs } from 'hono-openapi';
import type { Http } from './env';

/** Anyone may ask for it, and making it takes about 30 ms: an isolate makes its text once. */
export function document(api: Hono<Http, never, string>) {
  let text: string | undefined;
  return async (c: Context<Http>): Promise<Response> => {
    text ??= JSON.stringify(await generateSpecs(api, options));
    return c.body(text, 200, { 'Content-Type': 'application/json' });
  };
}

const options: Parameters<typeof generateSpecs>[1] = {
  excludeStaticFile: false, // else openapi.json counts as one
  documentation: {
    openapi: '3.1.0',
    info: {
      title: 'Muster',
      version: '1',
      description: 'Who is at work, live. Errors are RFC 9457 problem JSON with a stable `code`.',
      license: { name: 'MIT' },
    },
    components: {
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: '__Host-muster' },
        display: { type: 'apiKey', in: 'cookie', name: '__Host-muster-display' },
      },
    },
  },
};
