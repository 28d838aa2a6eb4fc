/**
 * Segments images with a trained model: see `commands/predict.ts`. For each image, and each page of a TIFF, it writes a
 * mask as PNG, and with --probabilities the probability of foreground at 16 bit. Existing results of the same model for the
 * same image are kept, so that a stopped command resumes.
 */
import { dirname, join } from "node:path";
import { loadModel, Predictor, progressBar, readImageHeader } from "lib";
import { count } from "lib/io/count.ts";
import { hashFile } from "lib/io/download.ts";
import { printable } from "lib/display/printable.ts";
import { provenance } from "lib/runs/provenance.ts";
import { stopSignal } from "lib/runs/stop_signal.ts";
import { readRegularFile } from "lib/io/regular_file.ts";
import { callerPath } from "./commands/caller_path.ts";
import type { LineFor } from "./commands/command.ts";
import { predictCommand } from "./commands/predict.ts";
import { runTask, task } from "./commands/task.ts";
import { withoutSystemDetail } from "./explain_system_error.ts";
import { modelPath } from "./model_path.ts";
import { listImages } from "./predict/list_images.ts";
import { removePartial } from "./predict/remove_partial.ts";
import { findResult, refuseOverwriting, writeMask, writeProbabilities } from "./predict/result_files.ts";
import { digest, readMark } from "./predict/result_mark.ts";
import { resultNames } from "./predict/result_names.ts";
import { type Segmentation, segmentPage } from "./predict/segment_page.ts";
import { say, warn } from "./say.ts";

/** Largest number of results that are listed one by one. */
const NAMED = 20;

/** Returns the reason of an error, without details for programmers. */
const failureReason = (error: unknown) => withoutSystemDetail(error instanceof Error ? error.message : String(error));

/** Runs a command line of `deno task predict`. */
export async function predict(line: LineFor<typeof predictCommand>): Promise<void> {
  const { options: { symmetries, probabilities, channels, ...options }, arguments: [source, ...given] } = line;
  const output = options.output ?? callerPath("predictions");
  const path = await modelPath(source);
  const images = await listImages(given, output);
  const targets = resultNames(images.map(({ place }) => place)).map((name) => join(output, name));
  const suffixes = probabilities ? ["_mask", "_probability"] : ["_mask"];
  await refuseOverwriting(targets.flatMap((target) => suffixes.map((suffix) => `${target}${suffix}.png`)));
  // A folder that cannot be written is reported before the work.
  await Deno.mkdir(output, { recursive: true });
  await removePartial([output, ...targets.map((target) => dirname(target))]);

  const { model, ...use } = await loadModel(path, { acceptWithoutDigest: options["accept-earlier"] });
  if (model.classes !== 1) {
    throw new RangeError(
      `${source} has ${model.classes} classes: only a model with one class can be written as a mask`,
    );
  }
  const threshold = options.threshold ?? use.threshold;
  const { date: _, ...maker } = provenance();
  const settings = JSON.stringify([await hashFile(path), threshold, channels ?? "all", symmetries, maker]);
  const predictor = new Predictor(model, { symmetries });
  using stop = stopSignal();
  const bar = progressBar("Predicting");
  const written: string[] = [], warnings: string[] = [], failures: string[] = [], own: string[] = [];
  let finished = 0, replaced = 0;

  /** Segments one page, and writes the missing results. */
  async function work(i: number, bytes: Uint8Array, page: number, pages: number): Promise<void> {
    const name = pages > 1 ? `#${page + 1}` : "", label = `${images[i].path}${name}`;
    const key = await digest(settings, String(page), bytes);
    const paths = suffixes.map((suffix) => `${targets[i]}${name}${suffix}.png`);
    const found = await Promise.all(paths.map((each) => findResult(each, key)));
    const update = (done: number) => bar.update((i + (page + done) / pages) / images.length, printable(label));
    if (found.every((what) => what === "this")) {
      finished++;
      return void update(1);
    }
    if (found.includes("something else")) await refuseOverwriting(paths);
    let segmentation: Segmentation;
    try {
      const reading = { page, ...(channels && { channels }) };
      segmentation = await segmentPage(predictor, use, bytes, images[i].path, reading, (done) => void update(done));
    } catch (error) {
      failures.push(failureReason(error));
      return;
    }
    if (segmentation.warning) warnings.push(`${label}: ${segmentation.warning}`);
    await writeMask(paths[0], segmentation, threshold, key);
    if (probabilities) await writeProbabilities(paths[1], segmentation, key);
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
        own.push(image.path);
        continue;
      }
      for (let page = 0; page < pages; page++) {
        stop.signal.throwIfAborted();
        await work(i, bytes, page, pages);
      }
    }
  } catch (error) {
    await bar.abandon();
    throw error;
  }
  await bar.finish(failures.length ? `${count(failures.length, "failure")}` : count(images.length, "image"));
  predictor.dispose();
  model.dispose();

  for (const warning of warnings) warn(warning);
  if (own.length) {
    warn(`Left out, because predict wrote them: ${own.slice(0, 3).join(", ")}${own.length > 3 ? ", …" : ""}`);
  }
  say(`Pixels with a probability above ${threshold} are foreground.`);
  if (written.length <= NAMED) { for (const each of written) say(printable(each)); }
  else say(`${count(written.length, "file")} in ${output}`);
  if (finished) say(`Kept the masks of ${count(finished, "image")} already segmented with the same settings`);
  if (replaced) say(`Replaced ${count(replaced, "result")} of other settings or images`);
  if (failures.length) {
    warn(`\n${count(failures.length, "image")} could not be segmented:`);
    for (const failure of failures) warn(`  ${printable(failure)}`);
    Deno.exitCode = 1;
  }
}

if (import.meta.main) await runTask(task(predictCommand, () => Promise.resolve(predict)));
