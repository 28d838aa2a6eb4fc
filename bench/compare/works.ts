import { ARCHITECTURES, registryNames, runtimeInfo } from "lib";
import type { Architecture, EncoderName } from "lib/nn";
import type { Precision } from "lib/tensorflow";

/** One comparison: a model, a batch and a precision. */
export interface Work {
  name: string;
  kind: "training" | "inference";
  architecture: Architecture;
  encoder: EncoderName;
  precision: Precision;
  batch: number;
  side: number;
  /** The smallest accepted speed relative to PyTorch. */
  bar?: number;
}

/**
 * Lists the comparisons, in the order in which they run and are shown.
 *
 * @param gpu whether they run on a GPU
 */
export function listWorks({ scaling, gpu }: { scaling: boolean; gpu: boolean }): Work[] {
  const base = { encoder: "resnet34", precision: "float32", batch: 4, side: 256 } as const;
  const architectures = registryNames(ARCHITECTURES);
  const list: Work[] = [];
  const addArchitectures = (
    kind: Work["kind"],
    precision: Precision,
    bar: (architecture: Architecture) => number | undefined,
  ) => {
    for (const architecture of architectures) {
      const name = `${ARCHITECTURES[architecture].label}, ${kind}, ${precision}`;
      list.push({ ...base, kind, architecture, precision, name, bar: bar(architecture) });
    }
  };
  // On a processor that does not multiply 16-bit numbers, these precisions are not faster.
  const precisions = runtimeInfo().bfloat16 || gpu
    ? ["float32", "mixed", "mixed-bfloat16"] as const
    : ["float32"] as const;
  for (const precision of precisions) {
    const is32 = precision === "float32";
    addArchitectures("training", precision, (architecture) => !is32 ? 1 : architecture === "deeplabv3" ? 1.05 : 1.15);
  }
  const sixteen = precisions.length > 1 ? ["float32", "mixed"] as const : ["float32"] as const;
  for (const precision of sixteen) {
    addArchitectures("inference", precision, () => precision === "float32" ? 1.15 : undefined);
    const unet = { ...base, kind: "inference", architecture: "unet", precision } as const;
    list.push({ ...unet, encoder: "resnet18", name: `UNet with ResNet-18, inference, ${precision}` });
    list.push({ ...unet, batch: 1, side: 512, name: `UNet, inference of one image of 512 × 512, ${precision}` });
  }
  list.push({
    ...base,
    kind: "training",
    architecture: "unet",
    encoder: "mobilenet_v2",
    name: "UNet with MobileNetV2, training, float32",
    bar: 0.8,
  });
  // A batch of 4 keeps a GPU waiting for its next op.
  if (gpu) {
    const unet = { ...base, kind: "training", architecture: "unet", batch: 32 } as const;
    for (const precision of precisions) {
      list.push({ ...unet, precision, name: `UNet, training with a batch of 32, ${precision}` });
    }
  }
  if (!scaling) return list;
  const unet = { ...base, kind: "training", architecture: "unet" } as const;
  return [
    ...[1, 2, 4, 8, 16].map((batch) => ({ ...unet, batch, name: `UNet, batch ${batch}` })),
    ...[128, 192, 256, 384, 512].map((side) => ({ ...unet, side, name: `UNet, side ${side}` })),
  ];
}
