import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { keep, root } from '../../scripts/place.ts';
import { run } from '../../scripts/run.ts';
import { inWords } from '../../scripts/storage.ts';

const folder = mkdtempSync(join(tmpdir(), 'muster-storage-'));
const file = join(folder, 'a-file');
writeFileSync(file, '');
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('a folder that takes no data', () => {
  it('is named in one sentence with what to do when a file cannot be kept', () => {
    expect(() => {
      keep(file, 'name', 'text');
    }).toThrow(
      `Muster cannot keep its data in ${file}: it is no folder. Name another one: MUSTER_FOLDER=<folder> npm start.`,
    );
  });

  it('ends npm start with that sentence alone', async () => {
    const env = { MUSTER_FOLDER: file, PORT: '59321' };
    const { ok, output } = await run(process.execPath, [join(root, 'scripts', 'start.ts')], { env });
    expect(ok).toBe(false);
    expect(output).toMatch(/^Muster cannot keep its data in .+ npm start\.\n$/);
  });

  it.each([
    ['ENOSPC: no space left on device, write', /its disk is full\. Free some space/],
    ['D1_ERROR: database or disk is full: SQLITE_FULL', /its disk is full\. Free some space/],
    ["EROFS: read-only file system, open '/x/running'", /may only be read\. Make it writable/],
    ["EACCES: permission denied, open '/x/running'", /may only be read\. Make it writable/],
    [
      'D1_ERROR: attempt to write a readonly database: SQLITE_READONLY',
      /may only be read\. Make it writable/,
    ],
  ])('is explained after "%s"', (message, words) => {
    expect(inWords(new Error(message), '/x').message).toMatch(words);
    expect(inWords(new Error('failed', { cause: new Error(message) }), '/x').message).toMatch(words);
  });

  it('leaves another error as it is', () => {
    const other = new Error('The build failed, see above.');
    expect(inWords(other, '/x')).toBe(other);
  });
});
