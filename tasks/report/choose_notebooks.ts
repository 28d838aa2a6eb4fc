import { basename, dirname, join } from "node:path";
import type { DigestOptions } from "lib/io/file_digest.ts";
import { type Dataset, hasName, LOSSES, openDataset } from "lib";
import { gridEntries } from "lib/runs";
import { compareLosses, memberGrid, type Study } from "lib/study";
import { demoDataset } from "lib/datasets/demo_dataset.ts";
import { readStudySource, type StudySource } from "lib/study/study_source.ts";
import { DEFAULT_TASK } from "lib/task/tasks.ts";
import { haveKeptMaps } from "lib/runs/kept_maps.ts";
import { runName, withDigest } from "lib/runs/run_name.ts";

/** A notebook in a report. */
export interface ReportNotebook {
  name: string;
  /** The parameters of its execution; absent if it is shown as committed. */
  parameters?: Record<string, unknown>;
  /** Tag of the cells that are left out. */
  without?: string;
}

/** The notebooks of a report, and those that do not apply to its study. */
export interface ReportPlan {
  notebooks: ReportNotebook[];
  leftOut: { name: string; reason: string }[];
}

/** Tag of the cells of the first notebook that show generated images, independent of the study's data. */
const GENERATED = "generated-images";

/**
 * The subject of a notebook: the data, one architecture, or the losses. Every other notebook shows a whole study.
 */
type NotebookKind = { shows: "data" } | { shows: "architecture"; architecture: string } | { shows: "losses" };
const NOTEBOOKS: Readonly<Record<string, NotebookKind>> = {
  "01-data-exploration": { shows: "data" },
  "02-unet": { shows: "architecture", architecture: "unet" },
  "03-deeplabv3": { shows: "architecture", architecture: "deeplabv3" },
  "04-deeplabv3plus": { shows: "architecture", architecture: "deeplabv3plus" },
  "05-pspnet": { shows: "architecture", architecture: "pspnet" },
  "06-focal-vs-bce": { shows: "losses" },
};

/** Returns the name of the notebook of an architecture; `undefined` if there is none. */
export function architectureNotebook(architecture: string): string | undefined {
  return Object.keys(NOTEBOOKS).find((name) => {
    const kind = NOTEBOOKS[name];
    return kind.shows === "architecture" && kind.architecture === architecture;
  });
}

/** Returns a study's images, or the reason why they cannot be shown. */
type Images = { dataset: Dataset; source: StudySource } | { reason: string };

async function studyImages(study: Study, options: DigestOptions): Promise<Images> {
  const { fingerprint } = study.analysis.dataset;
  const source = await readStudySource(study.folder, options);
  if (!source?.folder) {
    if (source?.kinds) return { reason: "the notebook shows the generated images with one kind of cells" };
    if (source?.generated) return { reason: "the notebook shows the generated images of the demonstration" };
    const dataset = await demoDataset();
    if (dataset.fingerprint === fingerprint) return { dataset, source: { folder: "" } };
    return { reason: "the study does not record the folder of its images" };
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

/**
 * Returns the parameters for an architecture's notebook to show a run of the study without training, or the reason why
 * that is impossible.
 */
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
  if (!record || !await haveKeptMaps(join(study.folder, record.run), record.maps)) {
    return "the study's predictions no longer exist";
  }
  const { loss, fold, seed } = record.config;
  if (!hasName(LOSSES, loss)) return "the loss of its runs is a function";
  const choice = { architecture: record.config.architecture, loss, fold, seed };
  const grid = await memberGrid(study.folder, choice, options);
  const config = await withDigest(gridEntries(grid)[0].config);
  if (runName(config, dataset) !== record.run) return "the study's grid was changed after its runs";
  return { loss, fold, seed, rangeTest: false };
}

/**
 * Chooses the notebooks in the report of a study, and their parameters. The demonstration that comes with the project
 * is shown as committed. For any other study the notebooks are executed. Notebooks that would have to train, or to show
 * other data, are left out.
 *
 * @param names names of all notebooks, sorted
 * @param options how files of earlier versions are handled, also by the notebooks
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
      else if (study.analysis.task !== DEFAULT_TASK) {
        leaveOut("the notebooks of the architectures show foreground only");
      } else {
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
