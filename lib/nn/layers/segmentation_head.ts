import { resizeBilinear } from "../ops/resize_bilinear.ts";
import type { Initializer, WeightScope } from "../weights/weight_scope.ts";
import { convolution } from "./convolution.ts";
import type { Layer } from "./layer.ts";

/** Options of {@linkcode segmentationHead}. */
export interface SegmentationHeadOptions {
  inChannels: number;
  /** Logits per pixel. */
  classes: number;
  /** Side of the kernel. */
  side: 1 | 3;
  /** Factor of the bilinear upsampling of the logits. Default 1: none. */
  upsampling?: number;
  /** Initial value of the kernel. Default: as SMP's `initialize_head`. */
  initializer?: Initializer;
  bias?: Initializer;
}

/** Makes a convolution from the decoder's channels to one logit per class and pixel (SMP's `SegmentationHead`). */
export function segmentationHead(scope: WeightScope, options: SegmentationHeadOptions): Layer {
  const { inChannels, classes, side, upsampling = 1 } = options;
  const conv = convolution(scope.child(0), {
    inChannels,
    outChannels: classes,
    side,
    padding: (side - 1) / 2,
    bias: options.bias ?? { kind: "constant", value: 0 },
    initializer: options.initializer ?? { kind: "xavierUniform" },
  });
  return (x, forward) => resizeBilinear(conv(x, forward), { factor: upsampling });
}
