/** Which modules of the pages share a file; docs/decisions/070-a-phone-loads-little.md says why. */
import type { Rollup } from 'vite';

type Modules = { getModuleInfo(id: string): Pick<Rollup.ModuleInfo, 'importers'> | null };

const component = /[\\/]src[\\/]routes([\\/].*)?[\\/]\+(page|layout|error)\.svelte$/;
/**
 * Parts of Svelte that its indexes name for every page, and few pages use. They do nothing when loaded, so a file without them need
 * not load theirs.
 */
export const seldom =
  /[\\/]svelte[\\/]src[\\/](.*[\\/])?(transitions|custom-element|actions|shared[\\/]clone|bindings[\\/](size|input)|reactivity[\\/](map|set|media-query))\.js$/;
const generated = /[\\/]client-optimized[\\/]nodes[\\/]\d+\.js$/;
const start = /[\\/]client-optimized[\\/]app\.js$|[\\/]runtime[\\/]client[\\/]entry\.js$/;
const everywhere = ['layout', 'error', 'start'];
/** Pages that people open on a phone, often on a slow network: they load nothing that another page needs. */
const phones = ['/', '/s/[id]', '/scan'];

/** @returns the name of a module's file, or null: the bundler makes a file for the modules that the same entries load */
export function chunkOf(id: string, modules: Modules): string | null {
  if (generated.test(id) || start.test(id)) return null;
  if (seldom.test(id)) return /(input|actions)\.js$/.test(id) ? 'phone /s/[id] /scan' : 'shared';
  const users = usersOf(id, modules);
  if (everywhere.some((it) => users.has(it))) return 'app';
  if (users.size < 2) return null;
  const ofPhones = phones.filter((it) => users.has(it));
  // Little is shared by `/` and another: one file costs both less than two.
  if (ofPhones.length > 1 && users.has('/')) return 'phone';
  if (ofPhones.length > 0) return `phone ${ofPhones.join(' ')}`;
  return users.size >= 3 ? 'shared' : null;
}

/** The pages that load a module before they run, so not by `import()`. */
function usersOf(id: string, modules: Modules): Set<string> {
  const users = new Set<string>();
  const seen = new Set([id]);
  for (const module of seen) {
    const found = component.exec(module);
    if (start.test(module)) users.add('start');
    else if (found) users.add(userOf(found));
    else for (const importer of modules.getModuleInfo(module)?.importers ?? []) seen.add(importer);
  }
  return users;
}

/** The route of a page; `layout` or `error` for the others. */
const userOf = ([, route = '/', kind = 'page']: readonly (string | undefined)[]): string =>
  kind === 'page' ? route.replaceAll('\\', '/') : kind;
