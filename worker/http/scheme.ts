/** Everything beyond this machine goes over https, so that the session cookie can be bound to its host. */

const LOCAL = new Set(['localhost', '127.0.0.1', '[::1]']);

/** The request as it left the browser (a proxy in front that ends TLS says so), or a redirect to https. */
export function overTls(request: Request): Request | Response {
  const url = new URL(request.url);
  if (url.protocol === 'https:' || LOCAL.has(url.hostname)) return request;
  url.protocol = 'https:';
  if (request.headers.get('X-Forwarded-Proto') === 'https') return new Request(url, request);
  return Response.redirect(url.href, 308);
}
