/** As Cloudflare's edge writes it; elsewhere a client may send anything. */
const RAY = /^[0-9a-f]{16}(-[A-Z]{3})?$/;

/** The id of a request, for its log line and for the person: Cloudflare's, or a new one. @param ray the header `CF-Ray` */
export const requestId = (ray: string | null | undefined): string =>
  ray && RAY.test(ray) ? ray : crypto.randomUUID();
