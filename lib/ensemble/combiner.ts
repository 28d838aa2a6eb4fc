import type { EnsembleImage } from "./ensemble_image.ts";
import type { MetaModel } from "./meta_model.ts";
import { imageMajorityVote, softVote } from "./voting.ts";

/** A fitted way to combine members' maps, which can be stored. */
export type Combiner =
  /** A weighted mean, with weights of sum 1. */
  | { kind: "weights"; weights: readonly number[] }
  /** One vote per member and pixel. */
  | { kind: "majority" }
  /** A small network. */
  | { kind: "model"; model: MetaModel };

/** Returns whether a combiner uses a member at all. */
export function usesMember(combiner: Combiner, m: number): boolean {
  return combiner.kind !== "weights" || combiner.weights[m] > 0;
}

/** Frees the networks of combiners. */
export function disposeCombiners(combiners: readonly Combiner[]): void {
  for (const combiner of combiners) if (combiner.kind === "model") combiner.model[Symbol.dispose]();
}

/**
 * Combines the members' maps of an image.
 *
 * @param image maps of all members, as from `Segmenter.predict`; members of weight 0 may have any map
 * @returns probabilities of the same shape
 */
export async function combineMaps(
  combiner: Combiner,
  image: Pick<EnsembleImage, "maps" | "width" | "height">,
): Promise<Float32Array> {
  switch (combiner.kind) {
    case "weights": {
      const used = combiner.weights.flatMap((weight, m) => weight > 0 ? [{ weight, map: image.maps[m] }] : []);
      return softVote(used.map(({ map }) => map), used.map(({ weight }) => weight));
    }
    case "majority":
      return imageMajorityVote(image);
    case "model":
      return await combiner.model.predict(image);
  }
}
