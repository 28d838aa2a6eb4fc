/**
 * Segments images with a trained model: see `commands/predict.ts`. For each image, and each page of a TIFF, it writes a
 * mask as PNG, and the files of `--probabilities`, `--write` and `--report`. Existing results of the same model for the
 * same image are kept, so that a stopped command resumes.
 */
import { dirname } from "node:path";
import type { Segmenter } from "lib";
import { progressBar } from "lib/display";
import { MAX_PIXELS } from "lib/images/decode_image.ts";
import { count } from "lib/io/count.ts";
import { printable } from "lib/display/printable.ts";
import { machineEntry } from "lib/nn/algorithms/current_entry.ts";
import { provenance } from "lib/runs/provenance.ts";
import { RunError } from "lib/runs/run_error.ts";
import { stopSignal } from "lib/runs/stop_signal.ts";
import { runtimeInfo } from "lib/tensorflow/ffi/context.ts";
import { trimHeap } from "lib/tensorflow/ffi/trim_heap.ts";
import { callerPath } from "./commands/caller_path.ts";
import type { LineFor } from "./commands/command.ts";
import { predictCommand } from "./commands/predict.ts";
import { runTask, task } from "./commands/task.ts";
import { expandGlobs } from "./predict/expand_globs.ts";
import { listPictures } from "./predict/files/earlier_pictures.ts";
import type { Product } from "./predict/files/outputs.ts";
import { writeJointFiles } from "./predict/files/write_joint_files.ts";
import { objectFinder } from "./predict/find_objects.ts";
import { isProduct } from "./predict/files/is_product.ts";
import { predictionHasBegun } from "./predict/has_begun.ts";
import { listImages } from "./predict/list_images.ts";
import { masksNotes } from "./predict/masks_notes.ts";
import { type Input, openInput } from "./predict/open_input.ts";
import { planImages } from "./predict/plan_images.ts";
import { predictionAdvice } from "./predict/prediction_advice.ts";
import { removePartial } from "./predict/remove_partial.ts";
import { openModel } from "./predict/open_model.ts";
import { Outcome } from "./predict/outcome.ts";
import { segmentFile } from "./predict/segment_file.ts";
import type { SegmentingOptions } from "./predict/segmenting_options.ts";
import { hashSegmenter, segmenterPath } from "./predict/segmenter_path.ts";
import { say, warn } from "./say.ts";

/** Largest number of results that are listed one by one. */
const NAMED = 20;

/** Returns a sentence on the values in masks. */
function describeMasks({ task, taskDefinition: { channels } }: Segmenter, threshold: number): string {
  if (task !== "classes") return `Pixels with a probability above ${threshold} are foreground.`;
  return `Pixels have the number of their class: ${channels.map((name, i) => `${i} ${name}`).join(", ")}.`;
}

/**
 * Runs a command line of `deno task predict`.
 *
 * @param limits images of more pixels than `maxPixels` are segmented part by part
 */
export async function predict(
  line: LineFor<typeof predictCommand>,
  { maxPixels = MAX_PIXELS }: { maxPixels?: number } = {},
): Promise<void> {
  const {
    options: { level = 0, symmetries, probabilities, channels, connected, percentiles, ...options },
    arguments: [source, ...given],
  } = line;
  const output = options.output ?? callerPath("predictions"), pixelSize = options["pixel-size"];
  const { precision = "float32" } = options;
  const products = new Set<Product>([...options.write, ...(options.report ? ["report" as const] : [])]);
  const suffixes = probabilities ? ["_mask", "_probability"] : ["_mask"];
  const path = await segmenterPath(source);
  const { images, masks, notes } = await listImages(await expandGlobs(given), output);
  const planned = await planImages(images, output, suffixes, products, { level, maxPixels });
  // A folder that cannot be written is reported before the work.
  await Deno.mkdir(output, { recursive: true });
  const folders = planned.map(({ name }) => dirname(name));
  await removePartial(output, folders);

  const advice = await predictionAdvice(runtimeInfo(), options.precision, {
    images: planned.length,
    hasBegun: () => predictionHasBegun(planned, output),
  });
  if (advice) warn(advice);
  // The model's file is hashed while it is read.
  const digest = hashSegmenter(path);
  digest.catch(() => {});
  using segmenter = await openModel(path, {
    symmetries,
    precision,
    ...(percentiles && { percentiles }),
    acceptWithoutDigest: options["accept-earlier"],
  });
  const threshold = options.threshold ?? segmenter.threshold;
  const finder = await objectFinder(segmenter, path, {
    threshold: options.threshold,
    connected,
    acceptWithoutDigest: options["accept-earlier"],
  });
  const { date: _, ...maker } = provenance(), { bfloat16 } = runtimeInfo();
  using stop = stopSignal();
  const segmenting: SegmentingOptions = {
    segmenter,
    finder,
    output,
    threshold,
    suffixes,
    pictures: await listPictures(output, planned.map(({ name }) => name)),
    products,
    ...(channels && { channels }),
    ...(pixelSize !== undefined && { pixelSize }),
    level,
    maxPixels,
    precision,
    settings: JSON.stringify([
      await digest,
      threshold,
      channels ?? "all",
      symmetries,
      maker,
      { algorithms: machineEntry() },
      ...(percentiles ? [percentiles] : []),
      ...(level > 0 ? [{ level }] : []),
      // Masks of another precision differ, and so do those of other instructions for it.
      ...(precision === "float32" ? [] : [{ precision, bfloat16 }]),
    ]),
    objectSettings: JSON.stringify([finder.parameters, connected]),
    productSettings: JSON.stringify([finder.parameters, connected, pixelSize ?? "file"]),
    signal: stop.signal,
  };
  const bar = progressBar("Predicting"), outcome = new Outcome(), skipped: string[] = [];
  const { written, warnings, failures, incomplete } = outcome;
  try {
    for (const [i, image] of planned.entries()) {
      let input: Input;
      try {
        input = await openInput(image.path, segmenting);
      } catch (error) {
        outcome.fail(image.path, `${image.path} cannot be read`, error);
        continue;
      }
      using _open = "large" in input ? input.large.bytes : input.small;
      try {
        const isMarked = "small" in input && input.small.isMarked;
        if (image.found && (isMarked || await isProduct(image.path))) {
          skipped.push(image.path);
          continue;
        }
      } catch (error) {
        if (!(error instanceof RunError)) throw error;
        warnings.push(`${image.path} is left out, because predict may have written it: ${error.message}`);
        continue;
      }
      const update = (done: number, label: string) => {
        void bar.update((i + done) / planned.length, printable(label));
      };
      if ("small" in input) await segmentFile(image, input.small, segmenting, outcome, update);
      else {
        const { segmentLargeFile } = await import("./predict/large/segment_large_file.ts");
        await segmentLargeFile(image, input.large, segmenting, outcome, update);
      }
      // Images of many sizes leave gaps in the heap, which the C library keeps.
      trimHeap();
    }
  } catch (error) {
    await bar.abandon();
    throw error;
  }
  const numbers = precision === "float32" ? "" : ` in precision ${precision}`;
  const about = `Segmented with ${source}${numbers}: ${finder.about}.`;
  written.push(...await writeJointFiles(output, products, outcome, about));
  const failed = failures.length + incomplete.length;
  await bar.finish(failed ? count(failed, "failure") : count(planned.length, "image"));

  for (const warning of warnings) warn(warning);
  if (outcome.speckAdvice) warn(outcome.speckAdvice);
  for (const note of [...masksNotes(masks), ...notes]) warn(printable(note));
  if (skipped.length) {
    warn(`Left out, because predict wrote them: ${skipped.slice(0, 3).join(", ")}${skipped.length > 3 ? ", …" : ""}`);
  }
  say(describeMasks(segmenter, threshold));
  if (products.size > 0) {
    const rows = outcome.complete.flatMap((image) => image.rows);
    const objects = rows.reduce((sum, row) => sum + row.count, 0);
    say(`${count(objects, "object")} in ${count(rows.length, "image")}: ${finder.about}`);
  }
  if (written.length <= NAMED) { for (const each of written) say(printable(each)); }
  else say(`${count(written.length, "file")} in ${output}`);
  if (outcome.kept) say(`Kept the masks of ${count(outcome.kept, "image")} already segmented with the same settings`);
  if (outcome.replaced) {
    say(`Replaced ${count(outcome.replaced, "result")} of other settings, or of images that have changed`);
  }
  const lack = incomplete.length === 1 ? "lacks files" : "lack files";
  for (const [problems, what] of [[failures, "could not be segmented"], [incomplete, lack]] as const) {
    if (problems.length === 0) continue;
    warn(`\n${count(problems.length, "image")} ${what}:`);
    for (const problem of problems) warn(`  ${printable(problem)}`);
    Deno.exitCode = 1;
  }
}

if (import.meta.main) await runTask(task(predictCommand, () => Promise.resolve(predict)));
