import { escapeMarkdown } from "../display/escape_markdown.ts";
import { listWords } from "../display/list_words.ts";
import type { Segmenter } from "../nn/inference/segmenter.ts";
import type { Normalization } from "../images/normalize.ts";
import { foldNetworksNote } from "../onnx/fold_networks_note.ts";
import { SIDES } from "./tensors.ts";

/** What a package's documentation says of its model. */
export interface Documented {
  name: string;
  description: string;
  segmenter: Segmenter;
  normalization: Normalization;
  channels: readonly string[];
  /** The names of the probabilities in the package's description. */
  outputChannels: readonly string[];
  /** The licence's identifier, if it is stated. */
  license?: string;
  /** The card of its training, with its scores. */
  card?: string;
  /** Whether the project's own file of the model is attached. */
  attached: boolean;
}

/** Splits a card into its sections, without the front matter. */
function cardSections(card: string): Map<string, string> {
  const [, ...sections] = card.replace(/^---\n.*?\n---\n/s, "").split(/^## /m);
  return new Map(sections.map((section) => {
    const end = section.indexOf("\n");
    return [section.slice(0, end).trim(), section.slice(end).trim()];
  }));
}

/** How the package's normalisation differs from that of the project. */
const DIFFERENCES: Readonly<Record<Normalization, string>> = {
  robust:
    "The steps of the package leave out two things that `deno task predict` does: it replaces hot pixels, and it does " +
    "not stretch the noise of an image that contains nothing. Its percentiles are values of the image, and those of the " +
    "package lie between two values; in images of integers they are nearly always equal.",
  percentile:
    "In floating point, `deno task predict` computes percentiles with a precision of 1/65,536 of the image's range.",
  zscore: "",
  depth: "",
};

/** Describes how the probabilities become a mask. */
function useText(
  { segmenter: { taskDefinition, threshold, objectParameters }, channels, outputChannels }: Documented,
): string {
  const names = listWords(taskDefinition.channels.map((name) => escapeMarkdown(name)));
  const called = outputChannels.some((name, i) => name !== taskDefinition.channels[i])
    ? ` \`rdf.yaml\` calls them ${listWords(outputChannels.map((name) => `\`${name}\``))}.`
    : "";
  const decision = taskDefinition.hasThreshold
    ? `Pixels with a probability above ${threshold} are foreground.`
    : "The class of a pixel is the one with the largest probability.";
  const objects = objectParameters
    ? ` \`deno task predict\` divides objects that touch with the parameters ${
      Object.entries(objectParameters).map(([name, value]) => `${name} ${value}`).join(", ")
    }.`
    : "";
  return [
    `The input is float32 \`[batch, channel, y, x]\` with ${
      channels.length === 1 ? "one grey channel" : `the channels ${listWords(channels)}`
    }, in the intensities of the image's file. A side has at least ${SIDES.min} pixels; any length fits, because the network ` +
    "mirrors images to its grid. The normalisation is part of the package.",
    `The output is the probability of ${names}, for each pixel.${called} ${decision}${objects}`,
  ].join("\n\n");
}

/** Returns the licence and what the card says of it. The text of a card that nobody edited has advice for the card. */
function licenseText(license: string | undefined, written: string | undefined): string[] {
  const own = written && !written.startsWith("Not stated.") ? written : undefined;
  const stated = [license, own].filter((text) => text !== undefined);
  return stated.length ? stated : ["Not stated. The owner of the training images decides."];
}

/** Writes a package's documentation, which the specification asks to contain a section on validation. */
export function documentPackage(model: Documented): string {
  const sections = cardSections(model.card ?? ""), section = (title: string) => sections.get(title);
  const difference = DIFFERENCES[model.normalization];
  const parts: [title: string, ...text: (string | undefined)[]][] = [
    ["Use", useText(model), difference],
    [
      "Validation",
      section("Scores") ?? "No scores are known of this model.",
      foldNetworksNote(model.segmenter),
      "Validate it on your own images: draw masks of some of them by hand, and compare them with the model's masks by the " +
      "mean Dice per image.",
    ],
    ["Training", section("Training")],
    ["Intended use", section("Intended use")],
    ["Limits", section("Limits")],
    [
      "Files",
      "The test tensors and the cover show a generated image, and the model's probabilities for it." +
      (model.attached
        ? " `model.safetensors` is the model with unfolded weights: `deno task weights import FILE.zip --to model.safetensors` " +
          "reads it, and so does segmentation\\_models.pytorch with `load_state_dict`."
        : ""),
    ],
    ["Licence", ...licenseText(model.license, section("Licence"))],
  ];
  const written = parts.flatMap(([title, ...text]) => {
    const paragraphs = text.filter((paragraph) => paragraph);
    return paragraphs.length ? [`## ${title}`, ...paragraphs] : [];
  });
  return [`# ${escapeMarkdown(model.name)}`, escapeMarkdown(model.description), ...written].join("\n\n") + "\n";
}
