import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { table } from "lib/display";

/** Lines of a folder, and those that the tests ran. */
export interface Coverage {
  folder: string;
  lines: number;
  run: number;
}

/** Returns the folder in which a file is counted: a layer of `lib`, or a folder of the project. */
function coverageFolder(path: string): string {
  const [first, second, ...rest] = path.split("/");
  return first === "lib" && rest.length ? `lib/${second}` : first;
}

/**
 * Sums up a coverage report by folder.
 *
 * @param lcov report in lcov's format: `SF:` starts a file, `LF:` is its number of lines, `LH:` the number of lines
 * that ran
 * @param root the project's folder, the prefix of the paths
 */
export function sumCoverage(lcov: string, root: string): Coverage[] {
  const folders = new Map<string, Coverage>();
  let current: Coverage | undefined;
  for (const line of lcov.split("\n")) {
    const [key, value] = [line.slice(0, 3), line.slice(3)];
    if (key === "SF:") {
      const folder = coverageFolder(value.slice(root.length).replace(/^\//, ""));
      current = folders.get(folder) ?? { folder, lines: 0, run: 0 };
      folders.set(folder, current);
    } else if (key === "LF:") current!.lines += Number(value);
    else if (key === "LH:") current!.run += Number(value);
  }
  return [...folders.values()].sort((a, b) => a.folder < b.folder ? -1 : 1);
}

/**
 * Makes a table of the coverage that `deno test --coverage` wrote into a folder.
 *
 * @param root the project's folder
 */
export async function coverageTable(folder: string, root: string): Promise<string> {
  const { stdout, success } = await new Deno.Command(Deno.execPath(), {
    // Whole, since the project itself may lie in a folder "tests".
    args: ["coverage", "--lcov", `--exclude=${RegExp.escape(pathToFileURL(join(root, "tests/")).href)}`, folder],
    cwd: root,
    stderr: "inherit",
  }).output();
  if (!success) return `deno coverage could not read ${folder}`;
  const rows = sumCoverage(new TextDecoder().decode(stdout), root);
  const total = rows.reduce((sum, { lines, run }) => ({ lines: sum.lines + lines, run: sum.run + run }), {
    lines: 0,
    run: 0,
  });
  const percent = ({ lines, run }: Pick<Coverage, "lines" | "run">) => `${(100 * run / lines).toFixed(1)} %`;
  return `${
    table(["folder", "lines", "run by the quick tests"], [
      ...rows.map((row) => [row.folder, row.lines, percent(row)]),
      ["all", total.lines, percent(total)],
    ])
  }`;
}

/** The folder of the coverage while the tests run. */
export const coverageFolderPath = (root: string) => join(root, ".cache/coverage");
