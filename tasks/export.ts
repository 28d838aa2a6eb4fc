/** Writes a trained model for other programs: see `commands/export.ts`. */
import { basename, dirname, parse, resolve } from "node:path";
import type { Segmenter } from "lib";
import { count } from "lib/io/count.ts";
import { replaceFile, writeAll } from "lib/io/replace_file.ts";
import { MODEL } from "lib/nn/weights/model_file.ts";
import { onnxModel } from "lib/onnx";
import { checkOutput } from "./check_output.ts";
import { callerPath } from "./commands/caller_path.ts";
import { exportModelCommand } from "./commands/export.ts";
import { chosenFormats, EXPORT_FORMATS, type ExportFormatName } from "./commands/export_formats.ts";
import type { LineFor } from "./commands/command.ts";
import type { PackageLine } from "./export/bioimageio.ts";
import { runTask, task } from "./commands/task.ts";
import { openModel } from "./predict/open_model.ts";
import { segmenterPath } from "./predict/segmenter_path.ts";
import { tunedParameters } from "./predict/tuned_parameters.ts";
import { say } from "./say.ts";

/** Returns the content of a file. */
type ExportWriter = (segmenter: Segmenter, line: PackageLine) => Uint8Array | Promise<Uint8Array>;

/** Loads the writer of a format, and what it needs. */
const writers: Record<ExportFormatName, () => Promise<ExportWriter>> = {
  onnx: () => Promise.resolve((segmenter, { objectParameters }) => onnxModel(segmenter, { objectParameters })),
  bioimageio: async () => (await import("./export/bioimageio.ts")).packageBytes,
  page: async () => (await import("./export/page.ts")).pageBytes,
};

/** Says what goes into an ONNX file and comes out. */
function describeOnnx({ taskDefinition: { channels } }: Segmenter): string {
  return `Input images: float32 [batch, channels, height, width], normalised. Output probabilities: ${
    count(channels.length, "channel")
  } (${channels.join(", ")}).`;
}

/** Returns the name of a model, by its file or by the folder of its run, ensemble or study. */
export async function modelName(path: string): Promise<string> {
  const full = resolve(path), name = basename(full);
  if (name === MODEL) return basename(dirname(full));
  // A dot in a folder's name is no ending.
  return (await Deno.stat(full)).isDirectory ? name : parse(name).name;
}

/** Runs a command line of `deno task export`. */
export async function exportModel(
  { options: { force, "accept-earlier": acceptWithoutDigest, ...options }, arguments: [source] }: LineFor<
    typeof exportModelCommand
  >,
): Promise<void> {
  const path = await segmenterPath(source), name = await modelName(path);
  const [format] = chosenFormats(options);
  const file = `${name}.${EXPORT_FORMATS[format].ending}`, output = options.output ?? callerPath(file);
  await checkOutput(output, { option: "--output", force, name: file });
  using segmenter = await openModel(path, { acceptWithoutDigest });
  const objectParameters = await tunedParameters(segmenter, path, { acceptWithoutDigest });
  const bytes = await (await writers[format]())(segmenter, { name, path, objectParameters, ...options });
  await replaceFile(output, (file) => writeAll(file, bytes));
  if (format === "onnx") say(describeOnnx(segmenter));
  say(`${output}, ${(bytes.length / 1e6).toFixed(1)} MB${format === "page" ? ": open it in a browser" : ""}`);
}

if (import.meta.main) await runTask(task(exportModelCommand, () => Promise.resolve(exportModel)));
