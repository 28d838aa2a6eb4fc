/**
 * Writes the files with which bench/train_smp.py repeats a training in PyTorch: initial weights, every batch in order,
 * every learning rate, and the validation images.
 *
 *     deno run -A bench/export_training.ts DATA_FOLDER|two-kinds OUT_FOLDER [key=value …]
 */
import { join } from "node:path";
import { BatchSource } from "lib/batches/batch_source.ts";
import { splitDataset } from "lib/datasets/splits.ts";
import { normalizeImage } from "lib/images/normalize.ts";
import { createModel } from "lib/nn/create_model.ts";
import type { NamedArray } from "lib/nn/weights/safetensors.ts";
import { writeSafetensors } from "lib/nn/weights/safetensors_file.ts";
import { stateDict } from "lib/nn/weights/state_dict.ts";
import { replaceText } from "lib/io/replace_file.ts";
import { withTaskOptions } from "lib/runs/task_options.ts";
import { createTask } from "lib/task";
import { parseAssignments } from "../tasks/parse_assignments.ts";
import { FIRST_DEFAULTS, parseConfig } from "lib/train/config.ts";
import { learningRateAt } from "lib/train/schedule.ts";
import { trainingData } from "./training_data.ts";

const [dataFolder, out, ...assignments] = Deno.args;
const dataset = await trainingData(dataFolder);
const config = withTaskOptions(parseConfig({ ...FIRST_DEFAULTS, ...parseAssignments(assignments) }), dataset);
const task = createTask(config);
const fold = splitDataset(dataset, { folds: config.folds }).folds[config.fold];
const batches = new BatchSource(dataset, fold.training, { ...config, channels: 1 });
const model = createModel(config);
await writeSafetensors(join(out, "initial.safetensors"), stateDict(model));

// Eight bits would change the numbers, so images are float32, with one file per epoch.
for (let epoch = 0; epoch < config.epochs; epoch++) {
  const arrays = new Map<string, NamedArray>();
  for (let position = 0; position < batches.length; position++) {
    const { images, masks } = batches.get(epoch, position);
    const shape = [config.batchSize, 1, config.cropSize, config.cropSize];
    arrays.set(`images/${position}`, { dtype: "F32", shape, data: images });
    arrays.set(`masks/${position}`, { dtype: "U8", shape, data: Uint8Array.from(masks) });
  }
  await writeSafetensors(join(out, `epoch${epoch}.safetensors`), arrays);
}

const validation = new Map<string, NamedArray>();
for (const index of fold.validation) {
  const { id, image, labels } = dataset.samples[index];
  const shape = [1, 1, image.height, image.width];
  const data = normalizeImage(image, config.normalization, batches.contrastFloor);
  validation.set(`image/${id}`, { dtype: "F32", shape, data });
  validation.set(`mask/${id}`, { dtype: "U8", shape, data: task.targets(labels) });
}
await writeSafetensors(join(out, "validation.safetensors"), validation);
const total = config.epochs * batches.length;
const rates = Array.from(
  { length: total },
  (_, step) =>
    learningRateAt(step, { peak: config.learningRate, total, warmup: config.warmupSteps, schedule: config.schedule }),
);
await replaceText(
  join(out, "training.json"),
  JSON.stringify({ config, classes: task.logits, batches: batches.length, rates }),
);
