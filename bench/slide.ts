/**
 * Segments an image of 21,197 × 15,975 pixels, as `deno task predict` does it: a new process reads a TIFF that does not
 * fit into a decoded image, predicts its tiles, finds and measures the objects, and writes a mask, a label image, a table
 * and outlines. The image is a mosaic of generated fields, so that the true objects are known.
 *
 *     deno run -A bench/slide.ts [--width 21197] [--height 15975] [--encoder resnet34] [--folder FOLDER] [predict's options]
 *
 * About half an hour on 2 cores. The image, the model and the results stay in `--folder` (default: a temporary folder,
 * which is deleted). Writes results/bench/slide.json. It fails if the label image, the table and the outlines have
 * different numbers of objects.
 */
import { join } from "node:path";
import process from "node:process";
import { deflateSync } from "node:zlib";
import { parseArgs } from "node:util";
import { generateDataset, train } from "lib";
import { openImage } from "lib/images";
import { TiffStream } from "lib/objects";
import { projectFolder } from "lib/runs";
import { exists } from "lib/io/exists.ts";
import { replaceText } from "lib/io/replace_file.ts";
import { rowBands } from "lib/images/source/row_bands.ts";
import { provenance } from "lib/runs/provenance.ts";
import { processMemory } from "./process_memory.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    width: { type: "string", default: "21197" },
    height: { type: "string", default: "15975" },
    encoder: { type: "string", default: "resnet34" },
    folder: { type: "string" },
  },
});
const width = Number(values.width), height = Number(values.height);
const folder = values.folder ?? await Deno.makeTempDir();
const path = join(folder, "slide.tif"), runs = join(folder, "runs"), output = join(folder, "predictions");
await Deno.mkdir(folder, { recursive: true });

/** Side of a field in pixels, and the number of different fields. */
const SIDE = 1024, FIELDS = 16;
const fields = (await generateDataset({ count: FIELDS, size: SIDE, seed: 21197 })).samples;
/** Returns the generated field that covers a pixel: no field lies beside itself. */
const fieldAt = (x: number, y: number) => fields[(7 * Math.floor(y / SIDE) + 5 * Math.floor(x / SIDE)) % FIELDS];

/** Returns rows of the mosaic of an image or a label image of each field: `[rows, width]`, from row `top` on. */
function mosaic(top: number, rows: number, plane: (field: (typeof fields)[number]) => ArrayLike<number>): Uint32Array {
  const out = new Uint32Array(rows * width);
  for (let at = 0; at < out.length; at++) {
    const x = at % width, y = top + (at - x) / width;
    out[at] = plane(fieldAt(x, y))[(y % SIDE) * SIDE + x % SIDE];
  }
  return out;
}

if (!await exists(path)) {
  using file = await Deno.open(path, { write: true, create: true, truncate: true });
  const stream = new TiffStream({ width, height, samples: "uint8" }, { write: (bytes) => file.writeSync(bytes) }, {
    pack: (bytes) => deflateSync(bytes, { level: 1 }),
  });
  for (let top = 0; top < height; top += 64) {
    stream.add(mosaic(top, Math.min(64, height - top), ({ image }) => image.data));
  }
  const header = stream.finish({ pages: 1, axis: "z", channels: [""] }, { range: [0, 255] });
  file.seekSync(0, Deno.SeekMode.Start);
  file.writeSync(header);
}
const other = await generateDataset({ count: 60, size: 256, seed: 1 });
const { encoder } = values;
let model: string;
{
  using trained = await train({ encoder: encoder as "resnet34", epochs: 8 }, other, { results: runs });
  model = trained.folder;
}

const start = performance.now();
const predict = new Deno.Command(Deno.execPath(), {
  // deno-fmt-ignore
  args: [
    "run", "-A", join(projectFolder(), "tasks/predict.ts"), model, path, "--output", output,
    "--write", "labels,table,geojson", "--pixel-size", "0.5", ...positionals,
  ],
}).spawn();
let peakBytes = 0;
const poll = setInterval(() => {
  try {
    peakBytes = Math.max(peakBytes, processMemory("VmHWM", predict.pid));
  } catch {
    // The process has ended.
  }
}, 1000);
const { code } = await predict.status;
clearInterval(poll);
const seconds = (performance.now() - start) / 1000;
if (code !== 0) throw new Error(`predict ended with ${code}`);

/** Pixels of objects that were found, that are true, and that are both; and the largest label. */
const sum = { both: 0, found: 0, truth: 0 };
let objects = 0;
{
  using labels = await openImage(join(output, "slide_labels.tif"));
  for await (const { top, height, image: { data } } of rowBands(labels)) {
    const truth = mosaic(top, height, (field) => field.labels.data);
    for (let i = 0; i < truth.length; i++) {
      const found = Number(data[i] > 0), isTrue = Number(truth[i] > 0);
      sum.found += found;
      sum.truth += isTrue;
      sum.both += found & isTrue;
      objects = Math.max(objects, data[i]);
    }
  }
}
const trueObjects = Array.from({ length: Math.ceil(height / SIDE) * Math.ceil(width / SIDE) }, (_, i) => {
  const columns = Math.ceil(width / SIDE), x = i % columns * SIDE, y = Math.floor(i / columns) * SIDE;
  const { data } = fieldAt(x, y).labels, inside = new Set<number>();
  for (let row = 0; row < Math.min(SIDE, height - y); row++) {
    for (let column = 0; column < Math.min(SIDE, width - x); column++) inside.add(data[row * SIDE + column]);
  }
  return inside.size - (inside.has(0) ? 1 : 0);
}).reduce((all, some) => all + some, 0);
// The first line names the columns.
const lines = await countText(join(output, "objects.csv"), "\n") - 1;
const outlines = await countText(join(output, "slide_objects.geojson"), '"type":"Feature"');
const result = {
  provenance: provenance(),
  what: "deno task predict of one TIFF, process start included; peak memory of the process (VmHWM)",
  network: `unet, ${encoder}`,
  options: positionals,
  width,
  height,
  seconds,
  megapixelsPerSecond: width * height / 1e6 / seconds,
  peakBytes,
  objects,
  trueObjects,
  dice: 2 * sum.both / (sum.found + sum.truth),
  bytes: Object.fromEntries(
    await Promise.all(
      ["slide_labels.tif", "slide_objects.geojson", "objects.csv"]
        .map(async (name) => [name, (await Deno.stat(join(output, name))).size] as const),
    ),
  ),
};
if (lines !== objects || outlines !== objects) {
  console.error(`${objects} labels, ${lines} rows, ${outlines} outlines`);
  process.exitCode = 1;
} else {
  const report = join(projectFolder(), "results/bench/slide.json");
  await replaceText(report, JSON.stringify(result, null, 1) + "\n");
  console.log(`${Math.round(seconds)} s, ${Math.round(peakBytes / 2 ** 20)} MB, ${objects} objects of ${trueObjects}`);
  console.log(`Dice ${result.dice.toFixed(4)}\n${report}`);
}
if (values.folder === undefined) await Deno.remove(folder, { recursive: true });

/** Returns how often a text of ASCII characters occurs in a file, which need not fit into a string. */
async function countText(file: string, text: string): Promise<number> {
  let found = 0, rest = "";
  using opened = await Deno.open(file);
  for await (const chunk of opened.readable.pipeThrough(new TextDecoderStream())) {
    const pieces = (rest + chunk).split(text);
    found += pieces.length - 1;
    // The next chunk may complete a text that begins here.
    const last = pieces.at(-1)!;
    rest = last.slice(Math.max(0, last.length - text.length + 1));
  }
  return found;
}
