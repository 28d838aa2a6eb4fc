import { Ensemble } from "../ensemble/base_ensemble.ts";
import { NORMAL_ENDS } from "../images/normalize.ts";
import type { Segmenter } from "../nn/inference/segmenter.ts";
import { TrainedModel } from "../nn/inference/trained_model.ts";
import { OnnxError } from "./onnx_error.ts";

/** The percentiles of the normalisation, 0 to 100, unless others are chosen. */
const TRAINED_PERCENTILES = NORMAL_ENDS.map((share) => 100 * share);

/** A network and its share in the probabilities. */
export interface WeightedNetwork {
  network: TrainedModel;
  /** The shares of all networks sum to 1. */
  weight: number;
}

/** Returns the networks whose weighted mean a segmenter predicts. */
function flatten(segmenter: Segmenter, weight: number): WeightedNetwork[] {
  if (segmenter instanceof TrainedModel) return [{ network: segmenter, weight }];
  const members = segmenter instanceof Ensemble ? segmenter.weightedMembers : undefined;
  if (!members) {
    throw new OnnxError(
      "The ensemble combines its members by a vote or by a network. An ONNX file can average them only: soft voting, " +
        "weighted soft voting, greedy selection and the best single member. Export one of its models instead",
    );
  }
  return members.flatMap(({ member, weight: share }) => share > 0 ? flatten(member, weight * share) : []);
}

/**
 * Returns the networks whose weighted mean a segmenter predicts: one for a model.
 *
 * @throws {OnnxError} if an ensemble combines its members in another way, if they take different images, or if they
 * average over symmetries.
 */
export function listNetworks(segmenter: Segmenter): WeightedNetwork[] {
  const networks = flatten(segmenter, 1);
  if (networks.some(({ network }) => network.symmetries)) {
    throw new OnnxError(
      "An ONNX file cannot average over symmetries: open the model without symmetries, and give the file each rotation " +
        "and reflection of an image",
    );
  }
  for (
    const [what, values] of [
      ["normalisations", networks.map(({ network }) => network.use.normalization)],
      ["percentiles", networks.map(({ network }) => (network.percentiles ?? TRAINED_PERCENTILES).join(" to "))],
      ["numbers of image channels", networks.map(({ network }) => String(network.model.inChannels))],
    ] as const
  ) {
    const different = [...new Set(values)];
    if (different.length > 1) {
      throw new OnnxError(
        `The ensemble's members have different ${what} (${different.join(", ")}), but one file takes the same images ` +
          "for all: export its models one by one",
      );
    }
  }
  return networks;
}
