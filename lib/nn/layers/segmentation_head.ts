import type { WeightScope } from "../weights.ts";
import { convolution } from "./convolution.ts";
import type { Layer } from "./layer.ts";

/** A convolution from the decoder's channels to one logit per class and pixel (SMP's `SegmentationHead`). */
export function segmentationHead(scope: WeightScope, inChannels: number, classes: number, side: number): Layer {
  return convolution(scope.child(0), {
    inChannels,
    outChannels: classes,
    side,
    padding: (side - 1) / 2,
    bias: true,
    initializer: { kind: "xavierUniform" },
  });
}
