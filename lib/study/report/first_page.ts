import { escapeMarkdown } from "../../display/escape_markdown.ts";
import { MARGIN } from "../../evaluate/verdict.ts";
import type { Figure } from "../../plots/figure.ts";
import { intervalChart } from "../../plots/interval_chart.ts";
import { ensembleHeadline } from "../answers/ensemble_answer.ts";
import { glossary } from "../answers/glossary.ts";
import { precisionLines } from "../claims/precision_lines.ts";
import { compareEnsembles } from "../compare/comparisons.ts";
import { ensembleName } from "../compare/lone_selection.ts";
import { recommend } from "../recommend/recommend.ts";
import { recommendationText } from "../recommend/recommendation_text.ts";
import type { Study } from "../study.ts";
import { claimLines } from "./claim_lines.ts";
import { worldLines } from "../worlds/world_lines.ts";
import type { World } from "../worlds/worlds.ts";
import { studyLines } from "./study_lines.ts";

/** A report's first page. */
export interface FirstPage {
  /** Its Markdown, in which pictures are named by the figures' keys, with `.svg`, or `.png` for pictures of pixels. */
  markdown: string;
  figures: Record<string, Figure>;
}

/** Options of {@linkcode firstPage}. */
export interface FirstPageOptions {
  /** Whether it is a demonstration, whose numbers do not show the quality of the models. */
  demonstration: boolean;
  /** The day of the report, such as `2026-11-26`. */
  date?: string;
  /** The command that segments new images as the study recommends. Default: none, as for a study without weights. */
  command?: string | null;
  /** A picture of images with their predictions. Default: none, as for a study without saved predictions. */
  overlay?: Figure;
  /** Names of the notebooks of the report, for links. Default: none. */
  notebooks?: readonly string[];
  /** Address of the PDF, relative to the page. Default: none. */
  pdf?: string;
  /** The file, next to the page, that segments images in a browser as the study recommends, and its bytes. Default: none. */
  segmentingPage?: { file: string; bytes: number };
  /** Other studies that answer the same questions, a line each. Default: none. */
  worlds?: readonly World[];
  /** Sentences on the origin of the numbers. */
  about?: readonly string[];
}

const list = (lines: readonly string[]) => lines.map((line) => `- ${line}`).join("\n");

/** Returns the file of a figure on the page. */
export function figureFile(name: string, { svg }: Pick<Figure, "svg">): string {
  return `${name}.${svg ? "svg" : "png"}`;
}

/** Makes a page that answers the study's questions: a sentence, a chart, the claims, what to use, and links. */
export function firstPage(
  study: Pick<Study, "analysis" | "runs">,
  { demonstration, date, command, segmentingPage, overlay, notebooks = [], pdf, worlds = [], about = [] }:
    FirstPageOptions,
): FirstPage {
  const { analysis } = study;
  const figures: Record<string, Figure> = {
    ...(overlay ? { overlay } : {}),
    ensembles: intervalChart(
      compareEnsembles(analysis, "outOfFold").map(({ id, versusBest }) => ({
        name: ensembleName(analysis, id),
        interval: versusBest.difference,
      })),
      {
        title: `Does an ensemble gain more than ${MARGIN} Dice over the best single member?`,
        subtitle: `In the grey band, within ±${MARGIN}, a difference counts as none.`,
        label: "Dice less the best single member's",
        reference: 0,
        limit: MARGIN,
      },
    ),
  };
  const links = [
    ...notebooks.map((name) => `[${name}](${name}.ipynb)`),
    // Sphinx would look for the file when it builds the page, before there is a PDF.
    ...(pdf ? [`<a href="${pdf}">PDF</a>`] : []),
  ];
  const markdown = [
    "# Bioimage segmentation: what helped, what did not, and why",
    ...(date ? [`Report of ${date} on ${escapeMarkdown(analysis.dataset.name)}`] : []),
    ...(demonstration
      ? [
        "*A demonstration on generated images with small models: its figures show what the study does, not how good these models are. Another seed of training can change a verdict.*",
      ]
      : []),
    `**${escapeMarkdown(ensembleHeadline(analysis))}**`,
    ...Object.entries(figures).map(([name, figure]) =>
      `![${escapeMarkdown(figure.description)}](${figureFile(name, figure)})`
    ),
    list(studyLines(study).map(([question, answer]) => `**${question}** ${escapeMarkdown(answer)}`)),
    ...(worlds.length
      ? [
        "## The same questions in other studies",
        "These studies come with the project. They differ in their images or in the weights from which the networks start. A finding in one is no finding in another.",
        list(worldLines(worlds).map(([label, answer]) => `**${escapeMarkdown(label)}**: ${escapeMarkdown(answer)}`)),
      ]
      : []),
    "## What the original study said",
    list([...claimLines(study), ...precisionLines(analysis)].map(escapeMarkdown)),
    "## What to use",
    escapeMarkdown(recommendationText(recommend(analysis, { runs: study.runs, command }))),
    ...(segmentingPage
      ? [
        `<a href="${segmentingPage.file}">Segment your own images with it</a> (${
          Math.ceil(segmentingPage.bytes / 1e6)
        } MB), in this browser and without a network.`,
      ]
      : []),
    "## How to read the verdicts",
    `A difference in Dice is *better* if its whole 95 % interval is above +${MARGIN}, *worse* if it is below −${MARGIN}, ` +
    `*equivalent* if it is within ±${MARGIN}, and otherwise *inconclusive*. A verdict on a method takes three trainings ` +
    "and an interval that covers 90 % or more by measurement; otherwise it is *undecided*. Intervals are over groups of " +
    "images, and over trainings if there are several.",
    glossary(),
    ...(links.length ? ["## More", links.join(" · ")] : []),
    ...(about.length ? ["## About this report", ...about.map(escapeMarkdown)] : []),
  ];
  return { markdown: markdown.join("\n\n") + "\n", figures };
}
