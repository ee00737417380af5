/** In place of the browser's own page, where there is neither network nor a kept page. It runs no script and comes back by itself. */
const html = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta http-equiv="refresh" content="20" />
    <title>No connection · Muster</title>
    <style>
      :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; background: light-dark(#f8f7f4, #171614); color: light-dark(#26241f, #efede8); }
      main { max-width: 32rem; margin: 20vh auto 0; padding: 0 1.5rem; }
      a { color: inherit; }
    </style>
  </head>
  <body>
    <main>
      <h1>No connection</h1>
      <p>This page is not saved on this device. It opens by itself once there is a connection. <a href="">Try again</a>, or open <a href="/">my day</a>.</p>
    </main>
  </body>
</html>`;

export const nothingKept = (): Response =>
  new Response(html, {
    status: 503,
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
      'Cache-Control': 'no-store',
    },
  });
