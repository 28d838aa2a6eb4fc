import { groupBootstrap } from "../../evaluate/bootstrap.ts";
import { escapeMarkdown } from "../../display/escape_markdown.ts";
import type { Figure } from "../../plots/figure.ts";
import { intervalChart } from "../../plots/interval_chart.ts";
import { leftOutNote } from "../analyse/left_out.ts";
import { judgeClaims, NO_HELP, showInterval, unexaminedClaims } from "../claims/claims.ts";
import { precisionLines } from "../claims/precision_lines.ts";
import { labelFor } from "../labels.ts";
import { classIntervals } from "../compare/class_dice.ts";
import { compareEnsembles, compareLosses, partDice, qualityCurve, qualityPoints } from "../compare/comparisons.ts";
import { recommend } from "../recommend/recommend.ts";
import { recommendationText } from "../recommend/recommendation_text.ts";
import { TASKS } from "../../task/tasks.ts";
import { LOSSES } from "../../train/losses/losses.ts";
import type { Study } from "../study.ts";
import { usualLoss } from "../usual_loss.ts";
import { qualityChart } from "./study_charts.ts";

/** A report's first page. */
export interface FirstPage {
  /** Its Markdown, in which pictures are named by the figures' keys, with `.svg`. */
  markdown: string;
  figures: Record<string, Figure>;
}

const SAYS = { supported: "yes", refuted: "no", inconclusive: "inconclusive with this data" } as const;

/** Options of {@linkcode firstPage}. */
export interface FirstPageOptions {
  /** Whether it is a demonstration, whose numbers do not show the quality of the models. */
  demonstration: boolean;
  /** The day of the report, such as `2026-11-26`. */
  date?: string;
  /** The command that segments new images as the study recommends. Default: none, as for a study without weights. */
  command?: string | null;
  /** The file, next to the page, that segments images in a browser as the study recommends. Default: none. */
  segmentingPage?: string;
  /** Sentences on the origin of the numbers. */
  about?: readonly string[];
}

/** Headings of the charts, by the figures' keys. */
const HEADINGS: Record<string, string> = {
  members: "Single networks",
  ensembles: "Ensembles",
  quality: "Gain over the members' quality",
};

/** Writes the Dice of each class of a member; none if the task is foreground. */
function classLines({ members, outOfFold: { groups } }: Study["analysis"], name: string): string[] {
  const { classDice } = members.find((member) => member.name === name)!;
  if (!classDice) return [];
  const scores = Object.entries(classIntervals(classDice, groups)).map(([name, dice]) =>
    `${name} ${showInterval(dice)}`
  );
  return scores.length === 0 ? [] : [`Dice of the classes of ${name}, out of fold: ${scores.join(", ")}.`];
}

/** Makes a page that answers the study's questions in ten lines and four charts. */
export function firstPage(
  study: Pick<Study, "analysis" | "runs">,
  { demonstration, date, command, segmentingPage, about = [] }: FirstPageOptions,
): FirstPage {
  const { analysis } = study;
  const { groups } = analysis.outOfFold;
  const scored = [
    ...analysis.members.map((member) => ({ name: member.name, dice: member.outOfFold })),
    ...Object.entries(analysis.baselines).map(([id, { outOfFold }]) => ({ name: labelFor(id), dice: outOfFold })),
  ].map(({ name, dice }) => ({ name, interval: groupBootstrap([dice], groups) }));
  const ensembles = compareEnsembles(analysis, "outOfFold");
  const losses = compareLosses(analysis), usual = LOSSES[usualLoss(analysis.task)].label;
  const { label: task, target } = TASKS[analysis.task];
  const isClasses = target === "classes", dice = isClasses ? "mean Dice of the classes" : "Dice";
  const points = qualityPoints(analysis);
  const figures: Record<string, Figure> = {
    members: intervalChart(scored, { label: isClasses ? `${dice}, out of fold` : "mean Dice, out of fold" }),
    ensembles: intervalChart(
      ensembles.map(({ name, versusBest }) => ({ name, interval: versusBest.difference })),
      { label: "Dice less the best single member's", reference: 0, limit: NO_HELP },
    ),
    ...(losses.length
      ? {
        losses: intervalChart(
          losses.map(({ architecture, difference }) => ({ name: architecture, interval: difference })),
          { label: `${usual} − focal, Dice out of fold`, reference: 0 },
        ),
      }
      : {}),
    ...(points.length ? { quality: qualityChart(points, qualityCurve(points)) } : {}),
  };
  const best = scored.slice(0, analysis.members.length).reduce((top, each) =>
    each.interval.estimate > top.interval.estimate ? each : top
  );
  const baselines = leftOutNote(analysis, "baselines");
  const test = analysis.test.ids.length
    ? groupBootstrap([partDice(analysis.members.find(({ name }) => name === best.name)!, "test")], analysis.test.groups)
    : undefined;
  const lines = [
    `${analysis.dataset.images} images in ${analysis.dataset.groups} groups (${
      escapeMarkdown(analysis.dataset.name)
    }), ${analysis.members.length} members (${analysis.encoder}, ${analysis.steps} steps), ${analysis.folds} folds${
      test ? " and a test split" : ""
    }. ${isClasses ? `Task: ${task}. ` : ""}Best member out of fold: ${escapeMarkdown(best.name)}, ${dice} ${
      showInterval(best.interval)
    }${test ? `; on the test split ${showInterval(test)}` : ""}. ${
      baselines ?? `Otsu's threshold: ${showInterval(groupBootstrap([analysis.baselines.otsu.outOfFold], groups))}.`
    }`,
    ...classLines(analysis, best.name).map(escapeMarkdown),
    ...judgeClaims(study).map(({ claim, finding, verdict }) =>
      `${escapeMarkdown(claim)} **${SAYS[verdict]}**: ${escapeMarkdown(finding)}.`
    ),
    ...unexaminedClaims(study).map(({ claim, reason }) =>
      `${escapeMarkdown(claim)} **not examined**: ${escapeMarkdown(reason)}`
    ),
    ...precisionLines(analysis).map(escapeMarkdown),
  ];
  const markdown = [
    "# Bioimage segmentation: what helped, what did not, and why",
    ...(date ? [`Report of ${date} on ${escapeMarkdown(analysis.dataset.name)}`] : []),
    ...(demonstration
      ? [
        "*A demonstration on generated images with small models: its figures show what the study does, not how good these models are.*",
      ]
      : []),
    lines.map((line) => `- ${line}`).join("\n"),
    "## What to use",
    escapeMarkdown(recommendationText(recommend(analysis, { runs: study.runs, command }))),
    ...(segmentingPage
      ? [`<a href="${segmentingPage}">Segment your own images with it</a>, in this browser and without a network.`]
      : []),
    ...Object.entries(figures).flatMap(([name, { description }]) => [
      `## ${name === "losses" ? `Focal loss against ${usual}` : HEADINGS[name]}`,
      `![${escapeMarkdown(description)}](${name}.svg)`,
    ]),
    "Intervals are 95 %, bias-corrected bootstraps over groups of images; the rule behind each verdict is in the last notebook.",
    ...(about.length ? ["## About this report", ...about.map(escapeMarkdown)] : []),
  ];
  return { markdown: markdown.join("\n\n") + "\n", figures };
}
