/** Any file: it is read to the letter, or refused in words. `npm run fuzz` tries many more. */
import { describe, expect, it } from 'vitest';
import { Unreadable } from '$lib/imports/decoding';
import { readFile } from '$lib/imports/reading';
import { COLUMNS, columnsOf } from '$lib/people/columns';
import { dice } from '../../sim/dice';

const SEED = Number(process.env['MUSTER_FUZZ_SEED']) || 1;
const FILES = process.env['MUSTER_FUZZ'] === 'large' ? 200_000 : 300;
const LIMIT_MS = FILES * 60;
const again = `again: npm run fuzz -- --seed ${SEED}`;

const columns = columnsOf(COLUMNS);
const next = dice(SEED);
const whole = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1));
const one = <T>(of: readonly T[]): T => of[whole(0, of.length - 1)] as T;
const many = <T>(least: number, most: number, make: () => T): T[] =>
  Array.from({ length: whole(least, most) }, make);

const WORDS = [
  'Ana',
  'Kovač',
  'Müßig',
  '北京',
  'o’Brien',
  'ß',
  '\u{1F600}',
  'a, b',
  'x; y',
  'Dr. "A"',
  '1|2',
  '=1',
  '-',
];
const cell = (): string => many(1, 3, () => one(WORDS)).join(' ');

type Encode = (text: string) => Uint8Array;
const utf16: Encode = (text) => Buffer.from(text, 'utf16le');
const encodings: Encode[] = [
  (text) => Buffer.from(text),
  (text) => Buffer.from(`\uFEFF${text}`),
  (text) => utf16(`\uFEFF${text}`),
  (text) => Buffer.from(utf16(`\uFEFF${text}`)).swap16(),
];

/** A file as a program writes it, and the rows that it was made of. */
function written(): { bytes: Uint8Array; rows: string[][] } {
  const separator = one([',', ';', '\t', '|']);
  const rows = [
    ['Name', 'Email', 'Department'],
    ...many(1, 6, () => [cell(), `p${whole(1, 1e6)}@example.org`, one(['', cell()])]),
  ];
  const quoted = (text: string) =>
    /[",;\t|\n]/.test(text) || next() < 0.2 ? `"${text.replaceAll('"', '""')}"` : text;
  const end = one(['\n', '\r\n', '\r']);
  const text = rows.map((cells) => cells.map(quoted).join(separator) + end).join('');
  return { bytes: one(encodings)(text), rows };
}

/** The file with bytes changed, left out, repeated or put in. */
function mutated(bytes: Uint8Array): Uint8Array {
  const at = whole(0, bytes.length);
  const to = Math.min(bytes.length, at + whole(0, 20));
  const noise = one<() => number[]>([
    () => many(0, 8, () => whole(0, 255)),
    () => many(1, 3, () => one([0, 0x22, 0x0a, 0x0d, 0x2c, 0x3b, 0xff, 0xfe, 0xef, 0x80, 0xc3])),
    () => [...bytes.subarray(at, to)],
    () => [],
  ])();
  return Uint8Array.from([...bytes.subarray(0, at), ...noise, ...bytes.subarray(one([at, to]))]);
}

/** What it reads; undefined if it refuses. @throws any other error */
function read(bytes: Uint8Array): ReturnType<typeof readFile> | undefined {
  try {
    return readFile(bytes, columns);
  } catch (error) {
    if (error instanceof Unreadable && error.message.length > 0) return undefined;
    throw error;
  }
}

describe('a file', () => {
  it(`of ${FILES} that programs write is read to the letter`, { timeout: LIMIT_MS }, () => {
    for (let file = 0; file < FILES; file += 1) {
      const { bytes, rows } = written();
      const found = readFile(bytes, columns);
      expect([found.rows.map(({ cells }) => cells), found.headings], again).toEqual([rows, 0]);
    }
  });

  it(`of ${FILES} that are damaged is read as text, or refused in words`, { timeout: LIMIT_MS }, () => {
    for (let file = 0; file < FILES; file += 1) {
      let { bytes } = written();
      for (let mistakes = whole(1, 4); mistakes > 0; mistakes -= 1) bytes = mutated(bytes);
      const found = read(bytes);
      if (!found) continue;
      const lines = found.rows.map(({ line }) => line);
      expect(lines, again).toEqual([...new Set(lines)].sort((a, b) => a - b));
      expect(found.headings).toBeLessThan(found.rows.length - 1);
      for (const text of found.rows.flatMap(({ cells }) => cells))
        expect(text, again).not.toMatch(/[\p{Cc}\uFFFD]|^\s|\s$/u);
    }
  });

  it(`of ${FILES} of any bytes is read, or refused in words`, { timeout: LIMIT_MS }, () => {
    for (let file = 0; file < FILES; file += 1) {
      const bytes = Uint8Array.from(many(0, 200, () => whole(0, 255)));
      expect(() => read(bytes), again).not.toThrow();
    }
  });

  // In time that grows with its square, one of these takes minutes, and the page stands still.
  it.each([
    ['a word that was lost after a long cell', `Name,Email\n${'a'.repeat(80_000)},\uFFFD\n`],
    ['a word in doubt after a long cell', `Name,Email\n${'a'.repeat(80_000)},Pawe\u00b3\n`],
    ['a heading of open brackets', `Name${'('.repeat(80_000)},Email\nA,a@example.org\n`],
    ['quotation marks', `Name,Email\n${'"'.repeat(80_001)}`],
    ['spaces', `Name,Email\nA${' '.repeat(80_000)}b,a@example.org\n`],
    ['separators', `Name,Email\nA${','.repeat(80_000)}\n`],
    ['a long email', `Name,Email\nA,${'a.'.repeat(40_000)}@example.org\n`],
    ['a `sep=` line that goes on', `sep=;${' '.repeat(80_000)}x\nName,Email\nA,a@example.org`],
  ])('of much alike is answered soon: %s', { timeout: 4_000 }, (_, text) => {
    expect(() => read(Buffer.from(text, text.includes('\u00b3') ? 'latin1' : 'utf8'))).not.toThrow();
  });
});
