import { tf } from "../../tensorflow/mod.ts";
import { convNorm } from "../layers/conv_norm.ts";
import { convolution, depthwiseConvolution } from "../layers/convolution.ts";
import { dropoutLayer } from "../layers/dropout.ts";
import type { Layer } from "../layers/layer.ts";
import { squeezeExcitation } from "../layers/squeeze_excitation.ts";
import type { Padding } from "../ops/conv2d.ts";
import { swish } from "../ops/swish.ts";
import { PYTORCH_DEFAULT, type WeightScope } from "../weights/weight_scope.ts";
import type { Encoder, EncoderDefinition, EncoderOptions } from "./encoder.ts";
import { OptionError } from "../../io/option_error.ts";

/** Kernel side, expansion, channels, repeats and stride of each row of EfficientNet-B0 (Tan & Le 2019, table 1). */
const ROWS = [
  [3, 1, 16, 1, 1],
  [3, 6, 24, 2, 2],
  [5, 6, 40, 2, 2],
  [3, 6, 80, 3, 2],
  [5, 6, 112, 3, 1],
  [5, 6, 192, 4, 2],
  [3, 6, 320, 1, 1],
] as const;
const BLOCKS = ROWS.reduce((sum, [, , , repeats]) => sum + repeats, 0);

const STEM_CHANNELS = 32, HEAD_CHANNELS = 1280;

/** The block after which each feature map is taken, except the input and the map of the stem. */
const OUT_INDICES = [2, 4, 8, 15];

/** Options of each batch normalisation, as in TensorFlow. */
const NORM = { epsilon: 1e-3, momentum: 0.01 };

/** Share of the images that training drops in the last block; over the blocks before it the share rises from 0. */
const DROP_CONNECT = 0.2;

/** Input channels of a block per channel within its squeeze and excitation. */
const REDUCTION = 4;

/** TensorFlow's SAME padding at 224 × 224 pixels, where the input of each strided convolution has even sides. */
function trainedPadding(side: number, stride: number): Padding {
  return stride === 1 ? (side - 1) / 2 : [(side - 3) / 2, (side - 1) / 2];
}

function swished(layer: Layer): Layer {
  return (x, forward) => swish(layer(x, forward));
}

function pointwise(conv: WeightScope, norm: WeightScope, inChannels: number, outChannels: number): Layer {
  return convNorm(convolution(conv, { inChannels, outChannels, side: 1, initializer: PYTORCH_DEFAULT }), norm, NORM);
}

interface BlockOptions {
  inChannels: number;
  outChannels: number;
  expansion: number;
  /** Side of the depthwise kernel. */
  side: number;
  stride: number;
  dilation: number;
  /** Whether input and output are added. */
  residual: boolean;
  /** Share of the images whose output training drops before the addition. */
  dropConnect: number;
}

/** Makes Sandler et al.'s inverted residual block with squeeze and excitation (MBConv). */
function mobileBlock(scope: WeightScope, options: BlockOptions): Layer {
  const { inChannels, outChannels, expansion, side, stride, dilation, residual, dropConnect } = options;
  const channels = inChannels * expansion;
  const layers: Layer[] = [];
  if (expansion !== 1) {
    layers.push(swished(pointwise(scope.child("_expand_conv"), scope.child("_bn0"), inChannels, channels)));
  }
  const depthwise = depthwiseConvolution(scope.child("_depthwise_conv"), {
    channels,
    side,
    stride,
    dilation,
    padding: dilation === 1 ? trainedPadding(side, stride) : dilation * (side - 1) / 2,
    initializer: PYTORCH_DEFAULT,
  });
  layers.push(swished(convNorm(depthwise, scope.child("_bn1"), NORM)));
  layers.push(squeezeExcitation(scope.child("_se_reduce"), scope.child("_se_expand"), {
    channels,
    squeezed: Math.floor(inChannels / REDUCTION),
    activation: swish,
  }));
  layers.push(pointwise(scope.child("_project_conv"), scope.child("_bn2"), channels, outChannels));
  const drop = dropoutLayer(dropConnect, scope.prefix, "image");
  return (x, forward) => {
    const y = layers.reduce((map, layer) => layer(map, forward), x);
    return residual ? tf.add(drop(y, forward), x) : y;
  };
}

function build(scope: WeightScope, { inChannels, depth, outputStride = 32 }: EncoderOptions): Encoder {
  if (depth < 2) throw new OptionError(`encoderDepth is ${depth}: efficientnet-b0 has 2, 3, 4 or 5 stages`);
  const last = OUT_INDICES[depth - 2];
  const stem = convNorm(
    convolution(scope.child("_conv_stem"), {
      inChannels,
      outChannels: STEM_CHANNELS,
      side: 3,
      stride: 2,
      padding: trainedPadding(3, 2),
      initializer: PYTORCH_DEFAULT,
    }),
    scope.child("_bn0"),
    NORM,
  );
  const blocks: Layer[] = [];
  const channels = [inChannels, STEM_CHANNELS];
  let previous = STEM_CHANNELS;
  for (const [side, expansion, outChannels, repeats, firstStride] of ROWS) {
    for (let repeat = 0; repeat < repeats; repeat++) {
      const index = blocks.length;
      // As in SMP's make_dilated, blocks 5 to 8 count as stride 16, and those from 9 on as stride 32.
      const dilation = Math.max(1, (index < 5 ? 8 : index < 9 ? 16 : 32) / outputStride);
      blocks.push(mobileBlock(scope.child("_blocks").child(index, scope.used && index <= last), {
        inChannels: previous,
        outChannels,
        expansion,
        side,
        stride: repeat === 0 && dilation === 1 ? firstStride : 1,
        dilation,
        residual: repeat > 0,
        dropConnect: DROP_CONNECT * index / BLOCKS,
      }));
      previous = outChannels;
      if (OUT_INDICES.includes(index)) channels.push(outChannels);
    }
  }
  // The convolution before the classifier: SMP's encoder keeps its weights and does not compute it.
  pointwise(scope.child("_conv_head", false), scope.child("_bn1", false), previous, HEAD_CHANNELS);

  return {
    channels: channels.slice(0, depth + 1),
    forward(x, forward) {
      const first = swish(stem(x, forward));
      const maps = [x, first];
      let map = first;
      for (let index = 0; index <= last; index++) {
        map = blocks[index](map, forward);
        if (OUT_INDICES.includes(index)) maps.push(map);
      }
      return maps;
    },
  };
}

/** Returns this project's name of a weight of timm's `tf_efficientnet_b0`. */
function fromTimm(name: string): string | undefined {
  const top: Record<string, string> = { conv_stem: "_conv_stem", bn1: "_bn0", conv_head: "_conv_head", bn2: "_bn1" };
  const [, module, rest] = name.match(/^(\w+)\.(.+)$/) ?? [];
  if (module in top) return `${top[module]}.${rest}`;
  const block = name.match(/^blocks\.(\d+)\.(\d+)\.([\w.]+)\.(\w+)$/);
  if (!block) return undefined;
  const stage = Number(block[1]);
  const index = Number(block[2]) + ROWS.slice(0, stage).reduce((sum, [, , , repeats]) => sum + repeats, 0);
  const shared = { conv_dw: "_depthwise_conv", "se.conv_reduce": "_se_reduce", "se.conv_expand": "_se_expand" };
  // The first block has no expansion.
  const parts: Record<string, string> = stage === 0
    ? { ...shared, bn1: "_bn1", conv_pw: "_project_conv", bn2: "_bn2" }
    : { ...shared, conv_pw: "_expand_conv", bn1: "_bn0", bn2: "_bn1", conv_pwl: "_project_conv", bn3: "_bn2" };
  return parts[block[3]] && `_blocks.${index}.${parts[block[3]]}.${block[4]}`;
}

/**
 * EfficientNet-B0 as efficientnet_pytorch builds it and segmentation_models.pytorch uses it, with TensorFlow's padding
 * and batch normalisation. At depth 5 it takes images of at least 32 × 32 pixels.
 */
export const efficientnetB0: EncoderDefinition = {
  source: "Tan & Le 2019",
  names: "efficientnet_pytorch",
  build,
  firstConvolution: "_conv_stem.weight",
  pretrained: {
    url: "https://github.com/lukemelas/EfficientNet-PyTorch/releases/download/1.0/efficientnet-b0-355c32eb.pth",
    sha256: "355c32eb",
  },
  fromTimm,
};
