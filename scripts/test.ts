/**
 * `npm test`: the checks, the tests in Node and in the Workers runtime, and the tests in a real browser. All of them run
 * even if one fails. The end lists every failure, and the last line counts: `N passed, N failed`. A check that fails counts as
 * one.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { findBrowser, findFirefox } from './browser.ts';
import { build } from './build.ts';
import { check } from './check.ts';
import { root } from './place.ts';
import { run } from './run.ts';

/** `failed` has the name and the first lines of each failure. */
type Outcome = { passed: number; failed: string[] };

const results = join(root, 'test-results');

/** vitest's report. */
const Vitest = v.pipe(
  v.object({
    numPassedTests: v.number(),
    testResults: v.array(
      v.object({
        name: v.string(),
        message: v.optional(v.string(), ''),
        assertionResults: v.array(
          v.object({
            fullName: v.string(),
            status: v.string(),
            failureMessages: v.nullish(v.array(v.string()), []),
          }),
        ),
      }),
    ),
  }),
  v.transform(({ numPassedTests, testResults }): Outcome => ({
    passed: numPassedTests,
    failed: testResults.flatMap(({ name, message, assertionResults }) => [
      ...(message === '' ? [] : [failureOf(name, message)]),
      ...assertionResults
        .filter(({ status }) => status === 'failed')
        .map(({ fullName, failureMessages }) =>
          failureOf(`${name} › ${fullName}`, failureMessages.join('\n')),
        ),
    ]),
  })),
);

/** A file or a `describe` block in Playwright's report. */
interface Suite {
  specs: Spec[];
  suites?: Suite[] | undefined;
}
const Errors = v.array(v.object({ message: v.optional(v.string(), '') }));
type Spec = v.InferOutput<typeof Spec>;
const Spec = v.object({
  title: v.string(),
  file: v.string(),
  line: v.number(),
  tests: v.array(
    v.object({
      status: v.string(),
      projectName: v.string(),
      results: v.array(v.object({ errors: Errors })),
    }),
  ),
});
const Suite: v.GenericSchema<unknown, Suite> = v.object({
  specs: v.array(Spec),
  suites: v.optional(v.array(v.lazy(() => Suite))),
});
const specsOf = ({ specs, suites = [] }: Suite): Spec[] => [...specs, ...suites.flatMap(specsOf)];

/** Playwright's report. A test that passed only after a retry counts as failed. */
const Playwright = v.pipe(
  v.object({ stats: v.object({ expected: v.number() }), suites: v.array(Suite), errors: Errors }),
  v.transform(({ stats, suites, errors }): Outcome => ({
    passed: stats.expected,
    failed: [
      ...errors.map(({ message }) => failureOf('the browser tests as a whole', message)),
      ...suites.flatMap(specsOf).flatMap(({ title, file, line, tests }) =>
        tests
          .filter(({ status }) => status === 'unexpected' || status === 'flaky')
          .map((it) => {
            const messages = it.results.flatMap((each) => each.errors.map(({ message }) => message));
            return failureOf(`${it.projectName}: ${file}:${line} › ${title}`, messages.join('\n'));
          }),
      ),
    ],
  })),
);

rmSync(results, { recursive: true, force: true });
const times: string[] = [];
const unchecked = (failed: string[]): Outcome => ({
  passed: 0,
  failed: failed.map((name) => `${name}: see above`),
});
const outcomes = [
  await timed('checks', async () => unchecked(await check())),
  await timed('vitest and the build', async () => {
    // A failure here is reported before the browser tests.
    const building = build().catch(() => undefined);
    const outcome = await suite(
      'vitest',
      ['run', '--reporter=default', '--reporter=json', '--outputFile=test-results/vitest.json'],
      Vitest,
    );
    await building;
    return outcome;
  }),
  await timed('browser', inBrowser),
];

const failed = outcomes.flatMap((outcome) => outcome.failed);
if (failed.length > 0) console.log(`\nWhat failed:\n\n${failed.join('\n\n')}`);
console.log(`\n${times.join(', ')}, ${secondsSince(0)} in all`);
console.log(`${outcomes.reduce((sum, { passed }) => sum + passed, 0)} passed, ${failed.length} failed`);
process.exitCode = failed.length > 0 ? 1 : 0;

async function timed(name: string, part: () => Promise<Outcome>): Promise<Outcome> {
  const started = performance.now();
  const outcome = await part();
  times.push(`${name} ${secondsSince(started)}`);
  return outcome;
}

/** @param started by `performance.now()`; 0 is the start of this process */
function secondsSince(started: number): string {
  return `${Math.round((performance.now() - started) / 1000)} s`;
}

/** Runs a tool and reads its report. A run without a report, or that fails without a failing test, is one failure. */
async function suite(
  tool: 'vitest' | 'playwright',
  args: string[],
  Results: v.GenericSchema<unknown, Outcome>,
): Promise<Outcome> {
  const { ok } = await run(tool, args, { shown: true });
  const file = join(results, tool === 'vitest' ? 'vitest.json' : 'e2e.json');
  const outcome = existsSync(file)
    ? v.parse(Results, JSON.parse(readFileSync(file, 'utf8')))
    : { passed: 0, failed: [] };
  if (ok || outcome.failed.length > 0) return outcome;
  return { ...outcome, failed: [`${tool} ended badly without a failing test: see above`] };
}

async function inBrowser(): Promise<Outcome> {
  try {
    // Once for all Playwright processes.
    process.env['CHROMIUM_PATH'] = findBrowser();
    process.env['FIREFOX_PATH'] = findFirefox({ install: true }) ?? '';
  } catch (error) {
    return { passed: 0, failed: [String(error)] };
  }
  if (process.env['FIREFOX_PATH'] === '') console.log('No Firefox here: its journeys run in Chromium only.');
  return suite('playwright', ['test'], Playwright);
}

/** A failure's name with the first lines of its error, without colours. */
function failureOf(name: string, error: string): string {
  // eslint-disable-next-line no-control-regex
  const plain = error.replaceAll(/\u001b\[[\d;]*m/g, '').replaceAll(`${root}/`, '');
  const lines = plain.split('\n').filter((line) => line.trim() !== '');
  return [name.replace(`${root}/`, ''), ...lines.slice(0, 8).map((line) => `    ${line}`)].join('\n');
}
