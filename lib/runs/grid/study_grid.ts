import { join } from "node:path";
import { z } from "zod";
import type { Dataset } from "../../datasets/dataset.ts";
import { GeneratedImages } from "../../datasets/generator/generated_images.ts";
import { currentId } from "../../io/aliases.ts";
import type { DigestOptions } from "../../io/file_digest.ts";
import { explainIssue, valueAt, writePath } from "../../io/explain_issue.ts";
import { nearestWord } from "../../io/nearest_word.ts";
import { registryNames } from "../../io/registry_names.ts";
import { ARCHITECTURES } from "../../nn/architectures/architectures.ts";
import {
  ConfigError,
  FIRST_DEFAULTS,
  parseConfig,
  STATISTICS_BY_WEIGHTS,
  type TrainingConfig,
} from "../../train/config.ts";
import { DEFAULT_LOSSES, LOSSES, type LossName } from "../../train/losses/losses.ts";
import { DEFAULT_TASK, type TaskName, TASKS } from "../../task/tasks.ts";
import { MAIN_BLOCK } from "./blocks.ts";
import { readRecord, writeRecord } from "../record_file.ts";

const nonEmptyList = <T extends readonly [string, ...string[]]>(known: T) => z.array(z.enum(known)).min(1);

/** A block of runs: every combination of its lists. */
const GridBlock = z.strictObject({
  /** Its purpose, such as `main` or `learning-rate`; earlier versions wrote some of these names with spaces. */
  name: z.string().min(1).transform((name) => currentId("blocks", name)).default(MAIN_BLOCK),
  architectures: nonEmptyList(registryNames(ARCHITECTURES)).default(["unet", "deeplabv3", "deeplabv3plus", "pspnet"]),
  losses: nonEmptyList(registryNames(LOSSES)).default(["bce", "focal"]),
  folds: z.array(z.int().nonnegative()).min(1),
  seeds: z.array(z.int()).min(1).default([1]),
  /** Difficulty of the generated images, if it differs from the study's; only with the generated demo data set. */
  difficulty: z.number().min(0).max(1).optional(),
  /** Factor of the grid's number of epochs. */
  epochFactor: z.number().positive().default(1),
  /**
   * The options that differ from the grid's configuration. With a `trainingShare` but no `epochs`, the runs of a block
   * train for more epochs, so that their number of steps stays the same.
   */
  config: z.record(z.string(), z.unknown()).default({}),
});

/** The runs of a study. */
export const StudyGrid = z.strictObject({
  /** The configuration of all runs; options left out have their defaults. */
  config: z.record(z.string(), z.unknown()).default({}),
  /** Whether to keep maps of training images too. */
  keepTrainingMaps: z.boolean().default(false),
  /** The study's images, if they are generated and differ from the demo data. */
  generated: GeneratedImages.optional(),
  blocks: z.array(GridBlock).min(1),
});
/** The runs of a study. */
export type StudyGrid = z.output<typeof StudyGrid>;

/** Reads a grid from a JSON file. @throws {ConfigError} if it cannot be read, or is not a grid. */
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
  // The grid in a study's folder has a digest, and may be changed for another study.
  const { sha256: _, ...grid } = typeof given === "object" ? { ...given } as Record<string, unknown> : {};
  const result = StudyGrid.safeParse(Array.isArray(given) ? given : grid);
  if (result.success) return result.data;
  // A misspelt entry is also a missing one; the unknown name is the better message.
  const { issues } = result.error, issue = issues.find(({ code }) => code === "unrecognized_keys") ?? issues[0];
  const value = valueAt(given, issue.path), where = writePath(issue.path);
  if (issue.code === "unrecognized_keys") {
    const part = { blocks: GridBlock, generated: GeneratedImages }[String(issue.path[0])] ?? StudyGrid;
    const known = Object.keys(part.shape), [key] = issue.keys;
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

/** The file of a study's grid, in its folder. */
const GRID = "grid.json";

/**
 * Reads the grid of a study. An option that is missing and whose default has changed gets its first default.
 *
 * @param folder of the study
 * @returns `undefined` if the study has no grid yet
 * @throws {RunError} if it is damaged, or has no digest.
 */
export async function readStudyGrid(folder: string, options: DigestOptions = {}): Promise<StudyGrid | undefined> {
  const advice = "delete it, and run the study's command with the options that it had";
  const grid = await readRecord(join(folder, GRID), StudyGrid, { ...options, advice });
  return grid && { ...grid, config: { ...FIRST_DEFAULTS, ...grid.config } };
}

/** Writes a study's grid into its folder, including every option whose default has changed since the first version. */
export async function writeStudyGrid(folder: string, grid: StudyGrid): Promise<void> {
  const current = { ...parseConfig({}), inputStatistics: STATISTICS_BY_WEIGHTS };
  const config = { ...changedDefaults(current), ...grid.config };
  await writeRecord(join(folder, GRID), { ...grid, config }, { indent: 1 });
}

/**
 * The weights that the runs of a new study end with by default: those of the last step. Otherwise the fold that scores
 * a run would also choose its epoch. Studies that started before this default keep the default of a single training.
 */
const SELECTION = "last" satisfies TrainingConfig["selection"];

/** Throws for a grid with early stopping but without a selection. */
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
 * Completes a grid for a folder in which a study may have started. Options that the grid leaves out have the values of
 * that study, so that its finished runs are found.
 *
 * @throws {ConfigError} if the grid has a patience but no selection, or another task than the study.
 */
export async function continuedGrid(
  folder: string,
  grid: StudyGrid,
  options: DigestOptions = {},
): Promise<StudyGrid> {
  const begun = await readStudyGrid(folder, options);
  if (begun) {
    const [before, now] = [begun, grid].map(gridTask);
    if (before !== now) {
      throw new ConfigError(
        `${folder} holds a study with task=${before}, and this one has task=${now}: give another folder for it (--results)`,
      );
    }
    const { selection = parseConfig({}).selection, inputStatistics } = begun.config;
    const config: StudyGrid["config"] = { ...changedDefaults(begun.config), selection, ...grid.config };
    // A profile leaves the statistics to the weights, and a study that began without them goes on without them.
    if (config.inputStatistics === STATISTICS_BY_WEIGHTS) config.inputStatistics = inputStatistics;
    return { ...grid, config };
  }
  refusePatience(grid);
  return { ...grid, config: { selection: SELECTION, ...grid.config } };
}

/** Returns the options among these whose default has changed since the first version. */
function changedDefaults(config: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.keys(FIRST_DEFAULTS).map((name) => [name, config[name]]));
}

/**
 * Returns the task of all runs of a grid.
 *
 * @throws {ConfigError} if there are several, whose scores cannot be compared.
 */
export function gridTask({ config, blocks }: StudyGrid): TaskName {
  const tasks = new Set(
    blocks.map((block) => parseConfig({ task: block.config.task ?? config.task ?? DEFAULT_TASK }).task),
  );
  if (tasks.size > 1) {
    throw new ConfigError(
      `The blocks of the grid have the tasks ${[...tasks].join(", ")}: give one task in the config of the grid`,
    );
  }
  const [task = DEFAULT_TASK] = tasks;
  return task;
}

/** Adds the options of a grid's task that come from the data, such as the names of its classes. */
export function withDataOptions(grid: StudyGrid, dataset: Pick<Dataset, "name" | "classes">): StudyGrid {
  const names = TASKS[gridTask(grid)].readOptions?.(dataset).classNames;
  return names ? { ...grid, config: { classNames: names, ...grid.config } } : grid;
}

/** Returns a loss for a task: of several classes, BCE is cross-entropy. */
export function lossForTask(loss: LossName, task: TaskName): LossName {
  return loss === DEFAULT_LOSSES.binary ? DEFAULT_LOSSES[TASKS[task].target] : loss;
}

/** A run of a grid. */
export interface GridEntry {
  /** Name of its block. */
  block: string;
  config: TrainingConfig;
  difficulty?: number;
}

/**
 * Lists the runs of a grid, fold by fold, so that an unfinished study has complete folds. A run of several blocks is
 * listed once, under the first block. If the task has several classes, the loss `bce` stands for cross-entropy.
 *
 * @throws {ConfigError} for unknown options or invalid values, and for several tasks.
 */
export function gridEntries(grid: StudyGrid): GridEntry[] {
  const entries = new Map<string, GridEntry>();
  const task = gridTask(grid);
  const { trainingShare: usualShare } = parseConfig(grid.config);
  for (const { name: block, architectures, losses, folds, seeds, difficulty, epochFactor, config } of grid.blocks) {
    for (const seed of seeds) {
      for (const fold of folds) {
        for (const architecture of architectures) {
          for (const loss of losses.map((loss) => lossForTask(loss, task))) {
            const given = parseConfig({ ...grid.config, ...config, architecture, loss, fold, seed });
            // With fewer images than the grid's other runs, each image is seen more often, for the same number of
            // steps.
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

/** Returns the runs of each member of a study, which has one for each fold, by the member's name. */
export function gridMembers(grid: StudyGrid): Map<string, GridEntry[]> {
  const main = gridEntries(grid).filter(({ block }) => block === MAIN_BLOCK);
  return Map.groupBy(main, ({ config: { architecture, loss, seed } }) => `${architecture} ${loss} ${seed}`);
}
