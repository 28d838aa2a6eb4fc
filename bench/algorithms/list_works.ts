import { createModel } from "lib/nn";
import type { Architecture } from "lib/nn";
import { withAlgorithms } from "lib/nn/algorithms/current_entry.ts";
import { CONVOLUTION_KINDS, type ConvolutionKind, DIRECT } from "lib/nn/algorithms/algorithm_table.ts";
import { compile, tf } from "lib/tensorflow";

/** A convolution with stride 1 of the compared models. */
export interface MeasuredWork {
  /** `[batch, height, width, inChannels]` */
  map: readonly number[];
  /** `[side, side, inChannels, outChannels]` */
  kernel: readonly number[];
  dilation: number;
  kinds: readonly ConvolutionKind[];
}

const MODELS: readonly Architecture[] = ["unet", "deeplabv3", "deeplabv3plus", "pspnet"];

/** Batches of a training and of the demonstration, and one image to predict. */
const INPUTS = [
  { shape: [4, 256, 256, 3], kinds: CONVOLUTION_KINDS },
  { shape: [4, 96, 96, 3], kinds: CONVOLUTION_KINDS },
  { shape: [1, 512, 512, 3], kinds: ["inference"] },
] as const;

/** Convolutions of fewer channels or pixels take hardly any time. */
const FEWEST = { channels: 16, pixels: 32 };

/** Lists the convolutions of the four architectures with ResNet-34 and ResNet-18, each once. */
export function listWorks(): MeasuredWork[] {
  const works = new Map<string, MeasuredWork>();
  for (const architecture of MODELS) {
    for (const encoder of ["resnet34", "resnet18"] as const) {
      const model = createModel({ architecture, encoder });
      for (const { shape, kinds } of INPUTS) {
        const step = compile((x: tf.Tensor4D) =>
          withAlgorithms({
            entry: DIRECT,
            observe: ({ map, kernel, dilation }) => {
              const [batch, height, width, inChannels] = map;
              const few = Math.min(inChannels, kernel[3]) < FEWEST.channels ||
                batch * height * width < FEWEST.pixels;
              if (!few) {
                works.set(`${map} ${kernel} ${dilation}`, { map: [...map], kernel: [...kernel], dilation, kinds });
              }
            },
          }, () => model.forward(x))
        );
        const x = tf.zeros([...shape]) as tf.Tensor4D;
        step.plan(x);
        step.dispose();
        x.dispose();
      }
      model.dispose();
    }
  }
  return [...works.values()];
}
