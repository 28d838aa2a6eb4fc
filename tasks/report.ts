/** Makes a website and a PDF of a study's notebooks: see `commands/report.ts`. */
import type { LineFor } from "./commands/command.ts";
import { reportCommand } from "./commands/report.ts";
import { runTask, task } from "./commands/task.ts";
import { makeReport } from "./report/make_report.ts";
import { say, warn } from "./say.ts";

/** Runs a command line of `deno task report`. */
export async function report({ options }: LineFor<typeof reportCommand>): Promise<void> {
  const { site, pdf } = await makeReport({
    study: options.study ?? "quick",
    results: options.results,
    acceptWithoutDigest: options["accept-earlier"],
    onProgress: warn,
  });
  say(`Site  ${site}`);
  say(pdf ? `PDF   ${pdf}` : "No PDF: install Chromium or Google Chrome (or name one in CHROME), and run this again.");
}

if (import.meta.main) await runTask(task(reportCommand, () => Promise.resolve(report)));
