import { listWords } from "../../../display/list_words.ts";
import { count } from "../../../io/count.ts";
import { describeMachine } from "../../../train/machine.ts";
import { countMachines } from "../../study_machine.ts";
import { type DescribedStudy, distinct, memberRuns } from "./described_study.ts";

/** Returns the commits of a study's runs that were recorded, without the note of uncommitted changes. */
function commits({ runs }: DescribedStudy): string[] {
  const known = distinct(runs, ({ provenance }) => provenance.commit.replace(/\+changes$/, ""));
  return known.filter((commit) => commit !== "").map((commit) => commit.slice(0, 7));
}

/** Describes the software and the hardware of a study, with its dates and its training time. */
export function softwareSentences(study: DescribedStudy): string[] {
  const runs = [...study.runs];
  const dates = distinct(runs, ({ provenance }) => provenance.date).filter(Boolean).sort();
  const when = dates.length === 0 ? "" : dates.length > 1 ? ` from ${dates[0]} to ${dates.at(-1)}` : ` on ${dates[0]}`;
  const software = listWords([
    ...distinct(runs, ({ provenance }) => `TensorFlow ${provenance.tensorflow}`),
    ...distinct(runs, ({ provenance }) => `Deno ${provenance.deno}`),
  ]);
  const known = commits(study);
  const code = known.length ? ` (${known.length > 1 ? "commits" : "commit"} ${listWords(known)})` : "";
  const machines = countMachines(runs).map((machine) => `${count(machine.runs, "run")} on ${describeMachine(machine)}`);
  const platforms = distinct(runs, ({ provenance }) => provenance.platform);
  const seconds = memberRuns(study).reduce((sum, { seconds: { steps, waiting } }) => sum + steps + waiting, 0);
  const time = seconds >= 3600 ? `${(seconds / 3600).toFixed(1)} hours` : `${(seconds / 60).toFixed(1)} minutes`;
  return [
    `The models were trained with the software "Bioimage segmentation study"${code}, on ${software}${when}.`,
    `Hardware: ${listWords(machines)} (${listWords(platforms)}); the steps of the members took ${time} in total.`,
  ];
}
