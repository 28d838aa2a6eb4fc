import { createModel } from "lib/nn";
import type { Architecture } from "lib/nn";
import { withAlgorithms } from "lib/nn/algorithms/current_entry.ts";
import { type ConvolutionKind, DIRECT } from "lib/nn/algorithms/algorithm_table.ts";
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

/** A batch of a training, and one image to predict. */
const INPUTS = [
  { shape: [4, 256, 256, 3], kinds: ["inference", "forward", "inputGradient", "kernelGradient"] },
  { shape: [1, 512, 512, 3], kinds: ["inference"] },
] as const;

/** With fewer channels, or fewer pixels, the transforms cost more than the products save, on every processor measured. */
const FEWEST = { channels: 32, pixels: 256 };

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
