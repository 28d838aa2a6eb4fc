import type { Precision } from "lib/tensorflow/ffi/precision.ts";
import { precisionAdvice } from "../precision_advice.ts";

/** Number of images from which on a faster precision is offered: for few images the time does not matter. */
const MANY = 20;

/**
 * Returns a line of advice about the precision of a prediction. A choice is always answered; what was not chosen is
 * offered before the first result only.
 *
 * @param chosen the precision that the user chose; absent if it is the default
 * @param work the number of images, and whether an earlier command has begun with them
 * @returns an empty text if there is nothing to advise
 */
export async function predictionAdvice(
  processor: Parameters<typeof precisionAdvice>[0],
  chosen: Precision | undefined,
  { images, hasBegun }: { images: number; hasBegun: () => Promise<boolean> },
): Promise<string> {
  const advice = precisionAdvice(processor, chosen, "prediction");
  if (!advice || chosen !== undefined) return advice;
  return images >= MANY && !await hasBegun() ? advice : "";
}
