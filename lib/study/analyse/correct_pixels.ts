import { pixelOracle } from "../../evaluate/diversity.ts";
import type { EnsembleImage } from "../../ensemble/ensemble_image.ts";
import type { TaskDefinition } from "../../task/task.ts";

/** An image with maps of foreground, by which functions count correct pixels. */
export type CorrectPixels = Pick<EnsembleImage, "truth" | "maps" | "voidPixels">;

/**
 * Expresses members' decisions among several classes as maps of foreground that are correct on the same pixels: on the
 * background where a member finds no class, and elsewhere where it finds the right one. Void is background.
 *
 * @returns the image itself if its task is foreground
 */
export function correctPixels(image: EnsembleImage, task: TaskDefinition): CorrectPixels {
  if (task.hasThreshold) return image;
  const { truth, maps, voidPixels } = image;
  const known = Uint8Array.from(truth, (value, i) => voidPixels?.[i] ? 0 : value);
  return {
    truth: known,
    maps: maps.map((map) => {
      const found = task.classify(map, 0.5);
      return Float32Array.from(known, (value, i) => Number(value > 0 ? found[i] === value : found[i] > 0));
    }),
    ...(voidPixels && { voidPixels }),
  };
}

/**
 * Makes the map that is wrong only where every member is: with the first member's class there.
 *
 * @returns probabilities of the task, 0 or 1
 */
export function oracleMap(image: EnsembleImage, task: TaskDefinition): Float32Array {
  const { truth, maps } = correctPixels(image, task), foreground = pixelOracle(maps, truth);
  const { logits } = task;
  if (task.hasThreshold) return foreground;
  const first = task.classify(image.maps[0], 0.5), out = new Float32Array(truth.length * logits);
  for (let i = 0; i < truth.length; i++) {
    const isRight = foreground[i] === Number(truth[i] > 0);
    out[i * logits + (isRight ? truth[i] : first[i])] = 1;
  }
  return out;
}
