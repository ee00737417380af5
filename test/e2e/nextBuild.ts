/** A second build, as the next deploy has it: another version, and every file of script under another name. */
import { cp, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { root } from '../../scripts/place.ts';
import type { Build } from '../../scripts/serve.ts';

const TEXT = /\.(js|json|html)$/;

/** @param folder an empty one of the test's own */
export async function nextBuild(folder: string): Promise<Build> {
  const [worker, pages] = [join(folder, 'index.js'), join(folder, 'pages')];
  await cp(join(root, 'dist', 'index.js'), worker);
  await cp(join(root, 'web', '.svelte-kit', 'cloudflare'), pages, { recursive: true });
  const listed = await readdir(pages, { recursive: true, withFileTypes: true });
  const files = listed.filter((it) => it.isFile()).map((it) => join(it.parentPath, it.name));
  const scripts = files.filter((it) => it.includes('immutable') && it.endsWith('.js'));
  const { version } = JSON.parse(await readFile(join(pages, '_app', 'version.json'), 'utf8')) as {
    version: string;
  };
  const names = new Map(scripts.map((it) => [basename(it), `next.${basename(it)}`]));
  const renamed = (text: string) =>
    text
      .replaceAll(/[\w.-]+\.js\b/g, (name) => names.get(name) ?? name)
      .replaceAll(version, `${version.slice(0, -4)}next`);
  for (const file of [worker, ...files.filter((it) => TEXT.test(it))])
    await writeFile(file, renamed(await readFile(file, 'utf8')));
  for (const file of scripts) await rename(file, join(file, '..', `next.${basename(file)}`));
  return { worker, pages };
}
