import type { RunRecord } from "../run_store.ts";
import type { CardScore } from "./card_scores.ts";

/** Writes a YAML scalar: JSON's strings are YAML's. */
const scalar = (value: string | number) => JSON.stringify(value);

/**
 * Writes the front matter of a model card: the metadata that the Hugging Face Hub reads.
 *
 * @see https://huggingface.co/docs/hub/model-cards
 */
export function frontMatter({ run, config, data }: RunRecord, scores: readonly CardScore[]): string {
  const tags = ["image-segmentation", "microscopy", "bioimage-analysis", config.architecture, config.encoder];
  const results = scores.filter(({ method }) => method === "this model").flatMap(({ split, dice, iou }) => [
    "      - task:",
    "          type: image-segmentation",
    "        dataset:",
    `          name: ${scalar(data.name)}`,
    `          type: ${scalar(data.name)}`,
    `          split: ${split}`,
    "        metrics:",
    "          - type: dice",
    "            name: mean Dice per image",
    `            value: ${dice.toFixed(4)}`,
    "          - type: iou",
    "            name: mean IoU per image",
    `            value: ${iou.toFixed(4)}`,
  ]);
  return [
    "---",
    "# The owner of the training images decides: write the licence here and at the end of this page.",
    "license: unknown",
    "library_name: bioimage-segmentation-study",
    "pipeline_tag: image-segmentation",
    "tags:",
    ...tags.map((tag) => `  - ${scalar(tag)}`),
    "model-index:",
    `  - name: ${scalar(run)}`,
    "    results:",
    ...results,
    "---",
  ].join("\n");
}
