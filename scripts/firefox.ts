#!/usr/bin/env node
/**
 * Starts Firefox for Playwright (`moz-firefox`), with a socket between them. Playwright 1.65 sets the colour scheme of each context
 * by a command that Firefox 153 does not know, and gives up. Here that refusal becomes a success; all else passes as it is.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import * as v from 'valibot';
import { type RawData, WebSocket, WebSocketServer } from 'ws';

const unknown = 'emulation.setMediaFeaturesOverride';
const Message = v.object({
  id: v.nullish(v.number()),
  method: v.optional(v.string()),
  error: v.optional(v.string()),
});

const browser = spawn(process.env['FIREFOX_PATH'] ?? 'firefox', process.argv.slice(2), {
  stdio: ['ignore', 'ignore', 'pipe'],
});
browser.once('exit', (code) => process.exit(code ?? 1));
for await (const line of createInterface({ input: browser.stderr })) {
  const url = /^WebDriver BiDi listening on (ws:\S+)$/.exec(line)?.[1];
  if (url === undefined) console.error(line);
  else between(url);
}

/** Listens on a port of its own and names it as Firefox does. */
function between(url: string): void {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  server.on('connection', (playwright, { url: path = '' }) => {
    const firefox = new WebSocket(url + path);
    const opened = new Promise((resolve) => firefox.once('open', resolve));
    const ids = new Set<number>();
    playwright.on('message', (message) => {
      const { id, method } = parse(message);
      if (method === unknown && typeof id === 'number') ids.add(id);
      void opened.then(() => firefox.send(message, { binary: false }));
    });
    firefox.on('message', (message) => {
      const { id, error } = parse(message);
      const refused = typeof id === 'number' && ids.delete(id) && error === 'unknown command';
      if (refused) playwright.send(JSON.stringify({ type: 'success', id, result: {} }));
      else playwright.send(message, { binary: false });
    });
    playwright.once('close', () => firefox.close());
    firefox.once('close', () => playwright.close());
  });
  server.once('listening', () => {
    const address = server.address();
    if (address !== null && typeof address === 'object')
      console.error(`WebDriver BiDi listening on ws://127.0.0.1:${address.port}`);
  });
}

function parse(message: RawData): v.InferOutput<typeof Message> {
  // `ws` gives one Buffer unless it is asked for another type.
  return v.parse(Message, JSON.parse(Buffer.isBuffer(message) ? message.toString() : '{}'));
}
