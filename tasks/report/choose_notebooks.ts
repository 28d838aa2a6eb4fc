import { basename, dirname, join } from "node:path";
import type { DigestOptions } from "lib/io/file_digest.ts";
import { exists } from "lib/io/exists.ts";
import { type Dataset, hasName, LOSSES, openDataset, type RunRecord } from "lib";
import { gridEntries } from "lib/runs";
import { compareLosses, memberGrid, type Study } from "lib/study";
import { demoDataset } from "lib/datasets/demo_dataset.ts";
import { readStudySource, type StudySource } from "lib/study/study_source.ts";
import { runName, withDigest } from "lib/runs/run_name.ts";

/** A notebook in a report. */
export interface ReportNotebook {
  name: string;
  /** What it is executed with; absent where it is shown as it is committed. */
  parameters?: Record<string, unknown>;
  /** Tag of the cells that are left out. */
  without?: string;
}

/** The notebooks of a report, and those that say nothing about its study. */
export interface ReportPlan {
  notebooks: ReportNotebook[];
  leftOut: { name: string; reason: string }[];
}

/** Cells of the first notebook that show generated images, whatever the study's data. */
const GENERATED = "generated-images";

/** What a notebook shows: the data, one architecture, or what a study says of losses. Every other one shows a study as a whole. */
type NotebookKind = { shows: "data" } | { shows: "architecture"; architecture: string } | { shows: "losses" };
const NOTEBOOKS: Readonly<Record<string, NotebookKind>> = {
  "01-data-exploration": { shows: "data" },
  "02-unet": { shows: "architecture", architecture: "unet" },
  "03-deeplabv3": { shows: "architecture", architecture: "deeplabv3" },
  "04-deeplabv3plus": { shows: "architecture", architecture: "deeplabv3plus" },
  "05-pspnet": { shows: "architecture", architecture: "pspnet" },
  "06-focal-vs-bce": { shows: "losses" },
};

/** A study's images, or why they cannot be shown. */
type Images = { dataset: Dataset; source: StudySource } | { reason: string };

async function studyImages(study: Study, options: DigestOptions): Promise<Images> {
  const { fingerprint } = study.analysis.dataset;
  const source = await readStudySource(study.folder, options);
  if (!source?.folder) {
    const dataset = await demoDataset();
    if (dataset.fingerprint === fingerprint) return { dataset, source: { folder: "" } };
    return { reason: "the study does not say where its images lie" };
  }
  const { folder, ...reading } = source;
  try {
    const dataset = await openDataset(folder, reading);
    if (dataset.fingerprint === fingerprint) return { dataset, source };
    return { reason: `the images in ${folder} have changed since the study` };
  } catch (error) {
    return { reason: `its images cannot be read (${(error as Error).message})` };
  }
}

/** Whether the files that a run kept are still there. */
async function hasMaps({ run, maps }: RunRecord, study: Study): Promise<boolean> {
  const kept = await Promise.all(maps.map(({ file }) => exists(join(study.folder, run, file))));
  return kept.length > 0 && kept.every(Boolean);
}

/** The parameters of an architecture's notebook, so that it shows a run of the study and trains nothing; or why it cannot. */
async function memberParameters(
  architecture: string,
  study: Study,
  { dataset }: { dataset: Dataset },
  options: DigestOptions,
): Promise<Record<string, unknown> | string> {
  const names = study.analysis.members.filter((member) => member.architecture === architecture)
    .flatMap(({ runs }) => runs);
  if (!names.length) return "the study has no such network";
  const record = study.runs.find(({ run }) => run === names[0]);
  if (!record || !await hasMaps(record, study)) return "the study's predictions are no longer there";
  const { loss, fold, seed } = record.config;
  if (!hasName(LOSSES, loss)) return "the loss of its runs is a function";
  const choice = { architecture: record.config.architecture, loss, fold, seed };
  const grid = await memberGrid(study.folder, choice, options);
  const config = await withDigest(gridEntries(grid)[0].config);
  if (runName(config, dataset) !== record.run) return "the study's grid was changed after its runs";
  return { loss, fold, seed, rangeTest: false };
}

/**
 * Which notebooks a report of a study shows, and with which parameters. The demonstration that comes with the project is shown
 * as it is committed; for any other study the notebooks are to be executed, and those that would have to train, or to show other
 * data, are left out.
 *
 * @param names of all notebooks, sorted
 * @param options how files of earlier versions are taken, by the notebooks too
 */
export async function chooseNotebooks(
  study: Study,
  names: readonly string[],
  options: DigestOptions = {},
): Promise<ReportPlan> {
  if (study.committed && study.name === "quick") return { notebooks: names.map((name) => ({ name })), leftOut: [] };
  const opened = {
    study: basename(study.folder),
    results: dirname(study.folder),
    ...(options.acceptWithoutDigest && { acceptEarlier: true }),
  };
  const images = await studyImages(study, options);
  const data = "reason" in images ? undefined : {
    dataFolder: images.source.folder,
    reading: { ...images.source, folder: undefined },
  };
  const plan: ReportPlan = { notebooks: [], leftOut: [] };
  for (const name of names) {
    const leaveOut = (reason: string) => plan.leftOut.push({ name, reason });
    const execute = (parameters: Record<string, unknown>, without?: string) =>
      plan.notebooks.push({ name, parameters, ...(without && { without }) });
    const kind = NOTEBOOKS[name];
    if (kind?.shows === "data" || kind?.shows === "architecture") {
      if ("reason" in images) leaveOut(images.reason);
      else if (kind.shows === "data") execute({ ...data }, images.source.folder ? GENERATED : undefined);
      else {
        const found = await memberParameters(kind.architecture, study, images, options);
        if (typeof found === "string") leaveOut(found);
        else execute({ ...data, ...opened, ...found });
      }
    } else if (kind?.shows === "losses" && !compareLosses(study.analysis).length) {
      leaveOut("the study has no network with both losses");
    } else execute({ ...opened, verdicts: "" });
  }
  return plan;
}
