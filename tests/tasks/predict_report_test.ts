import assert from "node:assert/strict";
import { join } from "node:path";
import type { CompleteImage } from "../../tasks/predict/outcome.ts";
import { reportPage } from "../../tasks/predict/report/report_page.ts";
import { temporaryFolder } from "../io/temporary_folder.ts";

/** An image without objects, as far as the report shows it. */
function image(name: string, sizeNotes?: string[]): CompleteImage {
  const row = { image: `${name}.tif`, count: 0, perMegapixel: 0, medianPixels: NaN, foregroundShare: 0 };
  return { name, id: name, pages: 1, rows: [{ ...row, ...(sizeNotes && { sizeNotes }) }], missing: new Set() };
}

Deno.test("an image whose objects are missing from tables is among those to be checked", async () => {
  await using folder = await temporaryFolder();
  const output = folder.path, note = "1 object in a box of more than 40,000,000 pixels is missing from tables";
  await Deno.mkdir(join(output, ".predict"));
  for (const name of ["whole", "partial"]) await Deno.writeTextFile(join(output, `.predict/${name}.jpg`), "picture");
  const complete = [image("whole"), image("partial", [note])];
  const page = (await Array.fromAsync(reportPage(output, { complete, failures: [], incomplete: [] }, "Segmented")))
    .join("");
  const titles = [...page.matchAll(/<h[23]>([^<]*)</g)].map(([, title]) => title);
  assert.deepEqual(titles, ["To be checked", "partial.tif", "Distributions", "Other images", "whole.tif"]);
  assert.ok(page.includes(`<li>${note}</li>`));
});
