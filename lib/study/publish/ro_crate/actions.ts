import { describeMachine } from "../../../train/machine.ts";
import type { Provenance } from "../../../runs/provenance.ts";
import type { DivergedRun } from "../../../runs/grid/train_job.ts";
import type { RunRecord } from "../../../runs/run_store.ts";
import type { TrainingConfig } from "../../../train/config.ts";
import { runMachines } from "../../../runs/run_machines.ts";
import type { CrateFiles } from "./crate_files.ts";
import { type Entity, refer, referAll } from "./entity.ts";
import { describeSoftware, UNKNOWN_SOFTWARE } from "./software.ts";

const COMPLETED = "http://schema.org/CompletedActionStatus", FAILED = "http://schema.org/FailedActionStatus";

/** Describes the images of a data set. They are not part of the crate. */
function describeImages({ name, fingerprint, images, groups }: RunRecord["data"]): Entity {
  return {
    "@id": `#images-${fingerprint.slice(0, 16)}`,
    "@type": "CreativeWork",
    name: `${name}: ${images} images in ${groups} groups`,
    description: "Images and masks, which are not part of this crate",
    identifier: `sha256:${fingerprint}`,
  };
}

/** Describes one training: its software, images and machines, and the files that it made. */
export function trainingAction(record: RunRecord, files: CrateFiles): Entity[] {
  const { run, config, data, provenance, scores: { model: { dice } } } = record;
  const images = describeImages(data), software = describeSoftware(provenance);
  const action: Entity = {
    "@id": `#train-${encodeURIComponent(run)}`,
    "@type": "CreateAction",
    name: trainingName(config),
    description:
      `${record.stepLosses.length} steps on ${runMachines(record).map(describeMachine).join(", then on ")}; ` +
      `mean Dice ${dice.toFixed(4)} on ${data.validation.length} validation images`,
    instrument: refer(software[0]),
    object: refer(images),
    result: referAll(files.runs.get(run) ?? []),
    actionStatus: COMPLETED,
    ...(provenance.date && { endTime: provenance.date }),
  };
  return [action, images, ...software];
}

/** Names a training by its options. */
function trainingName({ architecture, encoder, loss, fold, folds, seed }: TrainingConfig): string {
  return `Training of ${architecture} with ${encoder} and ${loss} loss, fold ${fold} of ${folds} (from 0), seed ${seed}`;
}

/** Describes a training that diverged, and its software. Its record holds neither its versions nor its images. */
export function divergedAction({ run, config, message }: DivergedRun, files: CrateFiles): Entity[] {
  const records = files.runs.get(run) ?? [];
  const action: Entity = {
    "@id": `#diverged-${encodeURIComponent(run)}`,
    "@type": "CreateAction",
    name: trainingName(config),
    description: "Its loss was NaN or infinite, so that it made no model",
    instrument: refer(UNKNOWN_SOFTWARE),
    ...(records.length > 0 && { result: referAll(records) }),
    actionStatus: FAILED,
    error: message,
  };
  return [action, UNKNOWN_SOFTWARE];
}

/** Describes the analysis of all runs. */
export function analysisAction(made: Provenance, runs: readonly Entity[], { inputs, results }: CrateFiles): Entity[] {
  const software = describeSoftware(made);
  const action: Entity = {
    "@id": "#analysis",
    "@type": "CreateAction",
    name: "Analysis of the study",
    description: "Combines the saved predictions in ensembles, and compares members and ensembles",
    instrument: refer(software[0]),
    object: referAll([...inputs, ...runs]),
    result: referAll(results),
    actionStatus: COMPLETED,
    endTime: made.date,
  };
  return [action, ...software];
}
