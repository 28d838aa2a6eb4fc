import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { z } from "zod";
import { runCommand } from "../setup/command.ts";
import { printPage } from "./print_page.ts";

/** Seconds that Chromium may take for a print. */
const PRINT_SECONDS = 300;

async function print(browser: string, page: string, pdf: string): Promise<void> {
  await runCommand(browser, [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-pdf-header-footer",
    "--generate-pdf-document-outline",
    "--virtual-time-budget=20000",
    `--print-to-pdf=${pdf}`,
    pathToFileURL(page).href,
  ], {
    seconds: PRINT_SECONDS,
    what: "Printing the PDF with Chromium",
    wayOut: "the site is there without it; name another Chromium in CHROME, or print the site's pages in a browser",
  });
}

/**
 * Prints a single page of Sphinx's (`singlehtml`) as a PDF with page numbers, contents and bookmarks: once to learn on which
 * pages the headings lie, and again with these numbers.
 *
 * @param folder of the page, `index.html`
 * @param python with pypdf
 */
export async function printPdf(browser: string, python: string, folder: string, pdf: string): Promise<void> {
  const single = await Deno.readTextFile(join(folder, "index.html"));
  const page = join(folder, "print.html");
  await Deno.copyFile(fileURLToPath(new URL("print.css", import.meta.url)), join(folder, "_static/print.css"));
  await Deno.writeTextFile(page, printPage(single).html);
  await print(browser, page, pdf);
  const script = fileURLToPath(new URL("pdf_pages.py", import.meta.url));
  const found = z.record(z.string(), z.number()).parse(JSON.parse(await runCommand(python, [script, pdf])));
  await Deno.writeTextFile(page, printPage(single, new Map(Object.entries(found))).html);
  await print(browser, page, pdf);
}
