/** The security headers of every page. svelte.config.js holds the content policy with its nonce. */
export function secure(response: Response, url: URL): Response {
  const { headers } = response;
  headers.set('X-Content-Type-Options', 'nosniff');
  // The address of a receipt is its key: that page sends none at all.
  if (!headers.has('Referrer-Policy')) headers.set('Referrer-Policy', 'same-origin');
  headers.set('Permissions-Policy', 'camera=(self), microphone=(), geolocation=(self), payment=(), usb=()');
  headers.set('Cross-Origin-Opener-Policy', 'same-origin');
  headers.set('Cross-Origin-Resource-Policy', 'same-origin');
  // A shared computer's Back button must not show the last person's board.
  headers.set('Cache-Control', 'private, no-store');
  if (url.protocol === 'https:')
    headers.set('Strict-Transport-Security', 'max-age=31536000; includeSubDomains');
  return response;
}
