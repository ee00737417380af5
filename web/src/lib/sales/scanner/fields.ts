/** What has the focus while keys arrive, and how it was before them. */
import type { Where } from './strokes';

const numeric = ['numeric', 'decimal', 'tel'];
/** Inputs that take no text. */
const textless = ['button', 'submit', 'reset', 'checkbox', 'radio', 'range', 'color', 'file', 'image'];

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

function fieldOf(target: EventTarget | null): Field | undefined {
  if (target instanceof HTMLInputElement) return textless.includes(target.type) ? undefined : target;
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement ? target : undefined;
}

export function whereOf(target: EventTarget | null): Where {
  const field = fieldOf(target);
  if (!field) return 'outside';
  if (field instanceof HTMLSelectElement) return 'choice';
  return numeric.includes(field.inputMode) || ['number', 'tel'].includes(field.type) ? 'number' : 'text';
}

/** A field as it was before a key. */
export interface Before {
  field: Field | undefined;
  restore(): void;
}

export function remember(target: EventTarget | null): Before {
  const field = fieldOf(target);
  if (!field) return { field, restore: () => undefined };
  const { value } = field;
  if (field instanceof HTMLSelectElement)
    return { field, restore: () => fill(field, value, ['input', 'change']) };
  const { selectionStart, selectionEnd, selectionDirection } = field;
  const restore = (): void => {
    fill(field, value);
    // An input for numbers has no selection.
    if (selectionStart !== null)
      field.setSelectionRange(selectionStart, selectionEnd, selectionDirection ?? 'none');
  };
  return { field, restore };
}

/** Sets the value and lets the page know. */
export function fill(field: Field, value: string, events: readonly string[] = ['input']): void {
  if (field.value === value) return;
  field.value = value;
  for (const type of events) field.dispatchEvent(new Event(type, { bubbles: true }));
}

/** A field that a code is scanned into on purpose, such as a product's barcode. */
export const scanFieldOf = (target: EventTarget | null): HTMLInputElement | undefined =>
  target instanceof HTMLInputElement && target.dataset['scan'] === 'here' ? target : undefined;
