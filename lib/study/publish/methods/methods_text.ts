import { escapeMarkdown } from "../../../display/escape_markdown.ts";
import { dataSentences } from "./data_sentences.ts";
import type { DescribedStudy } from "./described_study.ts";
import { modelSentences } from "./model_sentences.ts";
import { notDone } from "./not_done.ts";
import { scoreSentences } from "./score_sentences.ts";
import { softwareSentences } from "./software_sentences.ts";
import { trainingSentences } from "./training_sentences.ts";

/**
 * Writes the methods of a study for a paper: the data, models, training, scores, statistics, software and hardware, and
 * what was not done. Every number comes from the records of the study.
 *
 * @param study a study, from `openStudy` or `readStudy`
 * @returns Markdown of two paragraphs
 * @throws {RunError} if the record of a member's run is missing.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { join } from "node:path";
 * import { projectFolder } from "lib/runs";
 * import { methodsText, openStudy } from "lib/study";
 *
 * const text = methodsText(await openStudy("dsb2018_fluo", join(projectFolder(), "results/committed")));
 * assert.match(text, /309 images in 121 groups/);
 * assert.match(text, /There is no external test set/);
 * ```
 */
export function methodsText(study: DescribedStudy): string {
  // An ampersand before a space begins no entity.
  const paragraph = (sentences: readonly string[]) =>
    sentences.map(escapeMarkdown).join(" ").replaceAll("&#38; ", "& ");
  const parts = [dataSentences, modelSentences, trainingSentences, scoreSentences, softwareSentences];
  return [
    `**Methods.** ${paragraph(parts.flatMap((describe) => describe(study)))}`,
    `**What was not done.** ${paragraph(notDone(study))}`,
  ].join("\n\n") + "\n";
}
