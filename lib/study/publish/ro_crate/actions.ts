import { describeMachine } from "../../../train/machine.ts";
import type { Provenance } from "../../../runs/provenance.ts";
import type { Divergence } from "../../../runs/grid/train_job.ts";
import type { RunRecord } from "../../../runs/run_store.ts";
import { runMachines } from "../../../runs/run_machines.ts";
import type { CrateFiles } from "./crate_files.ts";
import { type Entity, refer, referAll } from "./entity.ts";
import { describeSoftware } from "./software.ts";

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
  const { architecture, encoder, loss, fold, folds, seed } = config;
  const action: Entity = {
    "@id": `#train-${encodeURIComponent(run)}`,
    "@type": "CreateAction",
    name:
      `Training of ${architecture} with ${encoder} and ${loss} loss, fold ${fold} of ${folds} (from 0), seed ${seed}`,
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

/** Describes a training that diverged. */
export function divergedAction(
  { config, message }: Divergence,
  { images, software }: { images: Entity; software: Entity },
): Entity {
  const { architecture, encoder, loss, fold, seed } = config;
  const name = [architecture, encoder, loss, `fold${fold}`, `seed${seed}`, config.learningRate, config.epochs].join(
    "-",
  );
  return {
    "@id": `#diverged-${encodeURIComponent(name)}`,
    "@type": "CreateAction",
    name: `Training of ${architecture} with ${encoder} and ${loss} loss, fold ${fold} (from 0), seed ${seed}`,
    description: "Its loss was NaN or infinite, so that it made no model",
    instrument: refer(software),
    object: refer(images),
    actionStatus: FAILED,
    error: message,
  };
}

/** Describes the analysis of all runs. */
export function analysisAction(made: Provenance, runs: readonly Entity[], files: CrateFiles): Entity[] {
  const software = describeSoftware(made);
  const action: Entity = {
    "@id": "#analysis",
    "@type": "CreateAction",
    name: "Analysis of the study",
    description: "Combines the saved predictions in ensembles, and compares members and ensembles",
    instrument: refer(software[0]),
    object: referAll(runs),
    result: referAll(files.study),
    actionStatus: COMPLETED,
    endTime: made.date,
  };
  return [action, ...software];
}
