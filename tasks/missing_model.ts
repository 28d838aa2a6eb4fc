import { basename, join } from "node:path";
import { exists } from "lib/io/exists.ts";
import { MODEL } from "lib/nn/weights/model_file.ts";
import { BEST_WEIGHTS } from "lib/train/best_weights.ts";
import { readRun } from "lib/runs/run_store.ts";
import { parseConfig, type TrainingConfig } from "lib/train/config.ts";
import { ConfigError } from "lib/train/config_error.ts";
import { missingWeightsNote, runsWithoutWeights } from "lib/study/recommend/missing_weights.ts";
import { restoreCommand } from "lib/study/recommend/restore_command.ts";
import { holdsAnalysis } from "lib/study/find_study.ts";
import { readAnalysis } from "lib/study/analyse/study_store.ts";
import { ENSEMBLE } from "lib/ensemble/ensemble_folder.ts";
import { shellWord } from "lib/io/shell_word.ts";

/** Formats the options of a run that differ from the defaults for a command line. */
function asParameters(config: TrainingConfig): string {
  const usual = parseConfig({});
  const chosen = Object.entries(config).filter(([name, value]) =>
    JSON.stringify(value) !== JSON.stringify(usual[name as keyof TrainingConfig])
  );
  return chosen.map(([name, value]) => {
    return `-p ${shellWord(`${name}=${typeof value === "string" ? value : JSON.stringify(value)}`)}`;
  }).join(" ");
}

/** Returns an error that says how to make the model that a folder lacks. */
export async function missingModel(given: string): Promise<ConfigError> {
  const path = join(given, MODEL);
  const record = await readRun(given).catch(() => undefined);
  if (record && await exists(join(given, BEST_WEIGHTS))) {
    return new ConfigError(
      `${path} is missing. Run the training's command again: it restores the file from ${BEST_WEIGHTS} in a second`,
    );
  }
  if (record) {
    return new ConfigError(
      `${given} has no weights: its study kept only the records of its runs. Train such a model, and give its folder:\n` +
        `  deno task train --data FOLDER ${asParameters(record.config)}`.trimEnd(),
    );
  }
  if (await holdsAnalysis(given)) {
    const { members } = await readAnalysis(given, { acceptWithoutDigest: true });
    const runs = members.flatMap((member) => member.runs), missing = await runsWithoutWeights(given, runs);
    if (missing.length === 0) {
      return new ConfigError(
        `${given} has no ${ENSEMBLE}. Run the study's command again: it writes the file in minutes`,
      );
    }
    if (missing.length < runs.length) return new ConfigError(await missingWeightsNote(given, missing, runs.length));
    const restore = await restoreCommand(given);
    return new ConfigError(
      `${given} is a study that kept records but no weights. ` +
        (restore
          ? `This command trains its members again:\n  ${restore}`
          : "Run a study without --discard-weights, or train a model with deno task train, and give its folder"),
    );
  }
  const names = (await Array.fromAsync(Deno.readDir(given))).map(({ name }) => name);
  const other = names.find((name) => name.endsWith(".safetensors"));
  const runs = [];
  for (const name of names) if (await exists(join(given, name, MODEL))) runs.push(name);
  const hint = runs.length
    ? `Its runs have: ${runs.slice(0, 3).map((name) => join(given, name)).join(", ")}${runs.length > 3 ? ", …" : ""}`
    : other && basename(other) !== MODEL
    ? `It has ${other}: a finished training has ${MODEL}`
    : "Give the folder of a finished training, or a file of weights";
  return new ConfigError(`${given} has no ${MODEL}. ${hint}`);
}
