/** What is wrong with the house, in words. */
import { emptyNames, rooms } from './rooms.ts';
import type { Import, Source } from './sources.ts';

export function wrongsOf(house: Source[]): string[] {
  return [
    ...house.flatMap((source) => [...wrongImports(source), ...wrongName(source), ...wrongShape(source)]),
    ...cycles(house),
  ];
}

function wrongImports({ path, imports }: Source): string[] {
  const room = rooms.find(({ files }) => files.test(path));
  if (!room) return [`${path} is in no room of test/house/rooms.ts`];
  const { name, imports: files, types = [], packages } = room;
  const mayLoad = ({ to, ours, typeOnly }: Import): boolean => {
    if (!ours) return isGenerated(to) || packages.some((each) => to === each || to.startsWith(`${each}/`));
    if (/\.(css|svg)$/.test(to)) return true;
    return [...files, ...(typeOnly ? types : [])].some((each) => each.test(to));
  };
  return imports.filter((each) => !mayLoad(each)).map(({ to }) => `${path} (${name}) must not import ${to}`);
}

/** SvelteKit's own types of a route. */
const isGenerated = (to: string): boolean => to === './$types';

function wrongName({ path }: Source): string[] {
  const parts = path.split('/').map((part) => part.replace(/\..*$/, ''));
  return parts.some((part) => emptyNames.test(part))
    ? [`${path} has a name that says nothing of the business`]
    : [];
}

const wrongShape = ({ path, isBarrel }: Source): string[] =>
  isBarrel ? [`${path} only re-exports: import what you need from where it is`] : [];

/** Circles of files that load one another. Types load nothing. */
function cycles(house: Source[]): string[] {
  const loads = new Map(
    house.map(({ path, imports }) => [
      path,
      imports.filter((it) => it.ours && !it.typeOnly).map(({ to }) => to),
    ]),
  );
  const found: string[] = [];
  const done = new Set<string>();
  const walk = (path: string, trail: string[]): void => {
    if (trail.includes(path))
      found.push(`circle: ${[...trail.slice(trail.indexOf(path)), path].join(' → ')}`);
    if (trail.includes(path) || done.has(path)) return;
    for (const next of loads.get(path) ?? []) walk(next, [...trail, path]);
    done.add(path);
  };
  for (const path of loads.keys()) walk(path, []);
  return found;
}
