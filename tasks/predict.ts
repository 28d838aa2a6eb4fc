/**
 * Segments images with a trained model.
 *
 *     deno task predict MODEL IMAGE… [--to FOLDER] [--threshold 0.5] [--channels 1] [--symmetries] [--probabilities]
 *
 * MODEL is a run's folder or its model.safetensors. For each image, and each page of a TIFF, it writes a mask (0 and
 * 255) as PNG, and with --probabilities the probability of foreground at 16 bit.
 */
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { encode } from "fast-png";
import {
  decodeImage,
  ImageError,
  isEmptyField,
  loadModel,
  measureContrast,
  normalizeImage,
  Predictor,
  progressBar,
  readImageHeader,
} from "lib";
import { replaceFile, writeAll } from "lib/data/replace_file.ts";
import { fail } from "./fail.ts";
import { modelPath } from "./model_path.ts";
import { READING, readingOptions } from "./run_options.ts";

const USAGE =
  "Name a model and images: deno task predict results/RUN image.png … [--to FOLDER] [--threshold 0.5] [--channels 1] [--symmetries] [--probabilities]";

async function readImage(path: string): Promise<Uint8Array> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    throw new ImageError(`${path} cannot be read: ${(error as Error).message}`);
  }
}

try {
  const { values, positionals: [source, ...paths] } = parseArgs({
    options: {
      to: { type: "string", default: "." },
      threshold: { type: "string" },
      channels: READING.channels,
      symmetries: { type: "boolean", default: false },
      probabilities: { type: "boolean", default: false },
    },
    allowPositionals: true,
  });
  if (!source || paths.length === 0) throw new RangeError(USAGE);
  const { model, normalization, threshold: tuned, contrastFloor } = await loadModel(await modelPath(source));
  if (model.classes !== 1) {
    throw new RangeError(`${source} has ${model.classes} classes: only one can be written as a mask`);
  }
  const threshold = values.threshold === undefined ? tuned : Number(values.threshold);
  if (!(threshold >= 0 && threshold <= 1)) throw new RangeError(`--threshold is ${values.threshold}: give 0 to 1`);
  const predictor = new Predictor(model, { symmetries: values.symmetries });
  const bar = progressBar("Predicting");
  const written: string[] = [], warnings: string[] = [];
  const reading = readingOptions(values);
  for (const [i, path] of paths.entries()) {
    const bytes = await readImage(path);
    const { pages } = await readImageHeader(bytes, path);
    for (let page = 0; page < pages; page++) {
      const image = await decodeImage(bytes, path, { ...reading, page });
      const { width, height, channels } = image;
      const name = pages > 1 ? `#${page + 1}` : "";
      const pixels = normalizeImage(image, normalization, contrastFloor);
      if (contrastFloor) {
        const contrast = measureContrast(image);
        if (isEmptyField(contrast, contrastFloor)) {
          warnings.push(
            `${path}${name}: probably an empty field. Its contrast is ${
              contrast.peak.toFixed(1)
            } (noise alone has about 5), the training images' ${
              contrastFloor.structure.toFixed(0)
            } or more: what is found may be noise`,
          );
        }
      }
      const [map] = await predictor.predict(
        [{ width, height, channels, pixels }],
        (done) => bar.update((i + (page + done) / pages) / paths.length),
      );
      const save = async (suffix: string, data: Uint8Array | Uint16Array) => {
        const target = join(values.to, `${basename(path).replace(/\.[^.]*$/, "")}${name}${suffix}.png`);
        const depth = data instanceof Uint16Array ? 16 : 8;
        await replaceFile(target, (file) => writeAll(file, encode({ width, height, channels: 1, depth, data })));
        written.push(target);
      };
      await save("_mask", Uint8Array.from(map, (p) => p > threshold ? 255 : 0));
      if (values.probabilities) await save("_probability", Uint16Array.from(map, (p) => Math.round(p * 65535)));
    }
  }
  await bar.finish();
  for (const warning of warnings) console.warn(warning);
  console.log(`Foreground is where the probability exceeds ${threshold}.\n${written.join("\n")}`);
} catch (error) {
  fail(error);
}
