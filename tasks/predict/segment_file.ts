import { join } from "node:path";
import { ImageProducts } from "./files/image_products.ts";
import { pageName } from "./files/outputs.ts";
import { originOf } from "./files/record.ts";
import { removeGone } from "./files/remove_gone.ts";
import type { SmallFile } from "./open_input.ts";
import type { Outcome } from "./outcome.ts";
import { placeDigest } from "./refuse_overwriting.ts";
import { examineResult, overwritingProblem, writeMask, writeProbabilities } from "./result_files.ts";
import { digest, type ImageSource } from "./result_mark.ts";
import { type SegmentedPage, segmentPage } from "./segment_page.ts";
import type { PlannedImage, SegmentingOptions } from "./segmenting_options.ts";
import { explainTooLong, isTooLong, longestName } from "./too_long.ts";

/** A page of an image's file. */
interface Page {
  image: PlannedImage;
  file: SmallFile;
  source: ImageSource;
  /** Counted from 0. */
  page: number;
}

/**
 * Segments the pages of a file, and writes the results that are missing.
 *
 * @param onProgress called with the completed share, 0 to 1, and the image and page
 */
export async function segmentFile(
  image: PlannedImage,
  file: SmallFile,
  options: SegmentingOptions,
  outcome: Outcome,
  onProgress: (done: number, label: string) => void,
): Promise<void> {
  const { path } = image, { content, pages } = file, products = new ImageProducts(image, file, options);
  const source = { content: await digest(content), place: await placeDigest(path) };
  const origin = await originOf(options, content);
  await failingAlone(path, products.files, outcome, async () => {
    const problem = await products.check(content, { source, origin }, outcome);
    if (problem) return notSegmented(path, problem, outcome);
    let done = 0;
    for (let page = 0; page < pages; page++) {
      options.signal.throwIfAborted();
      const label = path + pageName(page, pages), update = (share: number) => onProgress((page + share) / pages, label);
      if (await segmentOnePage({ image, file, source, page }, products, options, outcome, update)) done++;
    }
    if (done === pages) await products.write(outcome);
    else if (done > 0 && products.areMissing) {
      outcome.warnings.push(`${path} gets no files of its objects, because a page of it failed`);
    }
    const present = {
      pages,
      source,
      isLarge: false,
      ...(done === pages && { origin, key: pageKey(content, options) }),
    };
    if (done > 0) await removeGone(image, present, options, outcome);
    return done === pages;
  });
}

/** Runs work on an image or a page. If a name is too long for the disk, this image alone fails. */
async function failingAlone(
  label: string,
  results: readonly string[],
  outcome: Outcome,
  work: () => Promise<boolean>,
): Promise<boolean> {
  try {
    return await work();
  } catch (error) {
    if (!isTooLong(error)) throw error;
    outcome.failures.push(explainTooLong(label, longestName(results)));
    return false;
  }
}

/** Returns a function that computes the key of the pictures of a page. */
function pageKey(content: SmallFile["content"], { settings }: SegmentingOptions): (page: number) => Promise<string> {
  return (page) => digest(settings, String(page), content);
}

function notSegmented(label: string, problem: string, { failures }: Outcome): false {
  failures.push(`${label} is not segmented: ${problem}`);
  return false;
}

/** Segments a page, and writes its pictures. Returns whether it has all results. */
async function segmentOnePage(
  { image: { path, name }, file, source, page }: Page,
  products: ImageProducts,
  options: SegmentingOptions,
  outcome: Outcome,
  update: (done: number) => void,
): Promise<boolean> {
  const { suffixes, output, segmenter, finder, channels, threshold } = options, { pages } = file;
  const label = path + pageName(page, pages);
  const paths = suffixes.map((suffix) => join(output, `${name}${pageName(page, pages)}${suffix}.png`));
  return await failingAlone(label, paths, outcome, async () => {
    const mark = { key: await pageKey(file.content, options)(page), source };
    const existing = await Promise.all(paths.map((each) => examineResult(each, mark)));
    const found = existing.map(({ what }) => what), isDone = found.every((what) => what === "this");
    if (isDone && !products.areMissing) {
      outcome.kept++;
      // The record of products has them too.
      if (products.files.length === 0 && existing[0].what === "this") outcome.warn(label, existing[0].notes);
      update(1);
      return true;
    }
    const problem = paths.map((each, k) => overwritingProblem(each, found[k])).find(Boolean);
    if (problem) return notSegmented(label, problem, outcome);
    let segmented: SegmentedPage;
    try {
      const picture = await file.decode({ page, ...(channels && { channels }) });
      segmented = await segmentPage(segmenter, finder, picture, update);
      const stored = channels && products.areMissing ? await file.decodeChannels(page) : undefined;
      await products.add({ ...segmented, ...(stored && { stored }) });
    } catch (error) {
      outcome.fail(path, label, error);
      return false;
    }
    outcome.warn(label, segmented);
    if (isDone) return true;
    await writeMask(paths[0], segmented, threshold, mark);
    if (paths.length > 1) await writeProbabilities(paths[1], segmented, mark);
    outcome.replaced += found.includes("another result") ? 1 : 0;
    outcome.written.push(...paths);
    return true;
  });
}
