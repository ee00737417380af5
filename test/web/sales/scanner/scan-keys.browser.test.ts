/** What a scan leaves behind in a page: nothing in its fields, and no button pressed. */
import type {} from '@vitest/browser-playwright';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { cdp } from 'vitest/browser';
import { type Doubt, ScanKeys } from '$lib/sales/scanner/ScanKeys';

const scanned: string[] = [];
const pressed: string[] = [];
const doubts: Doubt[] = [];
const events: string[] = [];
/** Only time decides. */
const late = { timeout: 20_000 };
/** The moment of the last key. */
let at = 0;
let stop = (): void => undefined;

beforeEach(() => {
  const keys = new ScanKeys({
    scanned: ([code = '']) => scanned.push(code),
    doubted: (doubt) => doubts.push(doubt),
    pressed: (key) => pressed.push(key),
    isKnown: () => false,
    learned: () => undefined,
  });
  stop = keys.listen();
});
afterEach(() => {
  stop();
  document.body.replaceChildren();
  for (const list of [scanned, pressed, doubts, events]) list.length = 0;
});

/** Shows the markup and focuses its element of that kind. */
function show<Found extends HTMLElement>(kind: new () => Found, markup: string): Found {
  const box = document.createElement('div');
  box.innerHTML = markup;
  for (const type of ['input', 'change', 'submit', 'click'])
    box.addEventListener(type, (event) => {
      events.push(event.type);
      event.preventDefault();
    });
  document.body.replaceChildren(box);
  const found = box.querySelector('[data-here]');
  if (!(found instanceof kind)) throw new Error('Nothing to focus');
  found.focus();
  return found;
}

/** Real keys, each with its own moment; a second ahead, as the machine may be busy. */
async function type(text: string, gap: number, end?: 'Enter' | 'Tab', how?: 'goes on'): Promise<void> {
  const session = cdp();
  if (how !== 'goes on') at = Math.max(Date.now() + 1_000, at + 500);
  const press = (key: { key: string; text?: string; windowsVirtualKeyCode?: number }) => {
    at += gap;
    const code = key.key === ' ' ? 'Space' : /\d/.test(key.key) ? `Digit${key.key}` : key.key;
    return (['keyDown', 'keyUp'] as const).map((kind) =>
      session.send('Input.dispatchKeyEvent', {
        ...key,
        type: kind,
        code,
        timestamp: at / 1_000,
        ...(kind === 'keyUp' && { text: '' }),
      }),
    );
  };
  const sent = text
    .split('')
    .flatMap((key) => press({ key, text: key, windowsVirtualKeyCode: key.charCodeAt(0) }));
  if (end)
    sent.push(
      ...press({
        key: end,
        windowsVirtualKeyCode: end === 'Enter' ? 13 : 9,
        ...(end === 'Enter' && { text: '\r' }),
      }),
    );
  await Promise.all(sent);
}

it('a field has its text and selection again, and the page hears of it', async () => {
  const field = show(HTMLInputElement, '<form><input data-here value="12 cups"></form>');
  field.setSelectionRange(3, 7);
  let heard = '';
  field.addEventListener('input', () => (heard = field.value));
  await type('40063813', 8, 'Enter');
  expect(scanned).toEqual(['40063813']);
  expect([field.value, field.selectionStart, field.selectionEnd]).toEqual(['12 cups', 3, 7]);
  expect(heard).toBe('12 cups');
  field.blur();
  expect([...new Set(events)]).toEqual(['input']);
  field.focus();
  await type('40063813', 8);
  await expect.poll(() => scanned, late).toHaveLength(2);
  expect(field.value).toBe('12 cups');
});

it('text areas, numbers and lists are put back, and Tab does not move the focus', async () => {
  const area = show(HTMLTextAreaElement, '<textarea data-here>Two\nlines</textarea><input>');
  await type('40063813', 8, 'Tab');
  expect([area.value, document.activeElement]).toEqual(['Two\nlines', area]);
  const number = show(HTMLInputElement, '<input data-here type="number" value="7">');
  await type('40063813', 8, 'Enter');
  expect(number.value).toBe('7');
  const list = show(HTMLSelectElement, '<select data-here><option>One<option>4006 and more</select>');
  await type('40063813', 8, 'Enter');
  expect([list.value, scanned.length]).toEqual(['One', 3]);
});

it('neither the end of a code nor a space within it presses the focused button', async () => {
  const button = show(HTMLButtonElement, '<button data-here>Pay</button>');
  await type('AB 12 CD', 8, 'Enter');
  expect([scanned, events]).toEqual([['AB 12 CD'], []]);
  button.focus();
  await type(' ', 200);
  expect(events).toEqual(['click']);
});

it('a field that gets the focus in the middle of a code keeps none of it', async () => {
  const button = show(
    HTMLButtonElement,
    '<button data-here>Take payment</button><form><input value="5"></form>',
  );
  const field = button.nextElementSibling?.querySelector('input');
  await type('40063', 8);
  field?.select();
  await type('813', 8, 'Enter', 'goes on');
  expect([scanned, field?.value]).toEqual([['40063813'], '5']);
  expect(events.filter((type) => type !== 'input')).toEqual([]);
});

it('a doubtful code stays in the field until the person says that it is a scan', async () => {
  const field = show(HTMLInputElement, '<form><input data-here inputmode="decimal" value="5"></form>');
  field.select();
  await type('250099', 90, 'Enter');
  expect([field.value, doubts[0]?.readings[0], events.includes('submit')]).toEqual([
    '250099',
    '250099',
    false,
  ]);
  doubts[0]?.take();
  expect([field.value, scanned]).toEqual(['5', ['250099']]);
});

it('a letter pressed in a field or a dialog is no shortcut, nor one with Ctrl', async () => {
  show(HTMLInputElement, '<input data-here>');
  await type('1', 300);
  show(HTMLButtonElement, '<div role="dialog"><button data-here>Close</button></div>');
  await type('2', 300);
  show(HTMLButtonElement, '<button data-here>Here</button>');
  document.activeElement?.dispatchEvent(
    new KeyboardEvent('keydown', { key: 'p', ctrlKey: true, bubbles: true }),
  );
  await type('3', 300);
  await expect.poll(() => pressed, late).toEqual(['3']);
});

it('a field for codes keeps the scan, without its end', async () => {
  const field = show(HTMLInputElement, '<form><input data-here data-scan="here" value="old"></form>');
  await type('40063813', 8, 'Enter');
  expect([field.value, scanned, events.includes('submit')]).toEqual(['40063813', [], false]);
});
