/** Which modules of the pages share a file; docs/decisions/062-a-page-loads-few-files.md says why. */
import type { Rollup } from 'vite';

type Modules = { getModuleInfo(id: string): Pick<Rollup.ModuleInfo, 'importers'> | null };

/** SvelteKit generates one for each layout, error page and page. It numbers the root's layout 0 and its error page 1. */
const entry = /[\\/]client-optimized[\\/]nodes[\\/](\d+)\.js$/;
const start = /[\\/]client-optimized[\\/]app\.js$|[\\/]runtime[\\/]client[\\/]entry\.js$/;
const everywhere = ['0', '1', 'start'];

/** @returns the name of a module's file, or null: the bundler makes a file for the modules that the same entries load */
export function chunkOf(id: string, modules: Modules): string | null {
  if (entry.test(id) || start.test(id)) return null;
  const users = usersOf(id, modules);
  if (everywhere.some((it) => users.has(it))) return 'app';
  return users.size >= 3 ? 'shared' : null;
}

/** The entries that load a module before they run, so not by `import()`. */
function usersOf(id: string, modules: Modules): Set<string> {
  const users = new Set<string>();
  const seen = new Set([id]);
  for (const module of seen) {
    const user = start.test(module) ? 'start' : entry.exec(module)?.[1];
    if (user !== undefined) users.add(user);
    else for (const importer of modules.getModuleInfo(module)?.importers ?? []) seen.add(importer);
  }
  return users;
}
