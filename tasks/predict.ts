/**
 * Segments images with a trained model: see `commands/predict.ts`. For each image, and each page of a TIFF, it writes a
 * mask as PNG, and with --probabilities the probability of foreground at 16 bit. Existing results of the same model for
 * the same image are kept, so that a stopped command resumes.
 */
import { dirname, join } from "node:path";
import { openSegmenter, type Segmenter } from "lib";
import { progressBar } from "lib/display";
import { readImageHeader } from "lib/images";
import { count } from "lib/io/count.ts";
import { printable } from "lib/display/printable.ts";
import { provenance } from "lib/runs/provenance.ts";
import { stopSignal } from "lib/runs/stop_signal.ts";
import { readRegularFile } from "lib/io/regular_file.ts";
import { callerPath } from "./commands/caller_path.ts";
import type { LineFor } from "./commands/command.ts";
import { predictCommand } from "./commands/predict.ts";
import { runTask, task } from "./commands/task.ts";
import { withoutSystemDetail } from "./explain_system_error.ts";
import { listImages } from "./predict/list_images.ts";
import { masksNotes } from "./predict/masks_notes.ts";
import { removePartial } from "./predict/remove_partial.ts";
import { placeDigest, refuseOverwriting } from "./predict/refuse_overwriting.ts";
import { findResult, overwritingProblem, writeMask, writeProbabilities } from "./predict/result_files.ts";
import { digest, readMark } from "./predict/result_mark.ts";
import { resultNames } from "./predict/result_names.ts";
import { type SegmentedPage, segmentPage } from "./predict/segment_page.ts";
import { hashSegmenter, segmenterPath } from "./predict/segmenter_path.ts";
import { explainTooLong, isTooLong } from "./predict/too_long.ts";
import { say, warn } from "./say.ts";

/** Largest number of results that are listed one by one. */
const NAMED = 20;

/** Returns the reason of an error, without details for programmers. */
const failureReason = (error: unknown) => withoutSystemDetail(error instanceof Error ? error.message : String(error));

/** Returns a sentence on the values in masks. */
function describeMasks({ task, taskDefinition: { scored } }: Segmenter, threshold: number): string {
  if (task !== "classes") return `Pixels with a probability above ${threshold} are foreground.`;
  return `Pixels have the number of their class: 0 background, ${
    scored.map((name, i) => `${i + 1} ${name}`).join(", ")
  }.`;
}

/** Runs a command line of `deno task predict`. */
export async function predict(line: LineFor<typeof predictCommand>): Promise<void> {
  const { options: { symmetries, probabilities, channels, ...options }, arguments: [source, ...given] } = line;
  const output = options.output ?? callerPath("predictions");
  const path = await segmenterPath(source);
  const { images, masks } = await listImages(given, output);
  const targets = resultNames(images.map(({ place }) => place)).map((name) => join(output, name));
  const suffixes = probabilities ? ["_mask", "_probability"] : ["_mask"];
  for (const [i, { path }] of images.entries()) {
    await refuseOverwriting(path, suffixes.map((suffix) => `${targets[i]}${suffix}.png`));
  }
  // A folder that cannot be written is reported before the work.
  await Deno.mkdir(output, { recursive: true });
  await removePartial([output, ...targets.map((target) => dirname(target))]);

  using segmenter = await openSegmenter(path, { symmetries, acceptWithoutDigest: options["accept-earlier"] });
  const threshold = options.threshold ?? segmenter.threshold;
  const { date: _, ...maker } = provenance();
  const settings = JSON.stringify([await hashSegmenter(path), threshold, channels ?? "all", symmetries, maker]);
  using stop = stopSignal();
  const bar = progressBar("Predicting");
  const written: string[] = [], warnings: string[] = [], failures: string[] = [], skipped: string[] = [];
  let finished = 0, replaced = 0;

  const pageName = (page: number, pages: number) => pages > 1 ? `#${page + 1}` : "";
  const resultPaths = (i: number, page: number, pages: number) =>
    suffixes.map((suffix) => `${targets[i]}${pageName(page, pages)}${suffix}.png`);

  /** Segments one page, and writes the missing results. */
  async function work(i: number, bytes: Uint8Array, page: number, pages: number): Promise<void> {
    const { path } = images[i], label = `${path}${pageName(page, pages)}`, paths = resultPaths(i, page, pages);
    const source = { content: await digest(bytes), place: await placeDigest(path) };
    const mark = { key: await digest(settings, String(page), bytes), source };
    const found = await Promise.all(paths.map((each) => findResult(each, mark)));
    const update = (done: number) => bar.update((i + (page + done) / pages) / images.length, printable(label));
    if (found.every((what) => what === "this")) {
      finished++;
      return void update(1);
    }
    const problem = paths.map((each, k) => overwritingProblem(each, found[k])).find(Boolean);
    if (problem) return void failures.push(`${label} is not segmented: ${problem}`);
    let segmented: SegmentedPage;
    try {
      const reading = { page, ...(channels && { channels }) };
      segmented = await segmentPage(segmenter, bytes, path, reading, (done) => void update(done));
    } catch (error) {
      const reason = failureReason(error);
      return void failures.push(reason.startsWith(path) ? reason : `${label}: ${reason}`);
    }
    if (segmented.warning) warnings.push(`${label}: ${segmented.warning}`);
    await writeMask(paths[0], segmented, threshold, mark);
    if (probabilities) await writeProbabilities(paths[1], segmented, mark);
    replaced += found.includes("another result") ? 1 : 0;
    written.push(...paths);
  }

  try {
    for (const [i, image] of images.entries()) {
      let bytes: Uint8Array, pages: number;
      try {
        bytes = await readRegularFile(image.path);
        pages = (await readImageHeader(bytes, image.path)).pages;
      } catch (error) {
        const reason = failureReason(error);
        failures.push(reason.startsWith(image.path) ? reason : `${image.path} cannot be read: ${reason}`);
        continue;
      }
      if (image.found && readMark(bytes) !== undefined) {
        skipped.push(image.path);
        continue;
      }
      for (let page = 0; page < pages; page++) {
        stop.signal.throwIfAborted();
        try {
          await work(i, bytes, page, pages);
        } catch (error) {
          if (!isTooLong(error)) throw error;
          const [result] = resultPaths(i, page, pages).sort((a, b) => b.length - a.length);
          failures.push(explainTooLong(`${image.path}${pageName(page, pages)}`, result));
        }
      }
    }
  } catch (error) {
    await bar.abandon();
    throw error;
  }
  await bar.finish(failures.length ? `${count(failures.length, "failure")}` : count(images.length, "image"));

  for (const warning of warnings) warn(warning);
  for (const note of masksNotes(masks)) warn(note);
  if (skipped.length) {
    warn(`Left out, because predict wrote them: ${skipped.slice(0, 3).join(", ")}${skipped.length > 3 ? ", …" : ""}`);
  }
  say(describeMasks(segmenter, threshold));
  if (written.length <= NAMED) { for (const each of written) say(printable(each)); }
  else say(`${count(written.length, "file")} in ${output}`);
  if (finished) say(`Kept the masks of ${count(finished, "image")} already segmented with the same settings`);
  if (replaced) say(`Replaced ${count(replaced, "result")} of other settings, or of images that have changed`);
  if (failures.length) {
    warn(`\n${count(failures.length, "image")} could not be segmented:`);
    for (const failure of failures) warn(`  ${printable(failure)}`);
    Deno.exitCode = 1;
  }
}

if (import.meta.main) await runTask(task(predictCommand, () => Promise.resolve(predict)));
