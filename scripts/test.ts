/**
 * `npm test`: the checks, the tests in Node and in the Workers runtime, and the tests in a real browser. All of them run
 * even when one fails, and the last line counts: `N passed, N failed`. A check that fails counts as one.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { findBrowser } from './browser.ts';
import { check } from './check.ts';
import { root } from './place.ts';
import { run } from './run.ts';

type Count = { passed: number; failed: number };

const results = join(root, 'test-results');

/** What vitest and Playwright write of a run. A test that passed only when repeated has not passed. */
const Vitest = v.pipe(
  v.object({ numPassedTests: v.number(), numFailedTests: v.number(), numFailedTestSuites: v.number() }),
  v.transform((it): Count => ({ passed: it.numPassedTests, failed: it.numFailedTests })),
);
const Playwright = v.pipe(
  v.object({ stats: v.object({ expected: v.number(), unexpected: v.number(), flaky: v.number() }) }),
  v.transform(({ stats }): Count => ({ passed: stats.expected, failed: stats.unexpected + stats.flaky })),
);

rmSync(results, { recursive: true, force: true });
const started = performance.now();
const failedChecks = await check();
const counts = [
  { passed: 0, failed: failedChecks.length },
  await suite(
    'vitest',
    ['run', '--reporter=default', '--reporter=json', '--outputFile=test-results/vitest.json'],
    Vitest,
  ),
  await inBrowser(),
];

const total = counts.reduce((sum, { passed, failed }) => ({
  passed: sum.passed + passed,
  failed: sum.failed + failed,
}));
if (failedChecks.length > 0) console.log(`\nNot right: ${failedChecks.join(', ')}.`);
console.log(`\nIn ${Math.round((performance.now() - started) / 1000)} s.`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 ? 1 : 0;

/** Runs a tool and counts what it wrote. A run that fails without a failing test, or writes nothing, is one failure. */
async function suite(
  tool: 'vitest' | 'playwright',
  args: string[],
  Results: v.GenericSchema<unknown, Count>,
): Promise<Count> {
  const { ok } = await run(tool, args, { shown: true });
  const file = join(results, tool === 'vitest' ? 'vitest.json' : 'e2e.json');
  const count = existsSync(file)
    ? v.parse(Results, JSON.parse(readFileSync(file, 'utf8')))
    : { passed: 0, failed: 0 };
  return { passed: count.passed, failed: Math.max(count.failed, ok ? 0 : 1) };
}

async function inBrowser(): Promise<Count> {
  try {
    findBrowser();
  } catch (error) {
    console.error(String(error));
    return { passed: 0, failed: 1 };
  }
  return suite('playwright', ['test'], Playwright);
}
