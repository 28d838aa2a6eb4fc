import { dirname, join } from "node:path/posix";

/** The modules that each module imports, including types, all as paths of the same form. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>;

/** Matches import and export statements, `import()` of types and values, and URLs of workers. */
const IMPORTS = [
  /(?:^|\n)\s*(?:import|export)\b[^"';]*?\bfrom\s+"(\.[^"]+)"/g,
  /(?:^|\n)\s*import\s+"(\.[^"]+)"/g,
  /\bimport\(\s*"(\.[^"]+)"/g,
  /\bnew URL\(\s*"(\.[^"]+\.ts)"/g,
];

/**
 * Returns the modules that a module imports by relative paths.
 *
 * @param path path of the module
 * @param source text of the module
 */
export function importedPaths(path: string, source: string): string[] {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, "");
  return IMPORTS.flatMap((pattern) => [...code.matchAll(pattern)].map(([, target]) => join(dirname(path), target)));
}

/** Returns the innermost layer whose folder contains a module; `undefined` if there is none. */
function findLayer(path: string, layers: readonly string[]): string | undefined {
  return layers.filter((layer) => path.startsWith(`${layer}/`)).toSorted((a, b) => b.length - a.length)[0];
}

/** Finds the groups of modules that import each other in a circle (Tarjan 1972). */
function findCircles(graph: ImportGraph): string[][] {
  const index = new Map<string, number>(), lowest = new Map<string, number>();
  const stack: string[] = [], circles: string[][] = [];
  const visit = (module: string) => {
    index.set(module, index.size);
    lowest.set(module, index.get(module)!);
    stack.push(module);
    for (const next of graph.get(module) ?? []) {
      if (!index.has(next)) visit(next);
      if (stack.includes(next)) lowest.set(module, Math.min(lowest.get(module)!, lowest.get(next)!));
    }
    if (lowest.get(module) !== index.get(module)) return;
    const circle = stack.splice(stack.indexOf(module));
    if (circle.length > 1 || graph.get(module)?.includes(module)) circles.push(circle);
  };
  for (const module of graph.keys()) if (!index.has(module)) visit(module);
  return circles;
}

/**
 * Finds the problems of a library's layers: modules outside the layers, imports from a higher layer, circles.
 *
 * @param graph paths relative to the library's folder
 * @param layers folders, the lowest first
 * @param entries modules that may import from every layer
 * @returns one sentence each
 */
export function layerProblems(graph: ImportGraph, layers: readonly string[], entries: readonly string[]): string[] {
  const problems: string[] = [];
  for (const [module, imported] of graph) {
    if (entries.includes(module)) continue;
    const layer = findLayer(module, layers);
    if (!layer) {
      problems.push(`${module} is in no layer: move it to a folder of tasks/layers/layers.ts`);
      continue;
    }
    for (const target of imported) {
      const other = findLayer(target, layers);
      if (!other || layers.indexOf(other) > layers.indexOf(layer)) {
        problems.push(
          `${module} imports ${target}, which is ${other ? `in the higher layer ${other}` : "in no layer"}`,
        );
      }
    }
  }
  for (const circle of findCircles(graph)) problems.push(`These import each other in a circle: ${circle.join(", ")}`);
  return problems;
}
