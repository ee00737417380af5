/** Every request from another machine uses https, so that the session cookie can be bound to its host. */

const LOCAL = new Set(['localhost', '127.0.0.1', '[::1]']);

/** The request with the browser's scheme (a proxy that ends TLS forwards it), or a redirect to https. */
export function overTls(request: Request): Request | Response {
  const url = new URL(request.url);
  if (url.protocol === 'https:' || LOCAL.has(url.hostname)) return request;
  url.protocol = 'https:';
  if (request.headers.get('X-Forwarded-Proto') === 'https') return new Request(url, request);
  return Response.redirect(url.href, 308);
}
