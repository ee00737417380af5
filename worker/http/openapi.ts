/** The OpenAPI 3.1 document, generated from the routes' declarations. */
import type { Hono } from 'hono';
import { openAPIRouteHandler } from 'hono-openapi';
import type { Http } from './env';

export function document(api: Hono<Http, never, string>) {
  return openAPIRouteHandler(api, {
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
  });
}
