/** Reads the house: every file of worker/ and web/ with what it imports. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import ts from 'typescript';

export type Import = {
  /** A path from the root for a file of ours; else the package as it is written. */
  to: string;
  ours: boolean;
  /** Erased by the compiler: nothing is loaded. */
  typeOnly: boolean;
};
export type Source = { path: string; imports: Import[]; isBarrel: boolean };

const root = join(import.meta.dirname, '..', '..');
const alias: Record<string, string> = {
  $contract: 'worker/contract',
  $api: 'worker/api',
  $lib: 'web/src/lib',
};

export function readHouse(): Source[] {
  const paths = globSync(['worker/**/*.ts', 'web/src/**/*.{ts,svelte}'], { cwd: root });
  return paths.sort().map((path) => readSource(path, readFileSync(join(root, path), 'utf8')));
}

/** @param exists whether there is such a file, to complete an import without an ending */
export function readSource(path: string, text: string, exists = isFile): Source {
  const script = path.endsWith('.svelte') ? scriptsOf(text) : text;
  const { statements } = ts.createSourceFile(path, script, ts.ScriptTarget.Latest);
  const imports = statements.flatMap((statement): Import[] => {
    const named = namedBy(statement);
    return named === undefined ? [] : [{ ...resolve(path, named, exists), typeOnly: isTypeOnly(statement) }];
  });
  const dynamic = [...script.matchAll(/\bimport\(\s*['"]([^'"]+)['"]\s*\)/g)].map(([, named = '']) => ({
    ...resolve(path, named, exists),
    typeOnly: false,
  }));
  const isBarrel =
    statements.length > 0 &&
    statements.every((it) => ts.isExportDeclaration(it) && it.moduleSpecifier !== undefined);
  return { path, imports: [...imports, ...dynamic], isBarrel };
}

const scriptsOf = (component: string): string =>
  [...component.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map(([, script]) => script).join('\n');

function namedBy(statement: ts.Statement): string | undefined {
  if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return undefined;
  const named = statement.moduleSpecifier;
  return named && ts.isStringLiteral(named) ? named.text : undefined;
}

function isTypeOnly(statement: ts.Statement): boolean {
  if (ts.isExportDeclaration(statement)) return statement.isTypeOnly;
  return (
    ts.isImportDeclaration(statement) && statement.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword
  );
}

function resolve(
  from: string,
  named: string,
  exists: (path: string) => boolean,
): Pick<Import, 'to' | 'ours'> {
  const [head = '', ...rest] = named.split('/');
  const target = alias[head];
  const path = target
    ? posix.join(target, ...rest)
    : named.startsWith('.')
      ? posix.join(posix.dirname(from), named)
      : undefined;
  if (path === undefined || path.endsWith('/$types')) return { to: named, ours: false };
  const found = [path, `${path}.ts`, `${path}.svelte.ts`, `${path}/index.ts`].find(exists);
  return { to: found ?? (/\.\w+$/.test(path) ? path : `${path}.ts`), ours: true };
}

const isFile = (path: string): boolean => existsSync(join(root, path)) && /\.\w+$/.test(path);
