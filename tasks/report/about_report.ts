import type { Study } from "lib/study";
import { count } from "lib/io/count.ts";
import type { ReportPlan } from "./choose_notebooks.ts";

/** Returns sentences on the contents of a report, and on what it leaves out and why. */
export function aboutReport(study: Study, { notebooks, leftOut }: ReportPlan): string[] {
  const executed = notebooks.filter(({ parameters }) => parameters);
  const days = [...new Set(study.runs.map(({ provenance }) => provenance.date).filter(Boolean))].sort();
  const trained = days.length > 1 ? `from ${days[0]} to ${days.at(-1)}` : `on ${days[0]}`;
  const processors = [...new Set(study.runs.map(({ provenance }) => provenance.processor))].join(", ");
  return [
    `The study is ${study.place}: ${count(study.runs.length, "run")}${days.length ? `, trained ${trained}` : ""}${
      processors ? `, on ${processors}` : ""
    }.`,
    ...(executed.length
      ? [`${count(executed.length, "notebook")} ${executed.length === 1 ? "was" : "were"} executed for this report.`]
      : [
        "The study and the notebooks come with the project and are shown as they are committed. The notebooks 06 to 08 show a second study too: dsb2018_fluo, of 309 fluorescence images of the 2018 Data Science Bowl, decides there, and quick is shown next to it. This page is on quick alone.",
      ]),
    ...Map.groupBy(leftOut, ({ reason }) => reason).entries().map(([reason, notebooks]) =>
      `Left out: ${notebooks.map(({ name }) => name).join(", ")}, since ${reason}.`
    ),
  ];
}
