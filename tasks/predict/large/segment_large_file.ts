import { join } from "node:path";
import { RunError } from "lib/runs/run_error.ts";
import { largeFiles, pageName, RECORDS } from "../files/outputs.ts";
import { removeEarlier } from "../files/remove_earlier.ts";
import { removeGone } from "../files/remove_gone.ts";
import { addToRecord, findProduct, type ImageRow, originOf, readRecord } from "../files/record.ts";
import type { Outcome, Part } from "../outcome.ts";
import { placeDigest } from "../refuse_overwriting.ts";
import { type Found, overwritingProblem } from "../result_files.ts";
import { digest, digestFile } from "../result_mark.ts";
import type { PlannedImage, SegmentingOptions } from "../segmenting_options.ts";
import { explainTooLong, isTooLong, longestName } from "../too_long.ts";
import { type LargeFile, makeLargeFiles } from "./make_large_files.ts";
import { overlayNote } from "./page_pictures.ts";
import { StagedProducts } from "./staged_products.ts";

/**
 * Segments a TIFF that does not fit into memory, and writes its results row by row: like `segmentFile`, but the mask and
 * the probabilities are TIFFs.
 *
 * @param onProgress called with the completed share, 0 to 1, and the image and page
 */
export async function segmentLargeFile(
  image: PlannedImage,
  file: LargeFile,
  options: SegmentingOptions,
  outcome: Outcome,
  onProgress: (done: number, label: string) => void,
): Promise<void> {
  const { path, name, place } = image, { output, settings, productSettings, products, suffixes, precision } = options;
  const files = largeFiles(products, suffixes, name, file.pages), found = new Map<string, Found>();
  try {
    const source = { content: await digestFile(path), place: await placeDigest(path) };
    const key = await digest("large", settings, productSettings, place, source.content);
    const origin = await originOf(options, "large", source.content);
    const earlier = await readRecord(output, name);
    for (const each of files) found.set(each, await findProduct(output, each, earlier, { key, source }));
    const problem = files.map((each) => overwritingProblem(join(output, each), found.get(each)!)).find(Boolean);
    if (problem) return void outcome.failures.push(`${path} is not segmented: ${problem}`);
    let rows: ImageRow[], problems: ReadonlyMap<Part, unknown> = new Map();
    if (earlier?.key === key && files.every((each) => found.get(each) === "this")) {
      rows = earlier.rows;
      outcome.kept += file.pages;
    } else {
      const staged = new StagedProducts(output, options.signal);
      try {
        rows = await makeLargeFiles(image, file, options, staged, onProgress);
        const digests = await staged.close();
        // Written before the files get their names: what has a name is known in any case.
        await addToRecord(output, name, { key, source, origin, precision, rows }, digests);
        const committed = await staged.commit();
        await removeEarlier(output, found, new Set(committed), outcome);
        for (const each of committed) {
          if (each.startsWith(`${RECORDS}/`)) continue;
          outcome.written.push(join(output, each));
          outcome.replaced += found.get(each) === "another result" ? 1 : 0;
        }
        problems = staged.problems;
      } finally {
        await staged.discard();
      }
    }
    await removeGone(image, { pages: file.pages, source, isLarge: true, origin }, options, outcome);
    outcome.warnOfRows(image, rows);
    const note = products.has("overlay") && !problems.has("overlay") && overlayNote(file);
    if (note) rows.forEach((_, page) => outcome.warnings.push(`${path + pageName(page, file.pages)}: ${note}`));
    outcome.finish(image, rows, problems);
  } catch (error) {
    if (options.signal.aborted) throw error;
    if (isTooLong(error)) outcome.failures.push(explainTooLong(path, longestName(files)));
    else if (error instanceof RunError) outcome.failures.push(`${path} is not segmented: ${error.message}`);
    else outcome.fail(path, path, error);
  }
}
