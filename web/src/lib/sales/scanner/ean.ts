/** Draws an EAN-13 barcode (GS1 General Specifications, 5.2.1). */

const left = [
  '0001101',
  '0011001',
  '0010011',
  '0111101',
  '0100011',
  '0110001',
  '0101111',
  '0111011',
  '0110111',
  '0001011',
];
const parities = [
  'LLLLLL',
  'LLGLGG',
  'LLGGLG',
  'LLGGGL',
  'LGLLGG',
  'LGGLLG',
  'LGGGLL',
  'LGLGLG',
  'LGLGGL',
  'LGGLGL',
];
const inverted = (bars: string): string => bars.replaceAll(/./g, (bar) => (bar === '1' ? '0' : '1'));
const reversed = (bars: string): string => bars.split('').toReversed().join('');

/** @param code 13 digits, of which the last is the check digit @returns 95 modules, "1" for a bar */
export function eanBars(code: string): string {
  const digits = code.split('').map(Number);
  const bars = (digit: number): string => left[digit] ?? '';
  const parity = parities[digits[0] ?? 0] ?? '';
  const first = digits
    .slice(1, 7)
    .map((digit, at) => (parity[at] === 'L' ? bars(digit) : reversed(inverted(bars(digit)))));
  const last = digits.slice(7).map((digit) => inverted(bars(digit)));
  return `101${first.join('')}01010${last.join('')}101`;
}
