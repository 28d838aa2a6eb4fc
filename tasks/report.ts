/**
 * Makes a site of a study's notebooks, with a first page that answers the study's questions, and one PDF.
 *
 *     deno task report [--study quick] [--results FOLDER]
 *
 * Writes results/report/. The notebooks are executed for the study; those of the committed demonstration are shown as they are.
 */
import { parseArgs } from "node:util";
import { fail } from "./fail.ts";
import { makeReport } from "./report/make_report.ts";

try {
  const { values } = parseArgs({
    options: { study: { type: "string", default: "quick" }, results: { type: "string" } },
  });
  const { site, pdf } = await makeReport({ ...values, onProgress: (what) => console.error(what) });
  console.log(`Site  ${site}`);
  console.log(
    pdf ? `PDF   ${pdf}` : "No PDF: install Chromium or Google Chrome (or name one in CHROME), and run this again.",
  );
} catch (error) {
  fail(error);
}
