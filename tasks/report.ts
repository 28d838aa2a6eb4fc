/**
 * Makes a site of the executed notebooks, with a first page that answers the study's questions, and one PDF.
 *
 * Writes results/report/. The notebooks are taken as they stand; `deno task notebook NAME --in-place` executes one anew.
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import { openStudy, PROFILES, projectFolder } from "lib";
import { replaceText } from "lib/data/replace_file.ts";
import { firstPage } from "lib/report/first_page.ts";
import type { LineFor } from "./commands/command.ts";
import { reportCommand } from "./commands/report.ts";
import { runTask, task } from "./commands/task.ts";
import { requireStudy } from "./require_study.ts";
import { runCommand } from "./setup/command.ts";
import { pythonEnvironment } from "./setup/python_environment.ts";

const root = projectFolder().replace(/\/$/, "");
const BROWSERS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** A Python with Sphinx, made on first use. */
async function sphinx(): Promise<string> {
  const requirements = join(root, "tasks/requirements/report.txt");
  const install = ["--require-hashes", "-r", requirements];
  return await pythonEnvironment("report", "Sphinx", [install], await Deno.readTextFile(requirements));
}

async function findBrowser(): Promise<string | undefined> {
  for (const name of [...(Deno.env.get("CHROME") ? [Deno.env.get("CHROME")!] : []), ...BROWSERS]) {
    try {
      if ((await new Deno.Command(name, { args: ["--version"], stdout: "null", stderr: "null" }).output()).success) {
        return name;
      }
    } catch {
      // not this one
    }
  }
}

/** Does what a command line of `deno task report` says. */
export async function report({ options }: LineFor<typeof reportCommand>): Promise<void> {
  const values = { study: options.study ?? "quick", results: options.results ?? join(root, "results") };
  await requireStudy(values.study, values.results);
  const study = await openStudy(values.study, values.results, {
    acceptWithoutDigest: options["accept-earlier"],
  });
  const python = await sphinx();
  const source = await Deno.makeTempDir();
  const out = join(values.results, "report"), partial = `${out}.partial`;
  try {
    const names: string[] = [];
    for (const { name } of Deno.readDirSync(join(root, "notebooks"))) {
      if (!name.endsWith(".ipynb") || name.startsWith(".")) continue;
      const notebook = JSON.parse(await Deno.readTextFile(join(root, "notebooks", name)));
      // Code is folded; whoever wants it opens it.
      for (const cell of notebook.cells) {
        if (cell.cell_type === "code") {
          cell.metadata = { ...cell.metadata, tags: [...(cell.metadata?.tags ?? []), "hide-input"] };
        }
      }
      await Deno.writeTextFile(join(source, name), JSON.stringify(notebook));
      names.push(name.replace(/\.ipynb$/, ""));
    }
    const { markdown, figures } = firstPage(study, {
      demonstration: PROFILES.some((name) => name === values.study),
    });
    for (const [name, figure] of Object.entries(figures)) await figure.save(join(source, `${name}.svg`));
    const contents = ["```{toctree}", ":hidden:", "", ...names.sort(), "```"].join("\n");
    await Deno.writeTextFile(join(source, "index.md"), `${markdown}\n${contents}\n`);
    await Deno.mkdir(join(source, "_static"));
    await Deno.copyFile(join(root, "tasks/report/conf.py"), join(source, "conf.py"));
    await Deno.copyFile(join(root, "tasks/report/report.css"), join(source, "_static/report.css"));
    const math = createRequire(import.meta.url).resolve("mathjax/es5/tex-svg.js");
    await Deno.copyFile(math, join(source, "_static/tex-svg.js"));
    await Deno.remove(partial, { recursive: true }).catch(() => {});
    console.error("Building the site …");
    await runCommand(python, ["-m", "sphinx", "-q", "-b", "html", source, partial]);
    const browser = await findBrowser();
    if (browser) {
      console.error("Printing the PDF …");
      const single = join(source, "single");
      await runCommand(python, ["-m", "sphinx", "-q", "-b", "singlehtml", source, single]);
      await runCommand(browser, [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-pdf-header-footer",
        "--virtual-time-budget=20000",
        `--print-to-pdf=${join(partial, "report.pdf")}`,
        `file://${join(single, "index.html")}`,
      ]);
    }
    await Deno.remove(join(partial, ".doctrees"), { recursive: true }).catch(() => {});
    await Deno.remove(out, { recursive: true }).catch(() => {});
    await Deno.rename(partial, out);
    await replaceText(join(out, ".complete"), new Date().toISOString() + "\n");
    console.log(`Site  ${join(out, "index.html")}`);
    console.log(
      browser
        ? `PDF   ${join(out, "report.pdf")}`
        : "No PDF: install Chromium or Google Chrome (or name one in CHROME), and run this again.",
    );
  } finally {
    await Deno.remove(source, { recursive: true });
    await Deno.remove(partial, { recursive: true }).catch(() => {});
  }
}

if (import.meta.main) await runTask(task(reportCommand, () => Promise.resolve(report)));
