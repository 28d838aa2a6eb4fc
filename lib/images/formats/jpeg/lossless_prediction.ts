import type { Plane } from "./plane.ts";

/** Predicts a sample from those to the left, above, and above left (ITU-T T.81, table H.1). */
function predict(predictor: number, left: number, above: number, corner: number): number {
  switch (predictor) {
    case 2:
      return above;
    case 3:
      return corner;
    case 4:
      return left + above - corner;
    case 5:
      return left + ((above - corner) >> 1);
    case 6:
      return above + ((left - corner) >> 1);
    default:
      return (left + above) >> 1;
  }
}

/**
 * Converts a row's differences to samples, modulo 2¹⁶ (ITU-T T.81, H.1.2.1).
 *
 * @param predictor 1 to 7
 * @param start prediction of the first sample in the first row of a restart interval, where the other samples are
 * predicted from the left
 */
export function undoPrediction({ data, stride }: Plane, row: number, predictor: number, start?: number): void {
  const at = row * stride, end = at + stride;
  let left = (data[at] + (start ?? data[at - stride])) & 0xffff;
  data[at] = left;
  if (start !== undefined || predictor === 1) {
    for (let i = at + 1; i < end; i++) {
      left = (left + data[i]) & 0xffff;
      data[i] = left;
    }
    return;
  }
  for (let i = at + 1; i < end; i++) {
    left = (data[i] + predict(predictor, left, data[i - stride], data[i - stride - 1])) & 0xffff;
    data[i] = left;
  }
}
