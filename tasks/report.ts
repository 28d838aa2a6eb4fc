/** Makes a website and a PDF of a study's notebooks: see `commands/report.ts`. */
import type { LineFor } from "./commands/command.ts";
import { reportCommand } from "./commands/report.ts";
import { runTask, task } from "./commands/task.ts";
import { executeNotebooks, makeReport } from "./report/make_report.ts";
import { say, warn } from "./say.ts";

/** Runs a command line of `deno task report`. */
export async function report({ options }: LineFor<typeof reportCommand>): Promise<void> {
  const wanted = {
    study: options.study ?? "quick",
    results: options.results,
    acceptWithoutDigest: options["accept-earlier"],
    onProgress: warn,
  };
  if (options["notebooks-only"]) {
    for (const path of await executeNotebooks(wanted)) say(path);
    return;
  }
  const { site, pdf } = await makeReport(wanted);
  say(`Site  ${site}`);
  say(pdf ? `PDF   ${pdf}` : "No PDF: install Chromium or Google Chrome (or name one in CHROME), and run this again.");
}

if (import.meta.main) await runTask(task(reportCommand, () => Promise.resolve(report)));
