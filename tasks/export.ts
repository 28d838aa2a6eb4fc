/** Writes a trained model for other programs: see `commands/export.ts`. */
import { basename, dirname, parse, resolve } from "node:path";
import { count } from "lib/io/count.ts";
import { exists } from "lib/io/exists.ts";
import { replaceFile, writeAll } from "lib/io/replace_file.ts";
import { MODEL } from "lib/nn/weights/model_file.ts";
import { onnxModel } from "lib/onnx";
import { ConfigError } from "lib/train/config_error.ts";
import { callerPath } from "./commands/caller_path.ts";
import { exportModelCommand } from "./commands/export.ts";
import type { LineFor } from "./commands/command.ts";
import { runTask, task } from "./commands/task.ts";
import { openModel } from "./predict/open_model.ts";
import { segmenterPath } from "./predict/segmenter_path.ts";
import { tunedParameters } from "./predict/tuned_parameters.ts";
import { say } from "./say.ts";

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
  const output = options.output ?? callerPath(`${name}.${options.page ? "html" : "onnx"}`);
  if (!force && await exists(output)) {
    throw new ConfigError(`${output} exists: add --force to replace it, or --output with another name`);
  }
  using segmenter = await openModel(path, { acceptWithoutDigest });
  const objectParameters = await tunedParameters(segmenter, path, { acceptWithoutDigest });
  const bytes = options.page
    ? await (await import("./export/page.ts")).pageBytes(segmenter, { name, path, objectParameters })
    : onnxModel(segmenter, { objectParameters });
  await replaceFile(output, (file) => writeAll(file, bytes));
  if (options.page) return say(`${output}, ${(bytes.length / 1e6).toFixed(1)} MB: open it in a browser`);
  const { channels } = segmenter.taskDefinition;
  say(
    `Input images: float32 [batch, channels, height, width], normalised. Output probabilities: ${
      count(channels.length, "channel")
    } (${channels.join(", ")}).`,
  );
  say(`${output}, ${(bytes.length / 1e6).toFixed(1)} MB`);
}

if (import.meta.main) await runTask(task(exportModelCommand, () => Promise.resolve(exportModel)));
