import { join } from "node:path";
import { type Entity, fileId } from "./entity.ts";

/** How a file of a study is described. */
interface FileKind {
  name: RegExp;
  encodingFormat: string;
  description: string;
}

const JSON_TYPE = "application/json", BINARY_TYPE = "application/octet-stream";

/** The files in a study's folder that its analysis reads. */
const INPUT_FILES: readonly FileKind[] = [
  { name: /^grid\.json$/, encodingFormat: JSON_TYPE, description: "the runs of the study and their options" },
  { name: /^study\.json$/, encodingFormat: JSON_TYPE, description: "the machine on which the study began" },
  { name: /^data\.json$/, encodingFormat: JSON_TYPE, description: "the folder of the images, and how they are read" },
];

/** The files in a study's folder that its analysis writes. */
const RESULT_FILES: readonly FileKind[] = [
  {
    name: /^analysis\.json$/,
    encodingFormat: JSON_TYPE,
    description: "scores of each image, diversity, calibration, errors",
  },
  {
    name: /^scores\.csv$/,
    encodingFormat: "text/csv",
    description: "one score per line: image, group, fold, model or baseline",
  },
  { name: /^runs-.*\.csv$/, encodingFormat: "text/csv", description: "one run per line: options and scores" },
  { name: /^methods\.md$/, encodingFormat: "text/markdown", description: "methods for a paper, and what was not done" },
  {
    name: /^recommendation\.json$/,
    encodingFormat: JSON_TYPE,
    description: "the model for new images, with scores and cost",
  },
  { name: /^ensemble\.json$/, encodingFormat: JSON_TYPE, description: "how the recommended members are combined" },
];

/** The files in a run's folder. */
const RUN_FILES: readonly FileKind[] = [
  {
    name: /^run\.json$/,
    encodingFormat: JSON_TYPE,
    description: "record of a training: configuration, images, losses, scores",
  },
  { name: /^diverged\.json$/, encodingFormat: JSON_TYPE, description: "record of a training that diverged" },
  { name: /^README\.md$/, encodingFormat: "text/markdown", description: "card of the model" },
  { name: /^model\.safetensors$/, encodingFormat: BINARY_TYPE, description: "weights of the model, and how to use it" },
  {
    name: /^predictions\.zip$/,
    encodingFormat: "application/zip",
    description: "predicted probabilities of whole images, for each split and kept epoch",
  },
  // Runs of earlier versions that could not be written since.
  { name: /\.maps$/, encodingFormat: BINARY_TYPE, description: "predicted probabilities of whole images" },
];

/** Describes the known files of one folder. */
async function describeFolder(root: string, folder: string, kinds: readonly FileKind[]): Promise<Entity[]> {
  const entities: Entity[] = [];
  const names = (await Array.fromAsync(Deno.readDir(join(root, folder))).catch(() => []))
    .filter(({ isFile }) => isFile).map(({ name }) => name).sort();
  for (const name of names) {
    const kind = kinds.find((each) => each.name.test(name));
    if (!kind) continue;
    const path = folder ? `${folder}/${name}` : name;
    const { size } = await Deno.stat(join(root, path));
    const { encodingFormat, description } = kind;
    entities.push({
      "@id": fileId(path),
      "@type": "File",
      name,
      description,
      encodingFormat,
      contentSize: String(size),
    });
  }
  return entities;
}

/** The files of a study. */
export interface CrateFiles {
  /** Those in the study's folder that the analysis reads. */
  inputs: Entity[];
  /** Those in the study's folder that the analysis writes. */
  results: Entity[];
  /** Those of each run, by its name. */
  runs: Map<string, Entity[]>;
}

/**
 * Describes the files of a study that exist.
 *
 * @param folder of the study
 * @param runs names of its runs, with those that diverged
 */
export async function crateFiles(folder: string, runs: readonly string[]): Promise<CrateFiles> {
  const files = new Map<string, Entity[]>();
  for (const run of runs) files.set(run, await describeFolder(folder, run, RUN_FILES));
  return {
    inputs: await describeFolder(folder, "", INPUT_FILES),
    results: await describeFolder(folder, "", RESULT_FILES),
    runs: files,
  };
}
