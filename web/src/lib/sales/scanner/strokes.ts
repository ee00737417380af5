/** Keys as the browser reports them, and what a scanner may have meant by them. */

/** What has the focus: a field for numbers, another field, a list to choose from, or nothing that takes text. */
export type Where = 'number' | 'text' | 'choice' | 'outside';

export interface Stroke {
  key: string;
  code: string;
  shift: boolean;
  /** Ctrl, Alt or Command is held, but not AltGraph. */
  held: boolean;
  /** The key is kept down. */
  repeat: boolean;
  /** Milliseconds, as `Event.timeStamp`. */
  at: number;
  where: Where;
}

const modifiers = ['Shift', 'CapsLock', 'AltGraph', 'NumLock'];
/** Keys whose text the browser does not say: a dead key, an input method, an unknown layout. */
const unsaid = ['Dead', 'Process', 'Unidentified'];

/** A character, the end of a code, a key that only changes others, or one that no scanner sends. */
export function kindOf({ key, code, held, repeat }: Stroke): 'character' | 'end' | 'modifier' | 'other' {
  if (modifiers.includes(key)) return 'modifier';
  if (held || repeat) return 'other';
  if (key === 'Enter' || key === 'Tab') return 'end';
  if (key.length === 1) return 'character';
  // Without NumLock a scanner that types on the number pad sends "Home" for 7.
  return (unsaid.includes(key) || /^Numpad\d$/.test(code)) && us(code) ? 'character' : 'other';
}

/** Each pair is the character without and with Shift. */
const usKeys: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [...'1!2@3#4$5%6^7&8*9(0)'.matchAll(/(\d)./g)].map(([both, n]) => [`Digit${n}`, both]),
  ),
  ...Object.fromEntries(
    'abcdefghijklmnopqrstuvwxyz'.split('').map((it) => [keyOf(it), it + it.toUpperCase()]),
  ),
  ...Object.fromEntries('0123456789'.split('').map((n) => [`Numpad${n}`, n + n])),
  NumpadAdd: '++',
  NumpadSubtract: '--',
  NumpadMultiply: '**',
  NumpadDivide: '//',
  NumpadDecimal: '..',
  Space: '  ',
  Minus: '-_',
  Equal: '=+',
  BracketLeft: '[{',
  BracketRight: ']}',
  Backslash: '\\|',
  Semicolon: ';:',
  Quote: `'"`,
  Backquote: '`~',
  Comma: ',<',
  Period: '.>',
  Slash: '/?',
};
/** Where a French and a German keyboard differ from the American one, as far as codes need it. */
const frenchKeys: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [...`&1é2"3'4(5-6è7_8ç9à0`.matchAll(/.(\d)/g)].map(([both, n]) => [`Digit${n}`, both]),
  ),
  KeyA: 'qQ',
  KeyQ: 'aA',
  KeyW: 'zZ',
  KeyZ: 'wW',
  Semicolon: 'mM',
  KeyM: ',?',
  Comma: ';.',
  Period: ':/',
  Minus: ')°',
};
const germanKeys: Readonly<Record<string, string>> = {
  KeyY: 'zZ',
  KeyZ: 'yY',
  Digit7: '7/',
  Minus: 'ß?',
  Slash: '-_',
  BracketRight: '+*',
  Comma: ',;',
  Period: '.:',
};

function keyOf(letter: string): string {
  return `Key${letter.toUpperCase()}`;
}
const us = (code: string): string | undefined => usKeys[code];

/**
 * What the keys may mean, the most likely first: as typed, then as a scanner sends them that is set to an American, a French or a
 * German keyboard, whatever layout this device has.
 */
export function readingsOf(strokes: readonly Stroke[]): readonly string[] {
  const as = (keys: Readonly<Record<string, string>>) => (it: Stroke) =>
    (keys[it.code] ?? us(it.code))?.[it.shift ? 1 : 0];
  const typed = ({ key }: Stroke) => (key.length === 1 ? key : undefined);
  const whole = [typed, as(usKeys), as(frenchKeys), as(germanKeys)].flatMap((read) => {
    const characters = strokes.map(read);
    return characters.includes(undefined) ? [] : [characters.join('').trim()];
  });
  // A reading of letters, digits and dashes is likelier than one of "&é(".
  return [...new Set(whole)].toSorted((a, b) => Number(plain.test(b)) - Number(plain.test(a)));
}

const plain = /^[\w./+-]*$/;
