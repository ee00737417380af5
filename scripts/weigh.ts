/**
 * `npm run weigh`: what a phone loads when it opens a page for the first time, and how soon it shows it. The pages come from the built
 * product with the demo's data, through a local HTTP/2 proxy that compresses with brotli, as the edge does. It fails beyond the limits
 * of `pages`; the aims are only printed, because a busy machine is slower than a phone.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Browser, chromium } from '@playwright/test';
import { findBrowser, flags } from './browser.ts';
import { build } from './build.ts';
import { middayZone } from './demo/midday.ts';
import { seed, type SignIn } from './demo/seed.ts';
import { edge } from './edge.ts';
import { failed } from './run.ts';
import { serve } from './serve.ts';
import { limits, type Limit } from './weights.ts';

type Load = { kB: number; sent: number; requests: number; lcp: number; cls: number; shifts: string[] };

declare global {
  interface Window {
    seen: { lcp: number; cls: number; shifts: string[] };
  }
  interface PerformanceEntry {
    /** Of a layout shift. */
    value?: number;
    /** What a layout shift moved. */
    sources?: readonly { node: Node | null }[];
    /** Of a resource. */
    responseEnd?: number;
  }
}

/** Lighthouse's slow 4G: milliseconds of a round trip, bytes a second. */
const slow4G = { offline: false, latency: 150, downloadThroughput: 204_800, uploadThroughput: 93_750 };
const aims = { lcp: 2_000, cls: 0.02 };
const loads = 3;

async function weigh(): Promise<void> {
  await build();
  const folder = mkdtempSync(join(tmpdir(), 'muster-weigh-'));
  const zone = middayZone(Date.now());
  const vars = { AUTH_SECRET: randomBytes(32).toString('hex'), WORKPLACE_ZONE: zone };
  const muster = await serve({ port: 0, state: folder, vars });
  const signIns = await seed(muster.db, { now: Date.now(), zone, midweek: true });
  const proxy = await edge(muster.port);
  const browser = await chromium.launch({ executablePath: findBrowser(), args: flags });
  const running = await muster.db
    .prepare(`SELECT id FROM live_sessions WHERE state = 'active' LIMIT 1`)
    .first<{ id: string }>();
  const rows: string[][] = [];
  const shifts: string[] = [];
  let heavy = false;
  for (const limit of limits(running?.id ?? '')) {
    const cookie = await signIn(muster.origin, signIns, limit.as);
    const all: Load[] = [];
    for (let at = 0; at < loads; at++) all.push(await load(browser, proxy.origin, cookie, limit.path));
    const of = (pick: (it: Load) => number) => all.map(pick).toSorted((a, b) => a - b)[loads >> 1] ?? 0;
    const [kB, requests, lcp, cls] = [
      of((it) => it.kB),
      of((it) => it.requests),
      of((it) => it.lcp),
      of((it) => it.cls),
    ];
    if (cls > aims.cls) shifts.push(`${limit.name}:`, ...(all.find((it) => it.cls === cls)?.shifts ?? []));
    heavy ||= kB > limit.kB || requests > limit.requests;
    rows.push([
      limit.name,
      `${kB.toFixed(1)} of ${limit.kB}`,
      of((it) => it.sent).toFixed(1),
      `${requests} of ${limit.requests}`,
      `${(lcp / 1_000).toFixed(2)} ${lcp > aims.lcp ? 'beyond' : 'of'} ${aims.lcp / 1_000}`,
      `${cls.toFixed(3)} ${cls > aims.cls ? 'beyond' : 'of'} ${aims.cls}`,
    ]);
  }
  await browser.close();
  await proxy.close();
  await muster.close();
  rmSync(folder, { recursive: true, force: true });
  print([['page', 'JavaScript, kB gzip', 'sent, kB brotli', 'requests', 'LCP, s', 'CLS'], ...rows]);
  if (shifts.length > 0) console.log(['', 'What moved:', ...shifts].join('\n'));
  if (heavy) throw new Error('A page weighs more than its limit.');
}

async function signIn(origin: string, signIns: readonly SignIn[], role: Limit['as']): Promise<string> {
  const person = signIns.find((it) => it.role === role);
  const answer = await fetch(`${origin}/api/v1/session`, {
    method: 'POST',
    headers: {
      Origin: origin,
      'Content-Type': 'application/json',
      'Idempotency-Key': randomBytes(8).toString('hex'),
    },
    body: JSON.stringify({ email: person?.email, password: person?.password }),
  });
  const cookie = answer.headers
    .getSetCookie()
    .find((it) => it.startsWith('muster='))
    ?.split(';')[0];
  if (cookie === undefined) throw new Error(`${role} could not sign in: ${await answer.text()}`);
  return cookie;
}

/** Loads a page with an empty cache, until it handles taps and nothing has arrived for a second. */
async function load(browser: Browser, origin: string, cookie: string, path: string): Promise<Load> {
  const context = await browser.newContext({
    viewport: { width: 390, height: 844 },
    isMobile: true,
    hasTouch: true,
    deviceScaleFactor: 3,
    ignoreHTTPSErrors: true,
    serviceWorkers: 'block',
  });
  const [name = '', value = ''] = cookie.split('=', 2);
  await context.addCookies([{ name, value, url: origin }]);
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send('Network.enable');
  await devtools.send('Network.emulateNetworkConditions', slow4G);
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  await page.addInitScript(() => {
    const seen: Window['seen'] = { lcp: 0, cls: 0, shifts: [] };
    window.seen = seen;
    new PerformanceObserver((list) => {
      for (const it of list.getEntries()) seen.lcp = it.startTime;
    }).observe({ type: 'largest-contentful-paint', buffered: true });
    new PerformanceObserver((list) => {
      for (const { value = 0, startTime, sources = [] } of list.getEntries()) {
        seen.cls += value;
        const words = sources.map(({ node }) =>
          node?.textContent?.trim().replaceAll(/\s+/g, ' ').slice(0, 60),
        );
        seen.shifts.push(`  ${value.toFixed(3)} after ${Math.round(startTime)} ms: ${words.join(' | ')}`);
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
  const scripts: Promise<Buffer>[] = [];
  const sent = new Map<string, number>();
  const isScript = new Set<string>();
  let requests = 0;
  devtools.on('Network.responseReceived', ({ requestId, type }) => {
    if (type === 'Script') isScript.add(requestId);
  });
  devtools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) =>
    sent.set(requestId, encodedDataLength),
  );
  page.on('request', () => (requests += 1));
  page.on('response', (it) => {
    if (new URL(it.url()).pathname.endsWith('.js')) scripts.push(it.body());
  });
  await page.goto(origin + path);
  await page.locator('html[data-awake]').waitFor();
  // A part that loads by itself has begun within a second.
  await page.waitForFunction(() => {
    const ends = performance.getEntriesByType('resource').map((it) => it.responseEnd ?? 0);
    return performance.now() - Math.max(...ends) > 1_000;
  });
  const sizes = (await Promise.all(scripts)).map((file) => gzipSync(file).length);
  const { lcp, cls, shifts } = await page.evaluate(() => window.seen);
  await context.close();
  const sum = (all: number[]): number => all.reduce((a, b) => a + b, 0) / 1_000;
  return {
    kB: sum(sizes),
    sent: sum([...isScript].map((id) => sent.get(id) ?? 0)),
    requests,
    lcp,
    cls,
    shifts,
  };
}

function print(rows: readonly string[][]): void {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  for (const row of rows)
    console.log(row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('   '));
}

await weigh().catch(failed);
