import { basename, dirname, join } from "node:path";
import type { FileBytes } from "lib/io/file_bytes.ts";
import { partialName } from "lib/io/partial_files.ts";
import { tiffSource } from "lib/images/source/tiff_source.ts";
import { RunError } from "lib/runs/run_error.ts";
import { jointFiles, pageName, type Product, productFiles, RECORDS } from "../files/outputs.ts";
import { addDigests, findProduct, type ImageRow, readRecord, writeRecord } from "../files/record.ts";
import { failureReason, type Outcome } from "../outcome.ts";
import { placeDigest } from "../refuse_overwriting.ts";
import { type Found, overwritingProblem } from "../result_files.ts";
import { digest, digestFile } from "../result_mark.ts";
import type { PlannedImage, SegmentingOptions } from "../segmenting_options.ts";
import { describeLargePage, sizeWarnings } from "./describe_large_page.ts";
import { labelLargePage } from "./label_large_page.ts";
import { LabelStore } from "./label_store.ts";
import { type LargePage, LargeProducts } from "./large_products.ts";
import { ScratchFile } from "./scratch_file.ts";
import { StagedFile } from "./staged_file.ts";
import { LargeTiff } from "./tiff_files.ts";

/** A TIFF that is segmented part by part. */
export interface LargeFile {
  bytes: FileBytes;
  pages: number;
}

/** Share of the work that prediction takes, for the progress. */
const PREDICTION = 0.95;

/** Lists the results of a large image below the output folder. All of them are in its record. */
function largeFiles({ products, suffixes }: SegmentingOptions, name: string, pages: number): string[] {
  const probability = suffixes.includes("_probability") ? [`${name}_probability.tif`] : [];
  return [...new Set([`${name}_mask.tif`, ...probability, ...productFiles(products, name, pages)])];
}

/**
 * Segments a TIFF that does not fit into memory, and writes its results row by row: like `segmentFile`, but the mask and
 * the probabilities are TIFFs.
 *
 * @param onProgress called with the completed share, 0 to 1, and the image and page
 */
export async function segmentLargeFile(
  image: PlannedImage,
  { bytes, pages }: LargeFile,
  options: SegmentingOptions,
  outcome: Outcome,
  onProgress: (done: number, label: string) => void,
): Promise<void> {
  const { path, name, id, place } = image, { output, settings, productSettings, precision } = options;
  const source = { content: await digestFile(path), place: await placeDigest(path) };
  const key = await digest("large", settings, productSettings, place, source.content);
  const files = largeFiles(options, name, pages), found = new Map<string, Found>();
  try {
    const earlier = await readRecord(output, name);
    for (const file of files) found.set(file, await findProduct(output, file, earlier, { key, source }));
    const problem = files.map((file) => overwritingProblem(join(output, file), found.get(file)!)).find(Boolean);
    if (problem) return void outcome.failures.push(`${path} is not segmented: ${problem}`);
    let rows: ImageRow[], missing: readonly Product[] = [];
    if (earlier?.key === key && files.every((file) => found.get(file) === "this")) {
      rows = earlier.rows;
      outcome.kept += pages;
    } else {
      const made = await makeFiles(image, { bytes, pages }, options, outcome, onProgress);
      try {
        ({ rows, missing } = made);
        const record = { key, source, precision, rows, files: addDigests(earlier, key, made.digests) };
        // Written before the files get their names: what has a name is known in any case.
        await writeRecord(output, name, record);
        for (const file of made.staged.values()) await file.commit();
      } finally {
        for (const file of made.staged.values()) await file.discard();
      }
      for (const file of made.staged.keys()) {
        if (file.startsWith(`${RECORDS}/`)) continue;
        outcome.written.push(join(output, file));
        outcome.replaced += found.get(file) === "another result" ? 1 : 0;
      }
    }
    rows.forEach(({ warning, farFromTraining: notes }, page) =>
      outcome.warn(path + pageName(page, pages), { warning, notes })
    );
    if (jointFiles(missing).length === 0) outcome.complete.push({ name, id, pages, rows });
  } catch (error) {
    if (options.signal.aborted) throw error;
    if (error instanceof RunError) outcome.failures.push(`${path} is not segmented: ${error.message}`);
    else outcome.fail(path, path, error);
  }
}

/** Results of a file under temporary names. */
interface MadeFiles {
  staged: Map<string, StagedFile>;
  digests: Map<string, string>;
  rows: ImageRow[];
  /** Products that could not be made. */
  missing: readonly Product[];
}

/** Makes all results of a file under temporary names. Products that cannot be made fail without the prediction. */
async function makeFiles(
  { path, name, place }: PlannedImage,
  { bytes, pages }: LargeFile,
  options: SegmentingOptions,
  outcome: Outcome,
  onProgress: (done: number, label: string) => void,
): Promise<MadeFiles> {
  const { output, segmenter, finder, threshold, level, channels, products, suffixes, signal } = options;
  const { task, taskDefinition: { scored, logits } } = segmenter;
  const staged = new Map<string, StagedFile>(), rows: ImageRow[] = [], labelled: LargePage[] = [];
  const stage = (file: string) => {
    const opened = new StagedFile(join(output, file));
    staged.set(file, opened);
    return opened;
  };
  const scratch = (what: string) => {
    const file = join(output, RECORDS, name);
    return join(dirname(file), partialName(`${basename(file)}.${what}`));
  };
  const shown = place.replaceAll("\\", "/");
  using labelFile = new ScratchFile(scratch("labels"));
  try {
    const sources = [];
    for (let page = 0; page < pages; page++) {
      sources.push(await tiffSource(bytes, path, { page, level, ...(channels && { channels }) }));
    }
    const { width, height } = sources[0], pixelSize = options.pixelSize ?? sources[0].pixelSize;
    const mask = new LargeTiff(stage(`${name}_mask.tif`), { width, height, samples: "uint8" });
    const probability = products.has("probability") || suffixes.includes("_probability")
      ? new LargeTiff(stage(`${name}_probability.tif`), { width, height, samples: "float32" })
      : undefined;
    for (const [page, source] of sources.entries()) {
      signal.throwIfAborted();
      const ending = pageName(page, pages), label = path + ending;
      const labels = new LabelStore(width, labelFile);
      const update = (done: number) => onProgress(PREDICTION * (page + done) / pages, label);
      const targets = { labels, mask, ...(probability && { probability }) };
      const about = { segmenter, finder, threshold, page, signal };
      const found = await labelLargePage(source, targets, about, update);
      labelled.push({ ...found, labels });
      const row = { segmenter, name: shown + ending, ...(pixelSize !== undefined && { pixelSize }) };
      rows.push(await describeLargePage(source, found, row));
      for (const warning of sizeWarnings(found.objects, found.longestSafe)) {
        outcome.warnings.push(`${label}: ${warning}`);
      }
    }
    const about = { pages, ...(pixelSize !== undefined && { pixelSize }) };
    const planes = logits === 1 ? [""] : ["background", ...scored];
    mask.finish({ ...about, range: [0, task === "classes" ? scored.length : 255] });
    probability?.finish({ ...about, channels: planes, range: [0, 1] });
    const largest = Math.max(...labelled.map(({ objects }) => objects.count));
    if (products.has("labels")) {
      const samples = largest > 65_535 ? "uint32" : "uint16";
      const labels = new LargeTiff(stage(`${name}_labels.tif`), { width, height, samples });
      for (const [page, each] of labelled.entries()) {
        for (const { data } of each.labels.rows()) {
          signal.throwIfAborted();
          labels.stream.add(data, page);
        }
      }
      labels.finish({ ...about, range: [0, Math.max(1, largest)] });
    }
    const predicted = new Set(staged.keys());
    let missing: readonly Product[] = [];
    try {
      const image = { name, shown, ...about, classNames: task === "classes" ? scored : [], largest };
      const made = new LargeProducts(products, image, { stage, scratch });
      for (const [page, source] of sources.entries()) {
        signal.throwIfAborted();
        const label = path + pageName(page, pages);
        onProgress(PREDICTION + (1 - PREDICTION) * page / pages, label);
        const notes = await made.add(source, labelled[page], page, signal);
        for (const note of notes) outcome.warnings.push(`${label}: ${note}`);
      }
      made.finish();
    } catch (error) {
      if (signal.aborted) throw error;
      for (const [file, each] of staged) {
        if (predicted.has(file)) continue;
        await each.discard();
        staged.delete(file);
      }
      missing = [...products].filter((product) => product !== "labels" && product !== "probability");
      outcome.fail(path, path, `${missing.join(", ")} cannot be written (${failureReason(error)})`);
    }
    const digests = new Map<string, string>();
    for (const [file, each] of staged) digests.set(file, await each.close());
    return { staged, digests, rows, missing };
  } catch (error) {
    for (const each of staged.values()) await each.discard();
    throw error;
  }
}
