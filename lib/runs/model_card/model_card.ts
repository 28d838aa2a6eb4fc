import { escapeMarkdown } from "../../display/escape_markdown.ts";
import { listWords } from "../../display/list_words.ts";
import { markdownTable } from "../../display/markdown_table.ts";
import { count } from "../../io/count.ts";
import { ARCHITECTURES } from "../../nn/architectures/architectures.ts";
import { ENCODERS } from "../../nn/encoders/encoders.ts";
import { TASKS } from "../../task/tasks.ts";
import { describeMachine } from "../../train/machine.ts";
import {
  describeAugmentations,
  describeLoss,
  describeNormalization,
  describePrecision,
  describeSchedule,
  OPTIMIZER_WORDS,
  startWeights,
} from "../config_words.ts";
import type { RunRecord } from "../run_store.ts";
import { type CardScore, cardScores } from "./card_scores.ts";
import { frontMatter } from "./front_matter.ts";
import { partScores } from "./score_tables.ts";

/** What a card says of the images, which a record does not hold. */
export interface CardImages {
  /** The group of each image, by id. */
  groups: ReadonlyMap<string, string>;
  /** Number of training images of each modality. */
  modalities: Readonly<Record<string, number>>;
}

/** What limits every model. */
export const OTHER_IMAGES =
  "Images with another stain, magnification or microscope than the training images may get worse masks.";

/** What limits scores on test images that a split of one data set sets aside. */
export const SAME_DATA_SET = "There is no external test set: the test images come from the same data set.";

/** Says what a model is for. */
export function intendedUse(dataset: string): string {
  return `Research on images like those of ${dataset}. Check its masks on your own images before you measure anything ` +
    "with them. It is no medical device.";
}

/** Writes the table of scores. */
function scoreLines(scores: readonly CardScore[]): string {
  const digits = (value: number) => value.toFixed(3);
  const rows = scores.map(({ method, split, images, groups, dice, iou, interval }) => [
    method,
    split,
    images,
    groups,
    interval ? `${digits(dice)} (${digits(interval.low)} to ${digits(interval.high)})` : digits(dice),
    digits(iou),
  ]);
  const head = ["method", "images of", "images", "groups", "Dice (95 %)", "IoU"];
  return markdownTable(head, rows);
}

/** Describes the model and its training. */
function trainingText(record: RunRecord, { modalities }: CardImages): string[] {
  const { config, data, machines, provenance, parameters, stepLosses, history } = record;
  const { architecture, encoder, fold, folds, seed } = config;
  const kinds = Object.entries(modalities).map(([name, images]) => `${images} ${name}`);
  const { missed, shifted, dilated } = config.labelNoise;
  return [
    `${ARCHITECTURES[architecture].label} (${ARCHITECTURES[architecture].source}) with the encoder ${encoder} (${
      ENCODERS[encoder].source
    }), ${(parameters / 1e6).toFixed(1)} million parameters, an input of ${count(config.inChannels, "channel")}.`,
    `${startWeights(config.encoderWeights, "one")}.`,
    `It was trained on ${count(data.training.length, "image")} of ${data.name} (${listWords(kinds)}), which has ${
      count(data.images, "image")
    } in ${count(data.groups, "group")}: all folds but fold ${fold} of ${folds} (from 0)${
      data.test.length ? ", without the test split" : ""
    }.`,
    ...(missed || shifted || dilated ? ["Errors were added to the labels of its training images."] : []),
    `${stepLosses.length} steps (${
      count(history.length, "epoch")
    }) of ${config.batchSize} crops of ${config.cropSize} × ${config.cropSize} pixels, ${describeLoss(config)}, ${
      OPTIMIZER_WORDS[config.optimizer]
    }, a weight decay of ${config.weightDecay} and a learning rate of ${config.learningRate}, which ${
      describeSchedule(config)
    }, in ${describePrecision(config)}; seed ${seed}.`,
    `${describeAugmentations(config)}.`,
    `Each image was normalised: ${describeNormalization(config)}.`,
    `Software: TensorFlow ${provenance.tensorflow}, Deno ${provenance.deno}${
      provenance.commit && `, commit ${provenance.commit.slice(0, 7)}`
    }. Hardware: ${listWords(machines.map(describeMachine))}.`,
  ];
}

/** Lists what limits the model and its scores. */
function limits({ config, data, tuned, objects }: RunRecord, hasThreshold: boolean): string[] {
  return [
    OTHER_IMAGES,
    data.test.length ? SAME_DATA_SET : "There is no test set: its scores are those of the validation images.",
    ...(config.selection === "best"
      ? ["The epoch was chosen by the validation images, which favours their scores."]
      : []),
    ...(hasThreshold
      ? [`The threshold was chosen by the validation images, which favours their Dice at it, ${tuned.dice.toFixed(3)}.`]
      : []),
    ...(objects
      ? [
        "The parameters of the watershed were tuned on the validation images, which favours the scores of their objects.",
      ]
      : []),
    "It is one training: another seed gives other weights and other scores, and the intervals leave this out.",
  ];
}

/**
 * Writes the card of a trained model: what it was trained on, its scores with intervals over groups, those of classes and
 * of objects, its threshold, its use and its limits. The licence is left to the user.
 *
 * @param record the record of its run
 * @param images the groups of the scored images, and the modalities of the training images
 * @returns Markdown with the front matter of the Hugging Face Hub
 */
export function modelCard(record: RunRecord, images: CardImages): string {
  const { run, config, data, tuned } = record, scores = cardScores(record, images.groups);
  const { label, target } = TASKS[config.task];
  const hasThreshold = target === "binary";
  const task = config.classNames.length ? `${label} (${config.classNames.join(", ")})` : label;
  const paragraph = (sentences: readonly string[]) =>
    sentences.map(escapeMarkdown).join(" ").replaceAll("&#38; ", "& ");
  return [
    frontMatter(record, scores),
    `# ${escapeMarkdown(run)}`,
    paragraph([
      `This model segments microscopy images. Its task is ${task}.`,
      ...(hasThreshold
        ? [
          `Pixels with a probability above ${tuned.threshold} are foreground: this threshold had the best mean Dice on the validation images.`,
        ]
        : []),
    ]),
    "```sh\ndeno task predict FOLDER-OF-THIS-FILE new-images\n```",
    "## Scores",
    `Mean per image${
      hasThreshold ? ` at a threshold of ${config.threshold}` : ""
    }, with a 95 % interval over groups of images.`,
    scoreLines(scores),
    ...partScores(record),
    "## Training",
    paragraph(trainingText(record, images)),
    "## Intended use",
    paragraph([intendedUse(data.name)]),
    "## Limits",
    limits(record, hasThreshold).map((sentence) => `- ${escapeMarkdown(sentence)}`).join("\n"),
    "## Licence",
    "Not stated. The owner of the training images decides: write it here and in the first lines of this file.",
  ].join("\n\n") + "\n";
}
