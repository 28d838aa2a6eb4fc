/**
 * The study: trains every architecture with every loss on every fold, combines them, and analyses why that helped or
 * not: see `commands/study.ts`. If it is stopped or killed, the same command resumes it and keeps finished runs.
 */
import { basename, dirname, join, resolve } from "node:path";
import { type Dataset, parseConfig, runtimeInfo, splitDataset, TASKS } from "lib";
import { describeGroups } from "lib/datasets";
import type { TaskKind } from "lib/task";
import { table } from "lib/display";
import { projectFolder, readGrid, secondsLeft, type StudyGrid, studyTable, trainingProcesses } from "lib/runs";
import {
  analyseStudyPart,
  classMean,
  leftOutNote,
  profileGrid,
  runStudy,
  THRESHOLD_HEADS,
  thresholdCells,
  writeWorkflow,
} from "lib/study";
import { timeLeftNote } from "lib/display/time_left.ts";
import { count } from "lib/io/count.ts";
import { registryNames } from "lib/io/registry_names.ts";
import { mean } from "lib/math/mean.ts";
import { SECTIONS } from "lib/study/analyse/left_out.ts";
import { requirePart } from "lib/study/analyse_study_part.ts";
import { fitProfile } from "lib/study/fit_profile.ts";
import { labelFor } from "lib/study/labels.ts";
import { METHODS, SCORES } from "lib/study/publish/publish_study.ts";
import { recommendationText } from "lib/study/recommend/recommendation_text.ts";
import { readStudyMachine } from "lib/study/study_machine.ts";
import { continuedGrid, gridTask, withDataOptions } from "lib/runs/grid/study_grid.ts";
import { type WeightsSize, weightsSize } from "lib/runs/grid/weights_size.ts";
import { folderName } from "lib/runs/folder_name.ts";
import { stopSignal } from "lib/runs/stop_signal.ts";
import { DEFAULT_TASK } from "lib/task/tasks.ts";
import { checkBeforeTraining } from "./check_before_training.ts";
import type { LineFor } from "./commands/command.ts";
import { loadingOptions } from "./commands/data_options.ts";
import { studyCommand } from "./commands/study.ts";
import { runTask, task } from "./commands/task.ts";
import { demonstrationNote } from "./demonstration_note.ts";
import { trainingAdvice } from "./training_advice.ts";
import { say, warn } from "./say.ts";
import { studyData } from "./study_data.ts";
import { workflowNote } from "./workflow_note.ts";

/** Redraws a table in place in a terminal, otherwise prints a line per finished run. */
function liveTable(parallelJobs: number) {
  const watched = Deno.stderr.isTerminal();
  const write = (text: string) => Deno.stderr.writeSync(new TextEncoder().encode(text));
  const said = new Set<string>();
  let lines = 0, drawn = 0;
  return (jobs: Parameters<typeof studyTable>[0]) => {
    const isOpen = ({ state }: typeof jobs[number]) => ["waiting", "running", "locked"].includes(state);
    const done = jobs.filter((job) => !isOpen(job)).length;
    const time = done < jobs.length ? timeLeftNote(secondsLeft(jobs, parallelJobs)) : "";
    if (!watched) {
      for (const job of jobs) {
        const { run, state, seconds, record, config } = job;
        if (isOpen(job) || said.has(run)) continue;
        said.add(run);
        const dice = record ? `Dice ${record.scores.model.dice.toFixed(3)}` : state;
        const what = `${config.architecture} ${config.loss} fold ${config.fold}`;
        write(
          `${done}/${jobs.length} ${what}: ${dice}${
            state === "reused" ? " (was finished before)" : `, ${seconds.toFixed(0)} s`
          }${time}\n`,
        );
      }
      return;
    }
    if (done < jobs.length && Date.now() - drawn < 500) return;
    drawn = Date.now();
    const text = `${studyTable(jobs)}\n${done} of ${jobs.length} runs${time}\n`;
    write(`${lines ? `\x1b[${lines}A` : ""}\x1b[0J${text}`);
    lines = text.split("\n").length - 1;
  };
}

/**
 * Returns the grid with a number of epochs, at least three, that makes about 60 steps on the user's data; two epochs
 * are kept.
 */
function shortTraining(dataset: Dataset, { config, blocks, ...rest }: StudyGrid): StudyGrid {
  const { folds, testShare, batchSize } = parseConfig(config);
  const { training } = splitDataset(dataset, { folds, testShare }).folds[0];
  const epochs = Math.max(3, Math.round(60 / Math.max(1, Math.floor(training.length / batchSize))));
  const keepEpochs = [1, Math.ceil(epochs / 2)];
  return {
    ...rest,
    config: { ...config, epochs },
    blocks: blocks.map((block) =>
      "keepEpochs" in block.config ? { ...block, config: { ...block.config, keepEpochs } } : block
    ),
  };
}

/** Returns the name of a study with a grid of its own: of the file, or of the study whose `grid.json` it is. */
function gridName(path: string): string {
  const name = basename(path).replace(/\.json$/, "");
  return name === "grid" ? basename(dirname(resolve(path))) : name;
}

/** Writes what the members' weights take on the disk, and how to do without. */
function weightsNote({ runs, parameters, halfBytes }: WeightsSize): string {
  const mega = (bytes: number) => `${Math.ceil(bytes / 1e6).toLocaleString("en")} MB`;
  return `The weights of the members take up to ${mega(2 * halfBytes)} on the disk (${
    mega(halfBytes)
  } in half precision, where that changes no mask): ${(parameters / 1e6).toFixed(1)} million parameters in ${
    count(runs, "run")
  }. --discard-weights keeps none.`;
}

/** Scores in the table of a study. */
interface Scored {
  outOfFold: number[];
  test: number[][];
  precision?: number[];
  classDice?: Record<string, number[]>;
}

/** Runs a command line of `deno task study`. */
export async function study(line: LineFor<typeof studyCommand>): Promise<void> {
  const { data, parameter: given, force, ...values } = line.options;
  const { profile = "quick" } = values, loading = loadingOptions(line);
  const acceptWithoutDigest = values["accept-earlier"];
  const wanted = values.grid ? await readGrid(values.grid) : profileGrid(profile, data ? "own" : "embedded");
  // A misspelt option is refused before data are read.
  if (values.part !== undefined) requirePart(values.part);
  parseConfig({ ...wanted.config, ...given });
  let grid: StudyGrid = {
    ...wanted,
    // Difficulty is an option of the generator, so it does not apply to the user's data.
    blocks: data ? wanted.blocks.filter(({ difficulty }) => difficulty === undefined) : wanted.blocks,
  };
  grid.config = { ...grid.config, ...given };
  const task = gridTask(grid), { target }: TaskKind = TASKS[task];
  const source = await studyData(data, grid, loading);
  const { dataset } = source;
  grid = withDataOptions(grid, dataset);
  if (!values.grid) {
    const fitted = fitProfile(grid, dataset);
    grid = fitted.grid;
    for (const note of fitted.notes) warn(note);
  }
  if (data && profile === "quick" && !values.grid) grid = shortTraining(dataset, grid);
  const study = data ? `${folderName(dataset.name)}-${profile}` : profile;
  const name = values.grid ? gridName(values.grid) : task === DEFAULT_TASK ? study : `${study}-${task}`;
  const results = values.results ?? join(projectFolder(), "results", name);

  const info = runtimeInfo(), { tensorflow, device, processor } = info;
  const usual = trainingProcesses(values.jobs);
  const begun = await readStudyMachine(results, { acceptWithoutDigest });
  const processes = { ...usual, threads: begun?.threads ?? usual.threads };
  const { jobs, threads } = processes;
  if (!data) say(`${dataset.name}: ${describeGroups(dataset)}`);
  say(
    `TensorFlow ${tensorflow} on ${
      device === "GPU"
        ? "the GPU"
        : jobs > 1
        ? `${jobs} processes with ${count(threads, "thread")} each of ${processor}`
        : `${count(threads, "thread")} of ${processor}`
    }${begun && begun.threads !== usual.threads ? ", as when this study began" : ""}\n`,
  );
  const demonstration = profile === "quick" && !values.grid ? demonstrationNote(dataset, grid.config, data ?? "") : "";
  if (demonstration) warn(`${demonstration}\n`);
  else if (!begun) {
    const chosen = "precision" in grid.config ? parseConfig(grid.config).precision : undefined;
    for (const advice of trainingAdvice(info, chosen, threads)) warn(`${advice}\n`);
  }
  const keepWeights = !values["discard-weights"];
  using stop = stopSignal();
  let said = "";
  const onAnalysis = (_: number, what: string) => {
    if (what !== said) warn(`Analysing: ${said = what}`);
  };
  if (values.part !== undefined) {
    const { signal } = stop, options = { ...source, grid, results, acceptWithoutDigest, signal, onAnalysis };
    return say(
      await analyseStudyPart(values.part, options)
        ? `The part ${values.part} of the analysis is saved in ${results}`
        : `This analysis has no part ${values.part}: its runs kept no maps of training images`,
    );
  }
  // A study that trains lost runs again passed this check, or was forced, when it began.
  if (data) await checkBeforeTraining(dataset, data, force || values["restore-weights"]);
  if (values.workflow) {
    const written = await writeWorkflow({
      ...source,
      grid,
      results,
      keepWeights,
      force,
      acceptWithoutDigest,
      folder: values.workflow,
    });
    return say(workflowNote(values.workflow, written));
  }
  if (keepWeights) say(`${weightsNote(weightsSize(await continuedGrid(results, grid, { acceptWithoutDigest })))}\n`);
  const draw = liveTable(jobs);
  const { analysis, recommendation, runs } = await runStudy({
    ...source,
    grid,
    results,
    processes,
    keepWeights,
    restoreWeights: values["restore-weights"],
    acceptWithoutDigest,
    onProgress: draw,
    onWarning: warn,
    signal: stop.signal,
    onAnalysis,
  });

  const classes = Object.keys(analysis.members[0].classDice ?? {});
  const thresholds = target === "binary" ? THRESHOLD_HEADS.slice(1) : [];
  const score = (
    { outOfFold, test, precision, classDice }: Scored,
    [, ...tuned]: readonly (number | string)[] = [],
  ) => [
    mean(outOfFold),
    ...thresholds.map((_, i) => tuned[i] ?? "–"),
    test[0]?.length ? mean(test.map(mean)) : "–",
    precision ? mean(precision) : "–",
    ...classes.map((name) => classMean({ classDice }, name)),
  ];
  const head = target === "classes" ? "mean Dice of the classes" : "mean Dice";
  say("");
  say(table([head, "out of fold", ...thresholds, "test", "average precision of objects", ...classes], [
    ...analysis.members.map((member) => [member.name, ...score(member, thresholdCells(member))]),
    ...analysis.ensembles.map((ensemble) => [labelFor(ensemble.id), ...score(ensemble)]),
    ...Object.entries(analysis.baselines).map((
      [id, { outOfFold, test }],
    ) => [labelFor(id), ...score({ outOfFold, test: [test] })]),
  ]));
  const notes = registryNames(SECTIONS).flatMap((section) => leftOutNote(analysis, section) ?? []);
  if (notes.length) say(`\n${notes.join("\n")}`);
  if (demonstration) say(`\n${demonstration}`);
  say(`\n${recommendationText(recommendation)}`);
  say(`\nAll runs            ${runs}`);
  say(`Score of each image ${join(results, SCORES)}`);
  say(`Methods for a paper ${join(results, METHODS)}`);
  say(`All numbers         ${join(results, "analysis.json")}`);
}

if (import.meta.main) await runTask(task(studyCommand, () => Promise.resolve(study)));
