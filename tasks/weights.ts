/**
 * Moves weights in and out.
 *
 *     deno task weights pretrained ENCODER
 *     deno task weights import FILE --to MODEL [-p architecture=unet -p encoder=resnet34 -p normalization=zscore …]
 *     deno task weights export MODEL --to FILE
 *
 * `pretrained` fetches an encoder's ImageNet weights. `import` makes a model of a file of
 * segmentation_models.pytorch, torchvision or timm (safetensors or .pth). `export` takes a model's file,
 * or a run's folder, and writes what SMP reads with load_state_dict(strict=True); how images are to be normalised, the
 * threshold and the model's options travel in the file's metadata, and `import` reads them.
 */
import { parseArgs } from "node:util";
import {
  createModel,
  ENCODERS,
  fetchPretrained,
  hasName,
  loadModel,
  loadWeights,
  progressBar,
  readWeights,
  registryNames,
  saveModel,
} from "lib";
import { knownMetadata, modelMetadata } from "lib/nn/model_file.ts";
import { importOptions } from "lib/train/import_options.ts";
import { fail } from "./fail.ts";
import { modelPath } from "./model_path.ts";
import { parseAssignments } from "./parse_assignments.ts";

const USAGE = `Use it as one of:
  deno task weights pretrained ${registryNames(ENCODERS).join(" | ")}
  deno task weights import FILE --to MODEL.safetensors -p architecture=unet -p encoder=resnet34
  deno task weights export MODEL.safetensors --to FILE.safetensors`;

try {
  const { values, positionals: [action, source] } = parseArgs({
    options: {
      to: { type: "string" },
      parameter: { type: "string", short: "p", multiple: true, default: [] },
    },
    allowPositionals: true,
  });
  if (action === "pretrained" && hasName(ENCODERS, source)) {
    const bar = progressBar(`Fetching ${source}`);
    const path = await fetchPretrained(source, {
      onProgress: (received, total = received) => bar.update(received / total),
    });
    await bar.finish();
    console.log(path);
  } else if (action === "import" && source && values.to) {
    const given = parseAssignments(values.parameter);
    using file = await readWeights(source);
    const metadata = knownMetadata(file.metadata);
    const { model: options, use } = importOptions(given, modelMetadata(metadata, source));
    const model = createModel(options);
    const { part, names, unused } = loadWeights(model, file.arrays);
    await saveModel(values.to, model, use);
    console.log(`${source} held ${part === "model" ? "a whole model" : "an encoder"} with ${names}'s names.`);
    if (unused.length) console.log(`Not used: ${unused.join(", ")}`);
    if (part === "encoder") console.log("The decoder has fresh weights: train it.");
    const assumed = ["normalization", "threshold"].every((name) => name in given || name in metadata)
      ? ""
      : " (assumed where neither the file nor -p says it)";
    console.log(`Normalisation ${use.normalization}, threshold ${use.threshold}${assumed}.`);
    console.log(values.to);
  } else if (action === "export" && source && values.to) {
    const { model, ...use } = await loadModel(await modelPath(source));
    await saveModel(values.to, model, use);
    console.log(
      `${model.architecture} with ${model.encoder}, normalisation ${use.normalization}, threshold ${use.threshold}: ${values.to}`,
    );
  } else {
    throw new RangeError(USAGE);
  }
} catch (error) {
  fail(error);
}
