import { join } from "node:path";
import { exists } from "../io/exists.ts";
import { projectFolder } from "../tensorflow/ffi/library.ts";
import { RunError } from "../runs/run_store.ts";

/** Where runs and studies are written that name no other folder. */
export const RESULTS = join(projectFolder(), "results");

/** The folder of the studies that come with the project. Only remaking them writes here. */
export const COMMITTED = join(RESULTS, "committed");

/** A study's folder. */
export interface StudyFolder {
  /** Its name. */
  name: string;
  folder: string;
  /** Whether it comes with the project. */
  committed: boolean;
  /** The folder for display: relative to the project's folder if it is inside, such as `results/quick`. */
  place: string;
}

/** Returns a folder for display: relative to the project's folder if it is inside. */
export function shownFolder(folder: string): string {
  const project = join(projectFolder(), "/");
  return folder.startsWith(project) ? folder.slice(project.length) : folder;
}

/** Names the folder of a study, which need not exist. */
export function studyFolder(name: string, results: string): StudyFolder {
  const folder = join(results, name);
  return {
    name,
    folder,
    committed: folder.startsWith(join(COMMITTED, "/")),
    place: shownFolder(folder),
  };
}

/** Returns whether a folder contains a finished study: one that was analysed. */
export const holdsAnalysis = (folder: string) => exists(join(folder, "analysis.json"));

/** Returns whether a folder contains a study, finished or not. */
const holdsStudy = async (folder: string) => await holdsAnalysis(folder) || await exists(join(folder, "grid.json"));

/**
 * Finds the folder of a study in `results/`, or otherwise in `results/committed/`, which comes with the project.
 *
 * @param name of the folder
 * @param results folder that is searched first
 * @returns `undefined` if there is none
 */
export async function findStudy(name: string, results = RESULTS): Promise<StudyFolder | undefined> {
  for (const place of [results, COMMITTED]) {
    const found = studyFolder(name, place);
    if (name && await holdsStudy(found.folder)) return found;
  }
}

/** Finds the folder of a study. @throws {RunError} if there is none; the message lists the studies. */
export async function requireStudy(name: string, results = RESULTS): Promise<StudyFolder> {
  const found = await findStudy(name, results);
  if (found) return found;
  const known = (await listStudies(results)).map(({ name }) => name);
  const choice = known.length ? `choose one of ${known.join(", ")}, or make one` : "make one";
  throw new RunError(`There is no study "${name}" in ${results}: ${choice} with deno task study`);
}

/**
 * Lists the studies that can be opened by name, sorted; one in `results/` hides one of the same name that comes with
 * the project.
 */
export async function listStudies(results = RESULTS): Promise<StudyFolder[]> {
  const found = new Map<string, StudyFolder>();
  for (const place of [COMMITTED, results]) {
    const entries = await Array.fromAsync(Deno.readDir(place)).catch(() => []);
    for (const { name, isFile } of entries) {
      const study = studyFolder(name, place);
      if (!isFile && await holdsStudy(study.folder)) found.set(name, study);
    }
  }
  return [...found.values()].sort((a, b) => a.name < b.name ? -1 : 1);
}
