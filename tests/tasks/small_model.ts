import { createModel, type ModelUse, saveModel } from "lib/nn";

/** Saves an untrained UNet of three stages, which segments quickly. */
export async function saveSmallModel(path: string, use: Partial<ModelUse> = {}): Promise<void> {
  const model = createModel({
    architecture: "unet",
    encoder: "resnet18",
    encoderDepth: 3,
    decoderChannels: [8, 8, 8],
    seed: 3,
  });
  await saveModel(path, model, { normalization: "robust", threshold: 0.5, ...use });
  model.dispose();
}
