import { convNorm } from "../layers/conv_norm.ts";
import { convolution, type ConvolutionLayerOptions } from "../layers/convolution.ts";
import type { Layer, NormLayer } from "../layers/layer.ts";
import { maxPool2d } from "../ops/max_pool2d.ts";
import { PYTORCH_DEFAULT, type WeightScope } from "../weights/weight_scope.ts";
import type { Encoder, EncoderDefinition, EncoderOptions, PretrainedFile } from "./encoder.ts";

const FRESH = { kind: "kaimingNormal", fan: "out" } as const;

/** The structure of a ResNet (He et al. 2016, table 1). */
interface Variant {
  /** Blocks of each stage. */
  blocks: readonly number[];
  /** Whether a block is a bottleneck of three convolutions. */
  bottleneck: boolean;
}

interface BlockOptions {
  inChannels: number;
  /** Channels within the block; a bottleneck returns four times as many. */
  width: number;
  stride: number;
  dilation: number;
}

function numbered(scope: WeightScope, index: number, options: ConvolutionLayerOptions): NormLayer {
  return convNorm(convolution(scope.child(`conv${index}`), options), scope.child(`bn${index}`));
}

function shortcut(scope: WeightScope, inChannels: number, outChannels: number, stride: number): Layer {
  if (stride === 1 && inChannels === outChannels) return (x) => x;
  const child = scope.child("downsample");
  return convNorm(
    convolution(child.child(0), { inChannels, outChannels, side: 1, stride, initializer: FRESH }),
    child.child(1),
  );
}

function basicBlock(scope: WeightScope, { inChannels, width, stride, dilation }: BlockOptions): Layer {
  const three = { side: 3, padding: dilation, dilation, initializer: FRESH };
  const first = numbered(scope, 1, { ...three, inChannels, outChannels: width, stride });
  const second = numbered(scope, 2, { ...three, inChannels: width, outChannels: width });
  const project = shortcut(scope, inChannels, width, stride);
  return (x, forward) => {
    const y = first(x, forward, { activation: "relu" });
    return second(y, forward, { addend: () => project(x, forward), activation: "relu" });
  };
}

function bottleneckBlock(scope: WeightScope, { inChannels, width, stride, dilation }: BlockOptions): Layer {
  const outChannels = 4 * width;
  const one = { side: 1, initializer: FRESH };
  const first = numbered(scope, 1, { ...one, inChannels, outChannels: width });
  const second = numbered(scope, 2, {
    inChannels: width,
    outChannels: width,
    side: 3,
    stride,
    dilation,
    padding: dilation,
    initializer: FRESH,
  });
  const third = numbered(scope, 3, { ...one, inChannels: width, outChannels });
  const project = shortcut(scope, inChannels, outChannels, stride);
  return (x, forward) => {
    const y = second(first(x, forward, { activation: "relu" }), forward, { activation: "relu" });
    return third(y, forward, { addend: () => project(x, forward), activation: "relu" });
  };
}

function build({ blocks, bottleneck }: Variant, scope: WeightScope, options: EncoderOptions): Encoder {
  const { inChannels, depth, outputStride = 32 } = options;
  const expansion = bottleneck ? 4 : 1;
  const usedFrom = (stage: number) => scope.used && depth >= stage;

  const conv1 = convolution(scope.child("conv1", usedFrom(1)), {
    inChannels,
    outChannels: 64,
    side: 7,
    stride: 2,
    padding: 3,
    // Unless there are 3 channels, SMP replaces this convolution by one with PyTorch's default initialisation.
    initializer: inChannels === 3 ? FRESH : PYTORCH_DEFAULT,
  });
  const stem = convNorm(conv1, scope.child("bn1", usedFrom(1)));

  const stages: Layer[] = [];
  const channels = [inChannels, 64];
  let previous = 64;
  blocks.forEach((count, stage) => {
    const width = 64 * 2 ** stage;
    const stride = 4 * 2 ** stage;
    // As SMP's make_dilated: beyond the output stride, every convolution of a stage has no stride, and is dilated to
    // make up for it.
    const dilation = Math.max(1, stride / outputStride);
    const stageScope = scope.child(`layer${stage + 1}`, usedFrom(stage + 2));
    const layers: Layer[] = [];
    for (let block = 0; block < count; block++) {
      const build = bottleneck ? bottleneckBlock : basicBlock;
      layers.push(build(stageScope.child(block), {
        inChannels: previous,
        width,
        stride: block === 0 && stage > 0 && dilation === 1 ? 2 : 1,
        dilation,
      }));
      previous = width * expansion;
    }
    channels.push(previous);
    stages.push((x, forward) => layers.reduce((map, layer) => layer(map, forward), x));
  });

  return {
    channels: channels.slice(0, depth + 1),
    forward(x, forward) {
      const features = [x];
      if (depth >= 1) features.push(stem(x, forward, { activation: "relu" }));
      for (let stage = 0; stage + 2 <= depth; stage++) {
        const input = stage === 0 ? maxPool2d(features[1]) : features[stage + 1];
        features.push(stages[stage](input, forward));
      }
      return features;
    },
  };
}

function resnet(variant: Variant, pretrained: PretrainedFile): EncoderDefinition {
  return {
    source: "He et al. 2016",
    names: "torchvision",
    build: (scope, options) => build(variant, scope, options),
    firstConvolution: "conv1.weight",
    pretrained,
  };
}

/** ResNet-18 as torchvision builds it and segmentation_models.pytorch uses it. */
export const resnet18 = resnet({ blocks: [2, 2, 2, 2], bottleneck: false }, {
  url: "https://download.pytorch.org/models/resnet18-f37072fd.pth",
  bytes: 46_830_571,
  sha256: "f37072fd47e89c5e827621c5baffa7500819f7896bbacec160b1a16c560e07ec",
});

/** ResNet-34; otherwise as {@linkcode resnet18}. */
export const resnet34 = resnet({ blocks: [3, 4, 6, 3], bottleneck: false }, {
  url: "https://download.pytorch.org/models/resnet34-b627a593.pth",
  bytes: 87_319_819,
  sha256: "b627a593bcbe140c234610266fe4f8ae95ea42fc881d091c9b6052e6b1d0590f",
});

/** ResNet-50; otherwise as {@linkcode resnet18}. */
export const resnet50 = resnet({ blocks: [3, 4, 6, 3], bottleneck: true }, {
  url: "https://download.pytorch.org/models/resnet50-0676ba61.pth",
  bytes: 102_530_333,
  sha256: "0676ba61b6795bbe1773cffd859882e5e297624d384b6993f7c9e683e722fb8a",
});

/** ResNet-101; otherwise as {@linkcode resnet18}. */
export const resnet101 = resnet({ blocks: [3, 4, 23, 3], bottleneck: true }, {
  url: "https://download.pytorch.org/models/resnet101-63fe2227.pth",
  sha256: "63fe2227",
});
