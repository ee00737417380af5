/**
 * `npm test`: the checks, the tests in Node and in the Workers runtime, and the tests in a real browser. All of them run
 * even when one fails. At the end every failure is named, and the last line counts: `N passed, N failed`. A check that fails
 * counts as one.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { findBrowser } from './browser.ts';
import { build } from './build.ts';
import { check } from './check.ts';
import { root } from './place.ts';
import { run } from './run.ts';

/** `failed` says which, and the beginning of why. */
type Outcome = { passed: number; failed: string[] };

const results = join(root, 'test-results');

/** What vitest writes of a run. */
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
      ...(message === '' ? [] : [told(name, message)]),
      ...assertionResults
        .filter(({ status }) => status === 'failed')
        .map(({ fullName, failureMessages }) => told(`${name} › ${fullName}`, failureMessages.join('\n'))),
    ]),
  })),
);

/** A file, or what stands in one under a heading, as Playwright writes it. */
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
      results: v.array(v.object({ errors: Errors })),
    }),
  ),
});
const Suite: v.GenericSchema<unknown, Suite> = v.object({
  specs: v.array(Spec),
  suites: v.optional(v.array(v.lazy(() => Suite))),
});
const specsOf = ({ specs, suites = [] }: Suite): Spec[] => [...specs, ...suites.flatMap(specsOf)];

/** What Playwright writes of a run. A test that passed only when repeated has not passed. */
const Playwright = v.pipe(
  v.object({ stats: v.object({ expected: v.number() }), suites: v.array(Suite), errors: Errors }),
  v.transform(({ stats, suites, errors }): Outcome => ({
    passed: stats.expected,
    failed: [
      ...errors.map(({ message }) => told('the browser tests as a whole', message)),
      ...suites.flatMap(specsOf).flatMap(({ title, file, line, tests }) =>
        tests
          .filter(({ status }) => status === 'unexpected' || status === 'flaky')
          .map((it) => {
            const messages = it.results.flatMap((each) => each.errors.map(({ message }) => message));
            return told(`${file}:${line} › ${title}`, messages.join('\n'));
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
    // What fails here fails again, in words, before the browser tests.
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

/** @param started by `performance.now()`: 0 is when this process began */
function secondsSince(started: number): string {
  return `${Math.round((performance.now() - started) / 1000)} s`;
}

/** Runs a tool and reads what it wrote. A run that fails without a failing test, or writes nothing, is one failure. */
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
    // Once for all of Playwright's processes.
    process.env['CHROMIUM_PATH'] = findBrowser();
  } catch (error) {
    return { passed: 0, failed: [String(error)] };
  }
  return suite('playwright', ['test'], Playwright);
}

/** A failure by name, with the first lines of its error, without colours. */
function told(name: string, error: string): string {
  // eslint-disable-next-line no-control-regex
  const plain = error.replaceAll(/\u001b\[[\d;]*m/g, '').replaceAll(`${root}/`, '');
  const lines = plain.split('\n').filter((line) => line.trim() !== '');
  return [name.replace(`${root}/`, ''), ...lines.slice(0, 8).map((line) => `    ${line}`)].join('\n');
}
