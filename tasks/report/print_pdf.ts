import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { z } from "zod";
import { runCommand } from "../setup/command.ts";
import { printPage } from "./print_page.ts";

/** Time limit of Chromium for a print, in seconds. */
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
    wayOut:
      "the site is complete without the PDF; name another Chromium in CHROME, or print the site's pages in a browser",
  });
}

/**
 * Prints a single page built by Sphinx (`singlehtml`) as a PDF with page numbers, contents and bookmarks. It prints
 * once to find the pages of the headings, and again with these numbers.
 *
 * @param folder folder of the page, `index.html`
 * @param python path of a Python with pypdf
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
