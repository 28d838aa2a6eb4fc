import type { Provenance } from "../../../runs/provenance.ts";
import type { DivergedRun } from "../../../runs/grid/train_job.ts";
import type { RunRecord } from "../../../runs/run_store.ts";
import type { StudyAnalysis } from "../../analyse/analysis_record.ts";
import { analysisAction, divergedAction, trainingAction } from "./actions.ts";
import type { CrateFiles } from "./crate_files.ts";
import { type Crate, type Entity, refer, referAll } from "./entity.ts";

/** The file of a crate's metadata. */
export const CRATE = "ro-crate-metadata.json";

/** The profile of crates that describe the runs of programs. */
const PROFILE: Entity = {
  "@id": "https://w3id.org/ro/wfrun/process/0.5",
  "@type": "CreativeWork",
  name: "Process Run Crate",
  version: "0.5",
};

/** The place of a licence, which RO-Crate requires. Only the owner of the images can name one. */
const LICENCE: Entity = {
  "@id": "#licence",
  "@type": "CreativeWork",
  name: "No licence stated",
  description: "Replace this by the licence of the study: its author decides, within the licence of the images",
};

/** A study that a crate describes. */
export interface CratedStudy {
  analysis: StudyAnalysis;
  runs: readonly RunRecord[];
  diverged?: readonly DivergedRun[];
  /** Versions and date of the analysis. */
  made: Provenance;
}

/**
 * Describes a study's folder as a Process Run Crate 0.5 (RO-Crate 1.1): its files, each training and the analysis, with
 * software, versions, images and results.
 *
 * @param study the study, with the versions and the date of its analysis
 * @param files the files in its folder
 * @returns the JSON-LD of `ro-crate-metadata.json`
 */
export function studyCrate({ analysis, runs, diverged = [], made }: CratedStudy, files: CrateFiles): Crate {
  const trained = runs.map((record) => trainingAction(record, files));
  const failed = diverged.map((run) => divergedAction(run, files));
  const records = runs.flatMap(({ run }) => files.runs.get(run) ?? []);
  const analysed = analysisAction(made, records, files);
  const parts = [...files.inputs, ...files.results, ...files.runs.values().toArray().flat()];
  const actions = [...[...trained, ...failed].map(([action]) => action), analysed[0]];
  const { name, images: count, groups } = analysis.dataset;
  const root: Entity = {
    "@id": "./",
    "@type": "Dataset",
    conformsTo: refer(PROFILE),
    name: `Segmentation study of ${name}`,
    description:
      `${analysis.members.length} members (${analysis.encoder}) and ${analysis.ensembles.length} ensembles, trained and ` +
      `scored on ${count} images in ${groups} groups with ${analysis.folds} folds`,
    datePublished: made.date,
    license: refer(LICENCE),
    hasPart: referAll(parts),
    mentions: referAll(actions),
  };
  const descriptor: Entity = {
    "@id": CRATE,
    "@type": "CreativeWork",
    conformsTo: { "@id": "https://w3id.org/ro/crate/1.1" },
    about: refer(root),
  };
  const entities = [descriptor, root, PROFILE, LICENCE, ...parts, ...trained.flat(), ...failed.flat(), ...analysed];
  return {
    "@context": "https://w3id.org/ro/crate/1.1/context",
    // Runs share images and software.
    "@graph": [...new Map(entities.map((entity) => [entity["@id"], entity])).values()],
  };
}
