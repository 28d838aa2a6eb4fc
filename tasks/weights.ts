/** Downloads pretrained encoders, and imports and exports weights: see `commands/weights.ts`. */
import { createModel, loadModel, saveModel } from "lib";
import { progressBar } from "lib/display";
import { type EncoderName, fetchPretrained, loadWeights, readWeights, savePyTorch } from "lib/nn";
import { knownMetadata, MODEL, modelMetadata } from "lib/nn/weights/model_file.ts";
import { importOptions } from "lib/train/import_options.ts";
import { smpCall } from "lib/nn/weights/smp_call.ts";
import { checkImportTask } from "lib/train/import_task.ts";
import { checkOutput } from "./check_output.ts";
import type { LineFor } from "./commands/command.ts";
import { runTask, task, taskGroup } from "./commands/task.ts";
import { exportCommand, importCommand, pretrainedCommand, weightsCommands } from "./commands/weights.ts";
import { modelPath } from "./model_path.ts";
import { refuseEnsemble } from "./refuse_ensemble.ts";
import { say } from "./say.ts";

/** Runs a command line of `deno task weights pretrained`. */
export async function fetchWeights({ arguments: [encoder] }: LineFor<typeof pretrainedCommand>): Promise<void> {
  const bar = progressBar(`Downloading ${encoder}`);
  // The command line has been checked.
  const path = await fetchPretrained(encoder as EncoderName, {
    onProgress: (received, total = received) => bar.update(received / total),
  });
  await bar.finish();
  say(path);
}

/** Runs a command line of `deno task weights import`. */
export async function importWeights({ options, arguments: [source] }: LineFor<typeof importCommand>): Promise<void> {
  const { to, force, parameter: given } = options;
  await checkOutput(to, { option: "--to", force, name: MODEL });
  using file = await readWeights(source);
  const metadata = knownMetadata(file.metadata);
  const { model: chosen, use } = importOptions(given, modelMetadata(metadata, source), source);
  checkImportTask(chosen, file.arrays, source);
  const model = createModel(chosen);
  const { part, names, unused } = loadWeights(model, file.arrays);
  await saveModel(to, model, use);
  say(`${source} contains ${part === "model" ? "a whole model" : "an encoder"} with ${names}'s names.`);
  if (unused.length) say(`Not used: ${unused.join(", ")}`);
  if (part === "encoder") say("The decoder has fresh weights: train it.");
  const assumed = ["normalization", "threshold"].every((name) => name in given || name in metadata)
    ? ""
    : " (defaults for values in neither the file nor -p)";
  say(`Normalisation ${use.normalization}, threshold ${use.threshold}${assumed}.`);
  say(to);
}

/** Runs a command line of `deno task weights export`. */
export async function exportWeights(
  { options: { to, force, "accept-earlier": acceptWithoutDigest }, arguments: [source] }: LineFor<typeof exportCommand>,
): Promise<void> {
  await checkOutput(to, { option: "--to", force, name: MODEL });
  await refuseEnsemble(source);
  const { model, ...use } = await loadModel(await modelPath(source), { acceptWithoutDigest });
  if (/\.pth?$/i.test(to)) {
    await savePyTorch(to, model);
    say(
      "A .pth file holds weights only. A .safetensors file also keeps the normalisation, the threshold and the options.",
    );
  } else await saveModel(to, model, use);
  say(
    `${model.architecture} with ${model.encoder}, normalisation ${use.normalization}${
      model.inputStatistics === "imagenet" ? ", ImageNet's channel statistics" : ""
    }, threshold ${use.threshold}: ${to}`,
  );
  const call = smpCall(model);
  if (call) say(`In Python: ${call}`);
}

if (import.meta.main) {
  await runTask(taskGroup(weightsCommands, [
    task(pretrainedCommand, () => Promise.resolve(fetchWeights)),
    task(importCommand, () => Promise.resolve(importWeights)),
    task(exportCommand, () => Promise.resolve(exportWeights)),
  ]));
}
