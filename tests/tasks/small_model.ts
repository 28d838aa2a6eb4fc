import { createModel, type ModelOptions, type ModelUse, saveModel, type SegmentationModel } from "lib/nn";

/** Makes an untrained UNet of three stages, which segments quickly. */
export function smallModel(options: Partial<ModelOptions> = {}): SegmentationModel {
  return createModel({
    architecture: "unet",
    encoder: "resnet18",
    encoderDepth: 3,
    decoderChannels: [8, 8, 8],
    seed: 3,
    ...options,
  } as ModelOptions);
}

/** Saves a {@linkcode smallModel}. */
export async function saveSmallModel(path: string, use: Partial<ModelUse> = {}): Promise<void> {
  const model = smallModel();
  await saveModel(path, model, { normalization: "robust", threshold: 0.5, ...use });
  model.dispose();
}
