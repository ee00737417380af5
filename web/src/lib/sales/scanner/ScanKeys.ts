/** Listens to a page's keys for scans. What a scan typed into a field is taken out again; none of its keys acts. */
import { type Before, fill, remember, scanFieldOf, whereOf } from './fields';
import type { Rhythm } from './rhythm';
import { type Scan, Scanner } from './Scanner';
import { kindOf, type Stroke } from './strokes';

/** Keys of which only the person knows whether they are a scan. */
export interface Doubt {
  readings: readonly string[];
  rhythm: Rhythm;
  /** It is a scan: takes the text out of the field. */
  take(): void;
}

export interface ScanHandlers {
  /** @param readings what was scanned, the most likely first */
  scanned(readings: readonly string[]): void;
  doubted(doubt: Doubt): void;
  /** A person pressed a key outside of fields and dialogs. */
  pressed(key: string, how: { repeat: boolean }): void;
  isKnown(readings: readonly string[]): boolean;
  learned(): Rhythm | undefined;
}

interface Place extends Before {
  target: EventTarget | null;
}

export class ScanKeys {
  readonly #places = new WeakMap<Stroke, Place>();
  readonly #scanner: Scanner;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #spaceIsDown = false;

  constructor(private readonly on: ScanHandlers) {
    this.#scanner = new Scanner({
      scanned: (scan) => this.#take(scan),
      doubted: (scan) => on.doubted({ ...scan, take: () => this.#take(scan) }),
      typed: (strokes) => strokes.forEach((stroke) => this.#press(stroke)),
      isKnown: (readings) => on.isKnown(readings),
      learned: () => on.learned(),
    });
  }

  /** In the capture phase: a scan's Enter must reach neither a form nor the focused button. @returns stops listening */
  listen(): () => void {
    const down = (event: KeyboardEvent): void => this.#down(event);
    const up = (event: KeyboardEvent): void => this.#up(event);
    addEventListener('keydown', down, { capture: true });
    addEventListener('keyup', up, { capture: true });
    return () => {
      removeEventListener('keydown', down, { capture: true });
      removeEventListener('keyup', up, { capture: true });
      clearTimeout(this.#timer);
    };
  }

  /** @returns stops waiting */
  teach(taught: (scan: Pick<Scan, 'readings' | 'rhythm'>) => void): () => void {
    return this.#scanner.teach((scan) => {
      this.#takeOut(scan);
      taught(scan);
    });
  }

  #down(event: KeyboardEvent): void {
    const { target, key, code, shiftKey: shift, repeat, timeStamp: at } = event;
    const where = whereOf(target);
    const held = (event.ctrlKey || event.altKey || event.metaKey) && !event.getModifierState('AltGraph');
    const stroke = { key, code, shift, repeat, at, where, held };
    // Within a code a space must not press the focused button, and a slash must not start a search.
    const within = this.#scanner.isWithin(at) && where === 'outside' && kindOf(stroke) === 'character';
    this.#places.set(stroke, { ...remember(target), target });
    if (this.#scanner.press(stroke) || within) {
      event.preventDefault();
      event.stopImmediatePropagation();
      this.#spaceIsDown = key === ' ';
    }
    this.#plan(at);
  }

  /** Firefox presses the button when the space bar comes up. */
  #up(event: KeyboardEvent): void {
    if (event.key !== ' ' || !this.#spaceIsDown) return;
    event.preventDefault();
    this.#spaceIsDown = false;
  }

  /** A busy page gets its keys late, and all at once: the wait begins when this one arrived, not when it was pressed. */
  #plan(at: number): void {
    clearTimeout(this.#timer);
    const { due } = this.#scanner;
    if (due === undefined) return;
    this.#timer = setTimeout(() => this.#scanner.settle(due), due - Math.min(at, performance.now()));
  }

  #take(scan: Scan): void {
    this.#takeOut(scan);
    const [first] = scan.strokes;
    const field = scanFieldOf((first && this.#places.get(first)?.target) ?? null);
    if (field) fill(field, scan.readings[0] ?? '');
    else this.on.scanned(scan.readings);
  }

  /** The focus may have moved under the scan: each field becomes what it was before its first key. */
  #takeOut({ strokes }: Scan): void {
    const before = new Map<Before['field'], Before>();
    for (const stroke of strokes) {
      const place = this.#places.get(stroke);
      if (place && !before.has(place.field)) before.set(place.field, place);
    }
    for (const { restore } of before.values()) restore();
  }

  #press(stroke: Stroke): void {
    const { target } = this.#places.get(stroke) ?? {};
    const inDialog = target instanceof Element && target.closest('[role="dialog"]') !== null;
    if (stroke.where === 'outside' && !stroke.held && !inDialog) this.on.pressed(stroke.key, stroke);
  }
}
