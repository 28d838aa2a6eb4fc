/**
 * Measures whether the ranks of the architectures after a short training are those of undertraining, and what a vote gains
 * over the length of the training: four architectures with BCE on one fold, scored from the maps that they kept on the
 * way. The learning rate stays constant after its warm-up, so that no length is favoured by the end of a schedule.
 *
 *     deno run -A bench/training_length.ts DATA_FOLDER --results FOLDER [--groups FILE] [--fold 1] [--seeds 1,2,3] [-p key=value …]
 *
 * Hours on 2 cores: with ResNet-34, crops of 256 and 2,400 steps, about 3 for each seed; it prints what is left. What is in
 * `--results` is used again, so it can be stopped. Writes training-length.json, and scores.csv with the Dice of each image, into
 * `--results`. The record in results/committed/fluo-trained-out was made with `--seeds 1,2,3 -p encoder=mobilenet_v2 -p
 * cropSize=128 -p normalization=percentile`.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openDataset, parseConfig, splitDataset } from "lib";
import { clusterInterval, comparePaired, type Interval } from "lib/evaluate";
import { runGrid, secondsLeft, StudyGrid, trainingProcesses } from "lib/runs";
import { softVote } from "lib/ensemble";
import { replaceText } from "lib/io/replace_file.ts";
import { mean } from "lib/math/mean.ts";
import { type Cell, csvRows } from "lib/objects/table/csv.ts";
import { provenance } from "lib/runs/provenance.ts";
import { writeRecord } from "lib/runs/record_file.ts";
import { savedPredictions } from "lib/runs/saved_predictions.ts";
import { SampleIndex } from "lib/study/analyse/gather_maps.ts";
import { LENGTHS_FILE } from "lib/study/worlds/training_length.ts";
import { createTask } from "lib/task";
import { parseAssignments } from "../tasks/parse_assignments.ts";

/** Numbers of steps at which members are scored, where an epoch ends near them. */
const STEPS = [75, 150, 300, 600, 1200, 2400];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    results: { type: "string" },
    groups: { type: "string" },
    fold: { type: "string", default: "1" },
    seeds: { type: "string", default: "1" },
    p: { type: "string", short: "p", multiple: true, default: [] },
  },
});
if (!values.results || !positionals[0]) throw new Error("Usage: training_length.ts DATA_FOLDER --results FOLDER");
const { results } = values, fold = Number(values.fold), seeds = values.seeds.split(",").map(Number);
const source = { folder: positionals[0], ...(values.groups && { groups: values.groups }) };
const dataset = await openDataset(source.folder, { groups: source.groups });
const given = {
  encoder: "resnet34",
  folds: 3,
  testShare: 0.15,
  batchSize: 4,
  cropSize: 256,
  schedule: "constant",
  selection: "last",
  ...parseAssignments(values.p),
};
const { folds, testShare, batchSize } = parseConfig(given);
if (!(testShare > 0)) throw new Error("Give a testShare above 0: the best member is chosen on the test split");
const { training } = splitDataset(dataset, { folds, testShare }).folds[fold];
const perEpoch = Math.floor(training.length / batchSize);
const epochs = [...new Set(STEPS.map((steps) => Math.max(1, Math.round(steps / perEpoch))))];
const last = epochs.at(-1)!, keepEpochs = epochs.slice(0, -1);
const grid = StudyGrid.parse({
  config: { ...given, epochs: last, keepEpochs },
  blocks: [{ losses: ["bce"], folds: [fold], seeds }],
});
console.error(
  `${dataset.name}: ${training.length} images, ${perEpoch} steps an epoch, kept epochs ${epochs.join(", ")}`,
);
const processes = trainingProcesses();
let said = "";
const jobs = await runGrid({
  grid,
  dataset,
  source,
  results,
  processes,
  onProgress: (jobs) => {
    const done = jobs.filter(({ state }) => state === "done" || state === "reused").length;
    const text = `${done} of ${jobs.length} runs`;
    if (text === said) return;
    const hours = secondsLeft(jobs, processes.jobs) / 3600;
    console.error(said = text, Number.isFinite(hours) ? `, about ${hours.toFixed(1)} h left` : "");
  },
});

const lost = jobs.filter(({ record }) => !record);
if (lost.length) {
  throw new Error(`These runs have no result: ${lost.map(({ run, state }) => `${run} (${state})`).join(", ")}`);
}

const plain = ({ estimate, low, high, groups, trainings }: Interval) => ({ estimate, low, high, groups, trainings });
/** The difference of two networks or methods, `[seed][image]` each. */
function compare(ours: number[][], theirs: number[][], groups: string[]) {
  const { difference, detectable } = comparePaired(ours, theirs, groups);
  return { difference: plain(difference), detectable };
}
const index = new SampleIndex(dataset, createTask(jobs[0].config));
const bySeed = seeds.map((seed) => jobs.filter(({ config }) => config.seed === seed));
const names = bySeed[0].map(({ config }) => config.architecture);

/** Dice per member and image of one seed on one split, and of the soft vote. */
async function score(runs: typeof jobs, split: "validation" | "test", epoch: number) {
  const kept = await Promise.all(runs.map(({ record }) => savedPredictions(results, record!, split, epoch)));
  const ids = kept[0].map(({ id }) => id);
  const maps = kept.map((each) => each.map(({ probabilities }) => probabilities));
  const dice = (i: number, map: Float32Array) => index.scorer.dice(index.image(ids[i], []), map);
  return {
    ids,
    groups: ids.map((id) => index.sample(id).group),
    members: maps.map((each) => each.map((map, i) => dice(i, map))),
    vote: ids.map((_, i) => dice(i, softVote(maps.map((each) => each[i])))),
  };
}

const lengths = [], rows: Cell[][] = [["steps", "seed", "id", "group", ...names, "vote", "best"]];
for (const epoch of epochs) {
  const scored = await Promise.all(bySeed.map((runs) => score(runs, "validation", epoch)));
  // The best member is chosen on other images than those that compare it with the vote.
  const chosen = await Promise.all(bySeed.map(async (runs) => {
    const means = (await score(runs, "test", epoch)).members.map(mean);
    return means.indexOf(Math.max(...means));
  }));
  const [{ groups }] = scored;
  const ofMember = (m: number) => scored.map(({ members }) => members[m]);
  const best = scored.map(({ members }, seed) => members[chosen[seed]]);
  const average = scored.map(({ members }) => members[0].map((_, i) => mean(members.map((dice) => dice[i]))));
  const vote = scored.map(({ vote }) => vote);
  for (const [s, { ids, members, vote }] of scored.entries()) {
    for (const [i, id] of ids.entries()) {
      const dice = [...members.map((each) => each[i]), vote[i]].map((each) => each.toFixed(6));
      rows.push([epoch * perEpoch, seeds[s], id, groups[i], ...dice, names[chosen[s]]]);
    }
  }
  lengths.push({
    epoch,
    steps: epoch * perEpoch,
    members: Object.fromEntries(
      names.map((name, m) => [name, plain(clusterInterval(ofMember(m), groups))]),
    ),
    best: chosen.map((m) => names[m]),
    vote: plain(clusterInterval(vote, groups)),
    voteMinusMean: compare(vote, average, groups),
    voteMinusBest: compare(vote, best, groups),
    unetMinus: Object.fromEntries(
      names.flatMap((name, m) =>
        name === "unet" ? [] : [[name, compare(ofMember(names.indexOf("unet")), ofMember(m), groups)]]
      ),
    ),
  });
}
const record = {
  provenance: provenance(),
  what:
    "Mean Dice of the validation images of one fold over the length of one training, with 95 % intervals over groups " +
    "(and over seeds, if there are several). The best member is chosen on the test split",
  data: dataset.name,
  images: dataset.samples.length,
  fold,
  seeds,
  options: given,
  machines: [...new Set(jobs.flatMap(({ record }) => record!.machines?.map(({ processor }) => processor) ?? []))],
  hours: jobs.reduce((sum, { record }) => sum + record!.seconds.steps + record!.seconds.validation, 0) / 3600,
  lengths,
};
await writeRecord(join(results, LENGTHS_FILE), record, { indent: 1 });
await replaceText(join(results, "scores.csv"), csvRows(rows));
for (const { steps, members, voteMinusBest: { difference } } of lengths) {
  console.error(
    `${steps} steps: ${
      Object.entries(members).map(([name, { estimate }]) => `${name} ${estimate.toFixed(3)}`).join(", ")
    }; vote − best ${difference.estimate.toFixed(3)}`,
  );
}
