/** The words of the notebooks, with their meanings, as in the table "Words" of `docs/getting-started.md`. */
export const GLOSSARY: Readonly<Record<string, string>> = {
  Dice:
    "how well a predicted mask fits the true mask: twice the shared pixels, divided by the pixels of both; 1 is perfect, 0 is no overlap",
  fold:
    "one of the parts into which the images are divided; a model is validated on one fold and trained on the others",
  "out of fold": "scored on the fold on which the model was not trained",
  group:
    "images that belong together, such as those of one field, slide or patient; a group is never split between training and validation",
  interval: "a range around an estimate, made so that it contains the true value in 95 of 100 such studies",
  member: "one trained model of an ensemble; an ensemble combines the predictions of several models",
  "soft voting": "an ensemble that averages the probabilities of its members in each pixel",
  "focal loss": "a loss that gives less weight to pixels that are already right",
  calibration:
    "how well probabilities agree with the truth: of all pixels with a probability of 0.8, 80 % should be foreground",
  "Otsu's threshold": "a brightness threshold that is computed from the histogram of an image; it needs no training",
};

/**
 * Writes the words of the notebooks as a list that is folded until a reader opens it.
 *
 * @returns Markdown
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { glossary } from "lib/study";
 *
 * assert.match(glossary(), /^<details><summary>Ten words<\/summary>\n\n- \*\*Dice\*\*: how well/);
 * ```
 */
export function glossary(): string {
  const words = Object.entries(GLOSSARY).map(([word, meaning]) => `- **${word}**: ${meaning}`);
  return ["<details><summary>Ten words</summary>", words.join("\n"), "</details>"].join("\n\n");
}
