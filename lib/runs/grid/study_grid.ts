import { join } from "node:path";
import { z } from "zod";
import { currentId } from "../../io/aliases.ts";
import type { DigestOptions } from "../../io/file_digest.ts";
import { explainIssue, valueAt, writePath } from "../../io/explain_issue.ts";
import { nearestWord } from "../../io/nearest_word.ts";
import { registryNames } from "../../io/registry_names.ts";
import { ARCHITECTURES } from "../../nn/architectures/architectures.ts";
import { ConfigError, FIRST_DEFAULTS, parseConfig, type TrainingConfig } from "../../train/config.ts";
import { LOSSES } from "../../train/losses/losses.ts";
import { MAIN } from "./blocks.ts";
import { readRecord, writeRecord } from "../record_file.ts";

const nonEmptyList = <T extends readonly [string, ...string[]]>(known: T) => z.array(z.enum(known)).min(1);

/** A block of runs: every combination of its lists. */
const GridBlock = z.strictObject({
  /** What it is for, such as `main` or `learning-rate`; earlier versions wrote some of these with spaces. */
  name: z.string().min(1).transform((name) => currentId("blocks", name)).default(MAIN),
  architectures: nonEmptyList(registryNames(ARCHITECTURES)).default(["unet", "deeplabv3", "deeplabv3plus", "pspnet"]),
  losses: nonEmptyList(registryNames(LOSSES)).default(["bce", "focal"]),
  folds: z.array(z.int().nonnegative()).min(1),
  seeds: z.array(z.int()).min(1).default([1]),
  /** Difficulty of the generated images, where it differs from the study's; only with the embedded data. */
  difficulty: z.number().min(0).max(1).optional(),
  /** How many times the grid's epochs its runs train. */
  epochFactor: z.number().positive().default(1),
  /**
   * What differs from the grid's configuration. With a `trainingShare` of its own and no `epochs` a block's runs train for
   * more epochs, so that their steps stay as many.
   */
  config: z.record(z.string(), z.unknown()).default({}),
});

/** Which runs a study makes. */
export const StudyGrid = z.strictObject({
  /** What all runs share; what is left out has the training configuration's default. */
  config: z.record(z.string(), z.unknown()).default({}),
  /** Whether maps of training images are kept too. */
  keepTrainingMaps: z.boolean().default(false),
  blocks: z.array(GridBlock).min(1),
});
/** Which runs a study makes. */
export type StudyGrid = z.output<typeof StudyGrid>;

/** A grid from a JSON file. @throws {ConfigError} if it cannot be read, or is none. */
export async function readGrid(path: string): Promise<StudyGrid> {
  let given: unknown;
  try {
    given = JSON.parse(await Deno.readTextFile(path));
  } catch (error) {
    const { message } = error as Error;
    throw new ConfigError(
      error instanceof SyntaxError
        ? `${path} is not JSON (${message}): correct it, or start from the grid.json of a study in results/`
        : `The grid ${path} cannot be read: ${message}`,
    );
  }
  // A study's own grid has a digest, and may be changed for another study.
  const { sha256: _, ...grid } = typeof given === "object" ? { ...given } as Record<string, unknown> : {};
  const result = StudyGrid.safeParse(Array.isArray(given) ? given : grid);
  if (result.success) return result.data;
  // A misspelt entry also misses: its name says more.
  const { issues } = result.error, issue = issues.find(({ code }) => code === "unrecognized_keys") ?? issues[0];
  const value = valueAt(given, issue.path), where = writePath(issue.path);
  if (issue.code === "unrecognized_keys") {
    const known = Object.keys(issue.path[0] === "blocks" ? GridBlock.shape : StudyGrid.shape), [key] = issue.keys;
    throw new ConfigError(
      `${path}: ${where || "the grid"} has no entry "${key}": did you mean "${nearestWord(key, known)}"?`,
    );
  }
  throw new ConfigError(
    `${path}: ${where || "the grid"} ${
      value === undefined ? "is missing" : `is ${JSON.stringify(value).slice(0, 100)}`
    }: ${explainIssue(issue, value)}`,
  );
}

/** A study's grid: the file in its folder. */
const GRID = "grid.json";

/**
 * The grid that a study was made by. Where it names no value of an option whose default has changed since, it means the
 * first one.
 *
 * @param folder of the study
 * @returns `undefined` where the study has none yet
 * @throws {RunError} if it is damaged, or has no digest.
 */
export async function readStudyGrid(folder: string, options: DigestOptions = {}): Promise<StudyGrid | undefined> {
  const wayOut = "delete it, and run the study's command with the options that it had";
  const grid = await readRecord(join(folder, GRID), StudyGrid, { ...options, wayOut });
  return grid && { ...grid, config: { ...FIRST_DEFAULTS, ...grid.config } };
}

/** Writes a study's grid into its folder, with every option whose default has changed since its first version. */
export async function writeStudyGrid(folder: string, grid: StudyGrid): Promise<void> {
  const config = { ...changedDefaults(parseConfig({})), ...grid.config };
  await writeRecord(join(folder, GRID), { ...grid, config }, { indent: 1 });
}

/**
 * Which weights a new study's runs end with where its grid does not say it: those of the last step. The fold that scores a run
 * would else choose its epoch. Studies that began before this default keep that of a single training.
 */
const SELECTION = "last" satisfies TrainingConfig["selection"];

/** Refuses a grid that leaves the selection open and ends trainings by a score. */
function refusePatience({ config, blocks }: StudyGrid): void {
  if ("selection" in config) return;
  const open = [config, ...blocks.map((block) => block.config)].find((each) =>
    Number(each.patience) > 0 && !("selection" in each)
  );
  if (!open) return;
  throw new ConfigError(
    `The grid's patience is ${open.patience}, and a study's runs end with their last step: patience needs the score of each ` +
      `epoch. Add "selection": "best" to the grid's config, or leave patience out`,
  );
}

/**
 * A grid for a folder in which a study may have begun: what the grid leaves open is as it was when the study began, so that its
 * finished runs are found.
 *
 * @throws {ConfigError} if the grid asks for patience and leaves the selection open.
 */
export async function continuedGrid(
  folder: string,
  grid: StudyGrid,
  options: DigestOptions = {},
): Promise<StudyGrid> {
  const begun = await readStudyGrid(folder, options);
  if (begun) {
    const { selection = parseConfig({}).selection } = begun.config;
    return { ...grid, config: { ...changedDefaults(begun.config), selection, ...grid.config } };
  }
  refusePatience(grid);
  return { ...grid, config: { selection: SELECTION, ...grid.config } };
}

/** The options among these whose default has changed since their first version. */
function changedDefaults(config: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.keys(FIRST_DEFAULTS).map((name) => [name, config[name]]));
}

/** A run that a grid asks for. */
export interface GridEntry {
  /** Name of its block. */
  block: string;
  config: TrainingConfig;
  difficulty?: number;
}

/**
 * The runs of a grid, in order: fold by fold, so that an unfinished study has whole folds. A run that several blocks
 * ask for is there once, under the first.
 *
 * @throws {ConfigError} for options that do not exist or do not fit.
 */
export function gridEntries(grid: StudyGrid): GridEntry[] {
  const entries = new Map<string, GridEntry>();
  const { trainingShare: usualShare } = parseConfig(grid.config);
  for (const { name: block, architectures, losses, folds, seeds, difficulty, epochFactor, config } of grid.blocks) {
    for (const seed of seeds) {
      for (const fold of folds) {
        for (const architecture of architectures) {
          for (const loss of losses) {
            const given = parseConfig({ ...grid.config, ...config, architecture, loss, fold, seed });
            // Fewer images than the grid's other runs have are seen more often: as many steps.
            const epochs = "epochs" in config
              ? given.epochs
              : Math.max(1, Math.round(epochFactor * given.epochs * usualShare / given.trainingShare));
            const parsed = { ...given, epochs };
            const key = JSON.stringify([parsed, difficulty]);
            if (!entries.has(key)) entries.set(key, { block, config: parsed, difficulty });
          }
        }
      }
    }
  }
  return [...entries.values()];
}
