/** Breaks the code in one or more places while it is bundled. */
import { join } from 'node:path';
import type { Plugin } from 'vite';
import type { Mutant } from '../mutants/mutant.ts';

const ROOT = join(import.meta.dirname, '../../..');

/** @throws while bundling if a text to find is not exactly once in its file */
export function mutated({ name, edits }: Mutant): Plugin {
  const left = new Set(edits);
  return {
    name: 'mutant',
    enforce: 'pre',
    transform(code, id) {
      let changed = code;
      for (const edit of edits) {
        if (id.split('?')[0] !== join(ROOT, edit.file)) continue;
        const times = changed.split(edit.find).length - 1;
        if (times !== 1) throw new Error(`${name}: the text is ${times} times in ${edit.file}`);
        changed = changed.replace(edit.find, () => edit.replace);
        left.delete(edit);
      }
      return changed === code ? undefined : { code: changed, map: null };
    },
    buildEnd() {
      const [missing] = left;
      if (missing) throw new Error(`${name}: ${missing.file} is not in the bundle`);
    },
  };
}
