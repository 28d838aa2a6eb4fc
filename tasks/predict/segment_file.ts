import { basename, join } from "node:path";
import type { Segmenter } from "lib";
import type { PixelSize } from "lib/images";
import { replaceFile, writeAll } from "lib/io/replace_file.ts";
import { withoutSystemDetail } from "../explain_system_error.ts";
import type { ObjectFinder } from "./find_objects.ts";
import { pageName, type Product, productFiles, RECORDS } from "./files/outputs.ts";
import { ProductEncoder } from "./files/product_encoder.ts";
import { addFiles, findProduct, type ImageRow, readRecord, writeRecord } from "./files/record.ts";
import { placeDigest } from "./refuse_overwriting.ts";
import { findResult, type Found, overwritingProblem, writeMask, writeProbabilities } from "./result_files.ts";
import { digest } from "./result_mark.ts";
import { segmentPage } from "./segment_page.ts";
import { explainTooLong, isTooLong } from "./too_long.ts";

/** An image to segment, and the names of its results. */
export interface PlannedImage {
  /** Its path, for opening it and for messages. */
  path: string;
  /** Its path below the common folder of all images. */
  place: string;
  /** Path of its results below the output folder, without an ending. */
  name: string;
  /** Its id in a submission. */
  id: string;
}

/** How images are segmented, and what is written. */
export interface SegmentingOptions {
  segmenter: Segmenter;
  finder: ObjectFinder;
  /** Folder of the results. */
  output: string;
  /** Pixels with a larger probability are 255 in a mask. */
  threshold: number;
  /** Endings of the pictures that are written: `_mask`, `_probability`. */
  suffixes: readonly string[];
  products: ReadonlySet<Product>;
  channels?: readonly number[];
  pixelSize?: PixelSize;
  /** All settings of a mask, as text. */
  settings: string;
  /** All further settings of the products, as text. */
  productSettings: string;
  signal: AbortSignal;
}

/** What became of the images. */
export class Outcome {
  /** Paths of new results. */
  readonly written: string[] = [];
  readonly warnings: string[] = [];
  readonly failures: string[] = [];
  /** Number of pages whose results were already there. */
  kept = 0;
  /** Number of results that replaced those of other settings. */
  replaced = 0;
  /** The images whose products are complete. */
  readonly complete: { name: string; pages: number; rows: ImageRow[] }[] = [];
}

/** Returns the reason of an error, without details for programmers. */
export const failureReason = (error: unknown) =>
  withoutSystemDetail(error instanceof Error ? error.message : String(error));

/**
 * Segments the pages of a file, and writes the results that are missing.
 *
 * @param onProgress called with the completed share, 0 to 1, and the image and page
 */
export async function segmentFile(
  image: PlannedImage,
  bytes: Uint8Array,
  pages: number,
  options: SegmentingOptions,
  outcome: Outcome,
  onProgress: (done: number, label: string) => void,
): Promise<void> {
  const { path, name } = image, { output, suffixes, products, settings } = options;
  const source = { content: await digest(bytes), place: await placeDigest(path) };
  const fail = (label: string, error: unknown) => {
    const reason = failureReason(error);
    outcome.failures.push(reason.startsWith(path) ? reason : `${label}: ${reason}`);
  };
  let encoder: ProductEncoder | undefined, earlier: Awaited<ReturnType<typeof readRecord>>;
  const found = new Map<string, Found>();
  const mark = { key: await digest(settings, options.productSettings, bytes), source };
  if (products.size > 0) {
    const files = productFiles(products, name, pages);
    try {
      earlier = await readRecord(output, name);
      for (const file of files) found.set(file, await findProduct(output, file, earlier, mark));
      const problem = files.map((file) => overwritingProblem(join(output, file), found.get(file)!)).find(Boolean);
      if (problem) return void outcome.failures.push(`${path} is not segmented: ${problem}`);
      if (earlier?.key === mark.key && files.every((file) => found.get(file) === "this")) {
        outcome.complete.push({ name, pages, rows: earlier.rows });
      } else encoder = newEncoder(image, pages, options);
    } catch (error) {
      if (!isTooLong(error)) throw error;
      return void outcome.failures.push(explainTooLong(path, longest(files)));
    }
  }
  let whole = true;
  for (let page = 0; page < pages; page++) {
    options.signal.throwIfAborted();
    const label = `${path}${pageName(page, pages)}`;
    const paths = suffixes.map((suffix) => join(output, `${name}${pageName(page, pages)}${suffix}.png`));
    const update = (done: number) => onProgress((page + done) / pages, label);
    try {
      const mark = { key: await digest(settings, String(page), bytes), source };
      const found = await Promise.all(paths.map((each) => findResult(each, mark)));
      if (found.every((what) => what === "this") && !encoder) {
        outcome.kept++;
        update(1);
        continue;
      }
      const problem = paths.map((each, k) => overwritingProblem(each, found[k])).find(Boolean);
      if (problem) {
        whole = false;
        outcome.failures.push(`${label} is not segmented: ${problem}`);
        continue;
      }
      const reading = { page, ...(options.channels && { channels: options.channels }) };
      let segmented;
      try {
        segmented = await segmentPage(options.segmenter, options.finder, bytes, path, reading, update);
        await encoder?.add(segmented);
      } catch (error) {
        whole = false;
        fail(label, error);
        continue;
      }
      if (segmented.warning) outcome.warnings.push(`${label}: ${segmented.warning}`);
      if (segmented.notes?.length) {
        outcome.warnings.push(`${label} differs from the training images: ${segmented.notes.join("; ")}`);
      }
      if (found.some((what) => what !== "this")) {
        await writeMask(paths[0], segmented, options.threshold, mark);
        if (paths.length > 1) await writeProbabilities(paths[1], segmented, mark);
        outcome.replaced += found.includes("another result") ? 1 : 0;
        outcome.written.push(...paths);
      }
    } catch (error) {
      if (!isTooLong(error)) throw error;
      whole = false;
      outcome.failures.push(explainTooLong(label, longest(paths)));
    }
  }
  if (!encoder || !whole) return;
  let made: ReturnType<ProductEncoder["finish"]>;
  try {
    made = encoder.finish();
  } catch (error) {
    return fail(path, error);
  }
  try {
    await writeRecord(output, name, { ...mark, files: await addFiles(earlier, mark.key, made.files), rows: made.rows });
    for (const [file, content] of made.files) {
      await replaceFile(join(output, file), (open) => writeAll(open, content));
      if (file.startsWith(`${RECORDS}/`)) continue;
      outcome.written.push(join(output, file));
      outcome.replaced += found.get(file) === "another result" ? 1 : 0;
    }
  } catch (error) {
    if (!isTooLong(error)) throw error;
    return void outcome.failures.push(explainTooLong(path, longest([...made.files.keys()])));
  }
  outcome.complete.push({ name, pages, rows: made.rows });
}

function longest(paths: readonly string[]): string {
  return paths.toSorted((a, b) => basename(b).length - basename(a).length)[0];
}

function newEncoder(
  { name, place, id }: PlannedImage,
  pages: number,
  { products, pixelSize, segmenter: { task, taskDefinition } }: SegmentingOptions,
): ProductEncoder {
  const { scored, logits } = taskDefinition;
  return new ProductEncoder(products, {
    name,
    id,
    shown: place.replaceAll("\\", "/"),
    pages,
    ...(pixelSize !== undefined && { pixelSize }),
    classNames: task === "classes" ? scored : [],
    planes: logits === 1 ? [""] : ["background", ...scored],
  });
}
