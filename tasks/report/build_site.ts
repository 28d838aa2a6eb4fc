import { createRequire } from "node:module";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { figureFile, type FirstPage } from "lib/study/report/first_page.ts";
import { runCommand } from "../setup/command.ts";
import { type Notebook, tagCode, withoutCells } from "./copy_notebook.ts";

/** The parts of a report. */
export interface ReportParts {
  first: FirstPage;
  notebooks: ReadonlyMap<string, Notebook>;
}

/** Tag of the cells with instructions for running a notebook, which are left out of a report. */
const HOW_TO_RUN = "how-to-run";

/** Tag of the cells with the words of the notebooks, which are on the first page of a print. */
const WORDS = "words";

const sourceFile = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** Writes the sources for Sphinx into an empty folder. */
async function writeSource({ first, notebooks }: ReportParts, folder: string, print: boolean): Promise<void> {
  for (const [name, notebook] of notebooks) {
    const tagged = print
      ? tagCode(withoutCells(withoutCells(notebook, HOW_TO_RUN), WORDS), "remove-input")
      : tagCode(notebook, "hide-input");
    await Deno.writeTextFile(join(folder, `${name}.ipynb`), JSON.stringify(tagged));
  }
  for (const [name, figure] of Object.entries(first.figures)) {
    await figure.save(join(folder, figureFile(name, figure)));
  }
  const contents = ["```{toctree}", ":hidden:", "", ...notebooks.keys(), "```"].join("\n");
  await Deno.writeTextFile(join(folder, "index.md"), `${first.markdown}\n${contents}\n`);
  await Deno.copyFile(sourceFile("conf.py"), join(folder, "conf.py"));
  await Deno.mkdir(join(folder, "_static"));
  for (const name of ["report.css", "search_files.js"]) {
    await Deno.copyFile(sourceFile(name), join(folder, "_static", name));
  }
  const math = createRequire(import.meta.url).resolve("mathjax/es5/tex-svg.js");
  await Deno.copyFile(math, join(folder, "_static/tex-svg.js"));
}

/**
 * Builds the site, or the single page for print.
 *
 * @param python path of a Python with Sphinx
 * @param out an empty or missing folder
 * @param print whether to build one page without code, for print
 */
export async function buildSite(parts: ReportParts, python: string, out: string, print = false): Promise<void> {
  // MyST-NB writes another folder beside the site.
  const folder = await Deno.makeTempDir(), source = join(folder, "source"), site = join(folder, "site");
  try {
    await Deno.mkdir(source);
    await writeSource(parts, source, print);
    const builder = print ? ["-b", "singlehtml", "-t", "print"] : ["-b", "html"];
    await runCommand(python, ["-m", "sphinx", "-q", ...builder, "-d", join(folder, "doctrees"), source, site], {
      seconds: 900,
      what: print ? "Building the page to print with Sphinx" : "Building the site with Sphinx",
      wayOut: "run deno task report again when the machine is less busy",
    });
    await cp(site, out, { recursive: true });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
