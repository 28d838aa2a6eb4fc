import { join } from "node:path";
import { loadModel, readRun } from "lib";
import { stateDict } from "lib/nn";
import { projectFolder } from "lib/runs";
import { readAnalysis, readRuns } from "lib/study";
import { smallDataset, smallTraining } from "../fixtures/small_training.ts";
import { trainRun } from "lib/runs";
import { writeAnalysis } from "lib/study";
import { profileGrid } from "lib/study/profiles.ts";
import { archiveMaps, PREDICTIONS, readKeptMaps, removeLooseMaps } from "lib/runs/kept_maps.ts";
import { mapsInFile, readMaps, writeMaps } from "lib/runs/probability_maps.ts";
import { writeRecord } from "lib/runs/record_file.ts";
import { writeRun } from "lib/runs/run_store.ts";
import { readStudyGrid, writeStudyGrid } from "lib/runs/grid/study_grid.ts";
import { fixStudyMachine, readStudyMachine } from "lib/study/study_machine.ts";
import { readDivergence } from "lib/runs/grid/train_job.ts";
import { readBestWeights } from "lib/train/best_weights.ts";
import { CHECKPOINTS, readCheckpoint } from "lib/train/checkpoint.ts";
import { configHash } from "lib/train/config.ts";
import { resumeTraining } from "lib/train/resume.ts";
import { Trainer } from "lib/train/trainer.ts";

/** The result of reading a file. */
export interface Reading {
  value: unknown;
  /** The warnings of the reader. */
  warnings: string[];
}

/** A stored file, and the program's reader of it. */
export interface StoredFile {
  path: string;
  read(): Promise<Reading>;
  /** Values that the reader may return instead, with a warning. */
  instead: unknown[];
}

/** Makes a stored file whose reader can only refuse damage. */
function strict(path: string, read: () => Promise<unknown>): StoredFile {
  return { path, instead: [], read: async () => ({ value: await read(), warnings: [] }) };
}

/**
 * Makes every kind of file of a results folder that is read again: files of an unfinished run, of a finished run and of
 * a study, and records that come with the project.
 */
export async function makeResultsFolder(folder: string): Promise<StoredFile[]> {
  const dataset = await smallDataset();
  const config = smallTraining({ epochs: 3, checkpointMinutes: 1e-6 });
  const hash = configHash(config, dataset.fingerprint);
  const finished = await trainRun({ config, dataset, results: join(folder, "finished") });
  const controller = new AbortController();
  const results = join(folder, "stopped");
  await trainRun({
    config,
    dataset,
    results,
    signal: controller.signal,
    onProgress: ({ step }) => step === 5 && controller.abort(),
  }).catch((error) => {
    if (!controller.signal.aborted) throw error;
  });
  const run = join(results, finished.record.run);

  const trainer = new Trainer(config);
  const resume = async (): Promise<Reading> => {
    const { model, optimizer } = trainer;
    const { state, warnings } = await resumeTraining({ folder: run, model, optimizer, config, hash });
    return { value: state, warnings };
  };
  const states: unknown[] = [undefined];
  for (const name of CHECKPOINTS) {
    using checkpoint = await readCheckpoint(join(run, name), hash);
    states.push(checkpoint?.state);
  }
  const files: StoredFile[] = [...CHECKPOINTS, "best.safetensors"].map((name) => ({
    path: join(run, name),
    read: resume,
    instead: states,
  }));

  const model = join(finished.folder, "model.safetensors");
  files.push(strict(model, async () => {
    const { model: loaded, ...use } = await loadModel(model);
    const value = { ...use, options: loaded.options, weights: [...stateDict(loaded)] };
    loaded.dispose();
    return value;
  }));
  const best = { hash, epoch: finished.record.bestEpoch };
  files.push(
    strict(join(finished.folder, "best.safetensors"), async () => {
      const { arrays } = await readBestWeights(finished.folder, best);
      return [...arrays];
    }),
    strict(join(finished.folder, "run.json"), () => readRun(finished.folder)),
  );

  const quick = join(projectFolder(), "results/committed/quick");
  const study = join(folder, "study");
  await writeStudyGrid(study, profileGrid("quick"));
  await fixStudyMachine(study, 1);
  await writeAnalysis(study, await readAnalysis(quick));
  const [committed] = await readRuns(quick);
  const cell = join(study, committed.run);
  await writeRun(cell, committed);
  await writeRecord(join(cell, "diverged.json"), { config, message: "The loss is NaN" }, { indent: 1 });
  const loose = join(folder, "loose", "test-epoch3.maps");
  const probabilities = Float32Array.from({ length: 64 * 48 }, (_, i) => 1 / (1 + Math.exp(3 * Math.sin(i / 9))));
  const maps = ["a", "b"].map((id) => ({ id, width: 64, height: 48, probabilities }));
  const sha256 = await writeMaps(loose, maps);
  const kept = ["validation-epoch3.maps", "test-epoch3.maps"].map((file) => ({ file, sha256 }));
  for (const { file } of kept) await Deno.copyFile(loose, join(cell, file));
  await archiveMaps(cell, kept);
  await removeLooseMaps(cell);
  const copied = join(folder, "copied", committed.run);
  await Deno.mkdir(copied, { recursive: true });
  await Deno.copyFile(join(quick, committed.run, "run.json"), join(copied, "run.json"));
  files.push(
    strict(join(study, "grid.json"), () => readStudyGrid(study)),
    strict(join(study, "study.json"), () => readStudyMachine(study)),
    strict(join(study, "analysis.json"), () => readAnalysis(study)),
    strict(join(cell, "run.json"), () => readRun(cell)),
    strict(join(cell, "diverged.json"), () => readDivergence(cell)),
    strict(loose, () => readMaps(mapsInFile(loose), sha256)),
    strict(join(cell, PREDICTIONS), () => Promise.all(kept.map((each) => readKeptMaps(cell, each)))),
    strict(join(copied, "run.json"), () => readRun(copied)),
  );
  return files;
}
