/** Which keys are a scan, with people and scanners of any rhythm. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Scan } from '$lib/sales/scanner/Scanner';
import type { Where } from '$lib/sales/scanner/strokes';
import { type Key, keysOf, personGaps, Recorder, scannerGaps, slowGaps } from './hands';

const digits = (minLength: number, maxLength: number) =>
  fc.stringMatching(new RegExp(`^[0-9]{${minLength},${maxLength}}$`)).filter((it) => new Set(it).size > 1);
const code = fc.oneof(
  digits(4, 14),
  fc.stringMatching(/^[A-Z]{2,3}-[A-Z0-9]{2,6}$/).filter((it) => it.length >= 5 && /\d/.test(it)),
);
const word = fc.stringMatching(/^[a-z]{1,9}( [a-z]{1,9}){0,3}$/);
const where = fc.constantFrom<Where>('number', 'text', 'choice', 'outside');
const end = fc.constantFrom<'Enter' | 'Tab' | undefined>('Enter', 'Tab', undefined);
const field = fc.constantFrom<Where>('number', 'text', 'choice');

describe('a scan', () => {
  it('is recognised at 1 to 50 ms a key, in Bluetooth reports, with any end, whatever has the focus', () => {
    const scan = code.chain((text) =>
      fc.record({ text: fc.constant(text), gaps: scannerGaps(text.length), where, end }),
    );
    fc.assert(
      fc.property(scan, (it) => {
        const till = new Recorder({ where: it.where });
        till.type(keysOf(it.text), it.gaps, it.end);
        till.wait();
        expect([till.codes, till.typed, till.doubts, till.ends]).toEqual([[it.text], [], [], 0]);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is recognised at 55 to 100 ms a key where a product has the code', () => {
    const scan = code.chain((text) =>
      fc.record({ text: fc.constant(text), gaps: slowGaps(text.length), where, end }),
    );
    fc.assert(
      fc.property(scan, (it) => {
        const till = new Recorder({ where: it.where, known: [it.text] });
        till.type(keysOf(it.text), it.gaps, it.end);
        till.wait();
        expect([till.codes, till.typed, till.doubts, till.ends]).toEqual([[it.text], [], [], 0]);
      }),
      { numRuns: 1_000 },
    );
  });

  it('of an unknown code at 55 to 100 ms is recognised or asked about, and its end reaches no form', () => {
    const scan = code.chain((text) =>
      fc.record({ text: fc.constant(text), gaps: slowGaps(text.length), where, end }),
    );
    fc.assert(
      fc.property(scan, (it) => {
        const till = new Recorder({ where: it.where });
        till.type(keysOf(it.text), it.gaps, it.end);
        till.wait();
        expect([till.scans.length + till.doubts.length, till.typed, till.ends]).toEqual([1, [], 0]);
      }),
      { numRuns: 1_000 },
    );
  });

  it('of a slow scanner is recognised without a question once the till has learned its rhythm', () => {
    const scan = fc.record({ text: digits(6, 14), gaps: slowGaps(27), where: field, end });
    fc.assert(
      fc.property(scan, ({ text, gaps, where: at, end: ends }) => {
        const teacher = new Recorder();
        const taught: Scan[] = [];
        const stop = teacher.scanner.teach((it) => taught.push(it));
        teacher.type(keysOf('4006381333931'), gaps, 'Enter');
        stop();
        const till = new Recorder({ where: at, learned: taught[0]?.rhythm });
        till.type(keysOf(text), gaps.slice(13), ends);
        till.wait();
        expect([teacher.scans, till.codes, till.doubts, till.ends]).toEqual([[], [text], [], 0]);
      }),
    );
  });
});

describe('a person', () => {
  it('who types words is not taken for a scanner, and Enter and Tab reach the form', () => {
    const typing = word.chain((text) =>
      fc.record({ text: fc.constant(text), gaps: personGaps(text.length), where: field, end }),
    );
    fc.assert(
      fc.property(typing, (it) => {
        const till = new Recorder({ where: it.where === 'number' ? 'text' : it.where });
        till.type(keysOf(it.text), it.gaps, it.end);
        till.wait();
        expect([till.scans, till.doubts]).toEqual([[], []]);
        expect(till.typed.join('')).toBe(it.text);
        expect(till.ends).toBe(it.end ? 1 : 0);
      }),
      { numRuns: 2_000 },
    );
  });

  it('who types an amount or a quantity is not taken for a scanner, and hardly ever asked', () => {
    const typing = digits(1, 7).chain((text) =>
      fc.record({ text: fc.constant(text), gaps: personGaps(text.length), end }),
    );
    let [asked, of] = [0, 0];
    fc.assert(
      fc.property(typing, (it) => {
        const till = new Recorder({ where: 'number' });
        till.type(keysOf(it.text), it.gaps, it.end);
        till.wait();
        expect(till.scans).toEqual([]);
        asked += till.doubts.length;
        of += 1;
      }),
      { numRuns: 4_000, seed: 108 },
    );
    expect(asked / of).toBeLessThan(0.03);
  });

  it('is never asked where the till has learned a quick scanner', () => {
    const typing = digits(1, 7).chain((text) =>
      fc.record({ text: fc.constant(text), gaps: personGaps(text.length), end }),
    );
    fc.assert(
      fc.property(typing, (it) => {
        const till = new Recorder({
          where: 'number',
          learned: { shortest: 4, longest: 18 },
          known: [it.text],
        });
        till.type(keysOf(it.text), it.gaps, it.end);
        till.wait();
        expect([till.scans, till.doubts, till.ends]).toEqual([[], [], it.end ? 1 : 0]);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('single cases', () => {
  const even = (count: number, gap: number) => Array<number>(count).fill(gap);

  it('a suffix of two keys, or one that comes late, reaches nothing after a scan', () => {
    const till = new Recorder({ where: 'number' });
    till.type(keysOf('4006381333931'), even(13, 8), 'Enter');
    expect(till.press({ key: 'Enter', code: 'Enter' }, 5)).toBe(true);
    expect(till.press({ key: 'Tab', code: 'Tab' }, 280)).toBe(true);
    expect(till.press({ key: 'Enter', code: 'Enter' }, 100)).toBe(false);
    expect(till.codes).toEqual(['4006381333931']);
  });

  it('AZERTY keys under a scanner set to QWERTY, and the other way round, are read both ways', () => {
    const azerty = (text: string): Key[] =>
      [...text].map((digit) => ({
        key: 'à&é"\'(-è_ç'[Number(digit)] ?? '',
        code: `Digit${digit}`,
        shift: false,
      }));
    const till = new Recorder({ where: 'text' });
    till.type(azerty('1234567890'), even(10, 10), 'Tab');
    expect(till.codes).toEqual(['1234567890']);
    till.type(
      [...keysOf('SP'), { key: 'ß', code: 'Minus', shift: false }, ...keysOf('7')],
      even(4, 10),
      'Tab',
    );
    expect(till.scans.at(-1)?.readings).toContain('SP-7');
    // Set to French, it presses Shift for digits and Q for A. This device has an American layout.
    const french = ['!', 'Q', '@'].map((key, at) => ({
      key,
      code: ['Digit1', 'KeyQ', 'Digit2'][at] ?? '',
      shift: true,
    }));
    till.type(french, even(3, 10), 'Enter');
    expect(till.scans.at(-1)?.readings).toContain('1A2');
    // Set to German, it presses the key beside the right Shift for a dash.
    till.type(
      [...keysOf('PORZ'), { key: '/', code: 'Slash', shift: false }, ...keysOf('1')],
      even(6, 10),
      'Enter',
    );
    expect(till.scans.at(-1)?.readings).toContain('PORY-1');
  });

  it('Shift between the keys, dead keys, input methods and a number pad without NumLock are part of a code', () => {
    const till = new Recorder({ where: 'text', known: ['ABCD'] });
    for (const key of 'ABCD') {
      till.press({ key: 'Shift', code: 'ShiftLeft', shift: true }, 90);
      till.press({ key, code: `Key${key}`, shift: true }, 90);
    }
    till.wait();
    till.type(
      ['Dead', 'Process', 'Unidentified', '7'].map((key, at) => ({
        key,
        code: `Digit${at + 4}`,
        shift: false,
      })),
      even(4, 9),
      'Enter',
    );
    till.type(
      ['Home', 'ArrowUp', 'PageUp', 'ArrowLeft'].map((key, at) => ({
        key,
        code: `Numpad${[7, 8, 9, 4][at]}`,
        shift: false,
      })),
      even(4, 9),
      'Enter',
    );
    expect(till.codes).toEqual(['ABCD', '4567', '7894']);
  });

  it('a key that is kept down, Ctrl with a letter and keys of one character pressed quickly are no scan', () => {
    const till = new Recorder();
    till.press({ key: '+', code: 'NumpadAdd' });
    for (let n = 0; n < 20; n += 1) till.press({ key: '+', code: 'NumpadAdd', repeat: true }, 30);
    expect(till.typed).toHaveLength(21);
    for (const key of 'abcd') till.press({ key, code: `Key${key.toUpperCase()}`, held: true }, 20);
    till.type(keysOf('-----'), even(5, 45), 'Enter');
    till.wait();
    expect([till.scans, till.doubts, till.ends]).toEqual([[], [], 1]);
    expect(till.typed).toHaveLength(30);
  });

  it('letters that a person presses act after 120 ms; those of a scan never do', () => {
    const till = new Recorder();
    till.press({ key: 'p', code: 'KeyP' });
    till.wait(119);
    expect(till.typed).toEqual([]);
    till.wait(2);
    expect(till.typed).toEqual(['p']);
    till.type(keysOf('POR-NO1'), even(7, 70), 'Enter');
    till.wait();
    expect([till.codes, till.typed, till.ends]).toEqual([['POR-NO1'], ['p'], 0]);
  });

  it('a till that knows a quick scanner takes slower keys in a field for typing, also those of a known code', () => {
    const till = new Recorder({ where: 'number', learned: { shortest: 4, longest: 18 }, known: ['250099'] });
    till.type(keysOf('250099'), even(6, 90), 'Enter');
    expect([till.scans, till.doubts, till.ends]).toEqual([[], [], 1]);
    const untaught = new Recorder({ where: 'number' });
    untaught.type(keysOf('250099'), even(6, 90), 'Enter');
    expect([untaught.scans, untaught.doubts.length, untaught.ends]).toEqual([[], 1, 0]);
  });
});
