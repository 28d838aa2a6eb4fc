import type { Segmenter, TrainedModel } from "lib";
import { listCitations } from "lib/bioimageio/citations.ts";
import { listWords } from "lib/display/list_words.ts";
import { count } from "lib/io/count.ts";
import { architectureLabel } from "lib/nn/architectures/architectures.ts";
import type { TrainingStatistics } from "lib/objects";
import { OnnxError } from "lib/onnx";
import { foldNetworksNote } from "lib/onnx/fold_networks_note.ts";
import { listNetworks } from "lib/onnx/list_networks.ts";
import type { RunRecord } from "lib/runs/run_store.ts";
import { showScore } from "lib/study";
import type { Recommended } from "../export/read_recommended.ts";
import { MOST_PAGE_PIXELS, type PageModel } from "./page_model.ts";

/** What is known of a model besides its file. */
export interface PageModelOptions {
  /** Its name, for the title. */
  name: string;
  objectParameters?: Segmenter["objectParameters"];
  /** The record of its training; absent for a file without its run, and for an ensemble. */
  record?: RunRecord;
  /** What a study says of it, if a study recommends it. */
  study?: Recommended;
  authors?: readonly string[];
  /** Default: not stated. */
  license?: string;
}

const COLOURS = { 1: "grey", 3: "colour" } as const;

/** Lists the networks, equal ones with their number. */
function describeNetworks(networks: readonly TrainedModel[]): string {
  const names = networks.map(({ model: { architecture, encoder } }) =>
    `${architectureLabel(architecture)} with the encoder ${encoder}`
  );
  const counts = Map.groupBy(names, (name) => name);
  return listWords(Array.from(counts, ([name, { length }]) => length > 1 ? `${length} × ${name}` : name));
}

/** Says which images the networks learned from. Their numbers do not add up, as networks share images. */
function describeStatistics(known: readonly TrainingStatistics[], networks: number): string {
  const channels = new Set(known.flatMap(({ channels }) => channels));
  const bits = new Set(known.flatMap(({ depths }) => depths.map(({ bits }) => bits)));
  const sides = known.flatMap(({ diameter }) => diameter ?? []);
  const size = sides.length &&
    `, with objects of ${Math.min(...sides).toFixed(0)} to ${Math.max(...sides).toFixed(0)} pixels in diameter`;
  return `Its training images${networks === 1 ? ` (${known[0].images})` : ""} are ${
    Array.from(channels, (each) => COLOURS[each]).join(" and ")
  } images of ${[...bits].join(" and ")} bits${size || ""}.`;
}

function describeRecord({ data, scores, testScores, tuned }: RunRecord, hasThreshold: boolean): string[] {
  const { model: test } = testScores, { model: validation } = scores;
  const [dice, images, kind] = test
    ? [test.dice, test.images, "test"] as const
    : [validation.dice, validation.images, "validation"] as const;
  return [
    `It was trained on ${count(data.training.length, "image")} of ${data.name}.`,
    `Its mean Dice is ${dice.toFixed(3)} on ${count(images, `${kind} image`)} of the same data set.`,
    ...(hasThreshold
      ? [`The threshold of its masks, ${tuned.threshold}, had the best Dice on the validation images.`]
      : []),
  ];
}

function describeStudy({ recommendation: { outOfFold, test }, analysis }: Recommended): string[] {
  const { dataset, folds } = analysis;
  return [
    `A study of ${dataset.name} chose it. Its networks were trained on ${
      count(analysis.outOfFold.ids.length, "image")
    }, each without one of ${folds} folds.`,
    `Its mean Dice is ${showScore(outOfFold)} on images that a network did not see${
      test ? `, and ${showScore(test)} on test images of the same data set` : ""
    }.`,
  ];
}

/** Says whose the model is, and what to cite with it. */
function describeRights(segmenter: Segmenter, { authors = [], license }: PageModelOptions): string[] {
  const citations = listCitations(listNetworks(segmenter)).map(({ text, doi }) => `${text} (doi ${doi})`);
  return [
    ...(authors.length ? [`Its authors: ${authors.join(", ")}.`] : []),
    license ? `Its licence: ${license}.` : "Its licence is not stated. The owner of the training images decides.",
    ...(citations.length ? [`Publications of its architecture and encoder: ${citations.join("; ")}.`] : []),
  ];
}

/**
 * Describes a model for its page.
 *
 * @throws {OnnxError} if an ensemble does not average its members, if they take different images, if it averages over
 * symmetries, or if other percentiles than those of the training were chosen.
 */
export function describePageModel(
  segmenter: Segmenter,
  options: PageModelOptions,
): PageModel {
  const { name, objectParameters, record, study } = options;
  const networks = listNetworks(segmenter).map(({ network }) => network), [{ model, use }] = networks;
  const { task, threshold, taskDefinition } = segmenter;
  if (networks[0].percentiles) {
    throw new OnnxError("A page normalises by the percentiles of the training: open the model without percentiles");
  }
  const known = networks.map(({ use: { trainingStatistics } }) => trainingStatistics).filter((each) =>
    each !== undefined
  );
  const classes = taskDefinition.channels.length > 1 ? ` (${taskDefinition.channels.join(", ")})` : "";
  const note = foldNetworksNote(segmenter);
  const pixels = `${MOST_PAGE_PIXELS / 1e6} million pixels`;
  return {
    name,
    task,
    channels: taskDefinition.channels,
    imageChannels: model.inChannels,
    normalization: use.normalization,
    threshold,
    ...(objectParameters && { objectParameters }),
    networks: networks.map(({ use: { contrastFloor, trainingStatistics } }) => ({ contrastFloor, trainingStatistics })),
    about: [
      `${describeNetworks(networks)}. Task: ${taskDefinition.label}${classes}.`,
      ...(record ? describeRecord(record, taskDefinition.hasThreshold) : []),
      ...(study ? describeStudy(study) : []),
      ...(known.length
        ? [describeStatistics(known, networks.length)]
        : ["The model does not say what it was trained on."]),
      ...(note ? [note] : []),
      ...describeRights(segmenter, options),
    ],
    limits: [
      "Images with another stain, magnification or microscope than the training images may get worse masks. Check the " +
      "objects on your own images before you measure anything with them. It is no medical device.",
      `An image has at most ${pixels}. It is segmented on one processor core: a megapixel takes from some seconds to a ` +
      "minute. A large image takes about 100 bytes of memory for each pixel, in addition to about 1 GB for the network.",
      "Pages of a TIFF are segmented one by one. Large files, whole slides and many images are for deno task predict.",
      ...(networks.length > 1
        ? [
          "It averages several networks. An image that contains only noise may get other objects than from deno task predict.",
        ]
        : []),
    ],
  };
}
