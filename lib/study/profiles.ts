import { FIRST_DEFAULTS } from "../train/config.ts";
import { StudyGrid } from "../runs/grid/study_grid.ts";
import { type Profile, PROFILES } from "./profile_names.ts";

export { type Profile, PROFILES };

const WITHOUT_DEEPLABV3 = ["unet", "deeplabv3plus", "pspnet"] as const;

/** What the sweeps have in common: one fold, one loss; the level in the middle is the main block's own run. */
function sweeps(difficulties: readonly number[]) {
  const sweep = { architectures: WITHOUT_DEEPLABV3, losses: ["bce"], folds: [0] } as const;
  return [
    ...[0.34, 0.5].map((trainingShare) => ({
      ...sweep,
      name: "training-set-size",
      config: { trainingShare },
    })),
    ...[0.25, 0.5].map((missed) => ({
      ...sweep,
      name: "label-noise",
      config: { labelNoise: { missed } },
    })),
    ...difficulties.map((difficulty) => ({ ...sweep, name: "difficulty", difficulty })),
  ];
}

/**
 * Focal against BCE: each at its own rate, with the output's prior; and under SGD, where a loss's scale matters, with a
 * focal loss of BCE's scale too.
 *
 * @param rates of AdamW, beside the one in the middle, which is the main block's
 * @param sgdRates of SGD
 */
function losses(rates: readonly number[], sgdRates: readonly number[]) {
  return [
    ...rates.map((learningRate) => ({
      name: "learning-rate",
      architectures: ["unet"],
      folds: [0],
      config: { learningRate },
    })),
    {
      name: "output-prior",
      architectures: ["unet"],
      losses: ["focal"],
      folds: [0],
      config: { outputPrior: 0.01 },
    },
    ...sgdRates.map((learningRate) => ({
      name: "sgd",
      architectures: ["unet"],
      losses: ["bce", "focal", "normalized-focal"],
      folds: [0],
      config: { optimizer: "sgd", learningRate },
    })),
  ];
}

/**
 * What an ensemble is set beside: as many trainings of one architecture, and one with the training time of all; and what
 * a small batch costs.
 *
 * @param epochFactor with which one UNet takes about as long as all members of a fold
 * @param smallBatches each with the `epochFactor` that makes as many steps of it as the members train
 */
function controls(
  seeds: readonly number[],
  epochFactor: number,
  smallBatches: readonly { batchSize: number; epochFactor: number }[],
) {
  return [
    {
      name: "training-time",
      architectures: ["unet"],
      losses: ["bce"],
      folds: [0],
      epochFactor,
    },
    { name: "seeds", architectures: ["unet"], folds: [0], seeds },
    // As many images seen in more steps, and as many steps that see fewer.
    ...smallBatches.flatMap(({ batchSize, epochFactor: sameSteps }) =>
      [1, sameSteps].map((epochFactor) => ({
        name: "batch-size",
        architectures: ["unet", "pspnet"],
        losses: ["bce"],
        folds: [0],
        epochFactor,
        config: { batchSize },
      }))
    ),
  ];
}

const GRIDS: Record<Profile, unknown> = {
  tiny: {
    config: {
      encoder: "resnet18",
      cropSize: 64,
      batchSize: 4,
      folds: 2,
      testShare: 0.2,
      epochs: 2,
      warmupSteps: 2,
      selection: "last",
      gradientNorm: true,
    },
    keepTrainingMaps: true,
    blocks: [
      { folds: [0], architectures: ["unet", "pspnet"], config: { keepEpochs: [1] } },
      { folds: [1], architectures: ["unet", "pspnet"] },
      { name: "seeds", folds: [0], architectures: ["pspnet"], seeds: [2] },
      { name: "batch-size", folds: [0], architectures: ["pspnet"], losses: ["bce"], config: { batchSize: 2 } },
    ],
  },
  quick: {
    config: {
      encoder: "resnet18",
      cropSize: 96,
      batchSize: 4,
      folds: 3,
      testShare: 0.2,
      epochs: 6,
      // So few steps need a high rate early: each architecture scores 0.01 to 0.03 more than with 1e-3 after 20 steps.
      learningRate: 2e-3,
      warmupSteps: 6,
      // It would shrink weights by a hundred-thousandth in all, and take a twentieth of the time.
      weightDecay: 0,
      selection: "last",
      gradientNorm: true,
    },
    keepTrainingMaps: true,
    blocks: [
      { folds: [0], config: { keepEpochs: [2, 4] } },
      { folds: [1, 2] },
      ...controls([2, 3, 4], 7, [{ batchSize: 2, epochFactor: 1 / 2 }]),
      ...sweeps([0.5, 0.8]),
      ...losses([7e-4, 6e-3], [0.03]),
    ],
  },
  full: {
    config: {
      encoder: "resnet34",
      cropSize: 256,
      batchSize: 8,
      folds: 5,
      testShare: 0.2,
      epochs: 40,
      selection: "last",
      gradientNorm: true,
      augmentations: ["symmetries", "shiftScaleRotate", "elasticTransform", "randomBrightnessContrast", "gaussNoise"],
    },
    blocks: [
      { folds: [0], seeds: [1, 2, 3], config: { keepEpochs: [2, 5, 10, 20] } },
      { folds: [1, 2, 3, 4], seeds: [1, 2, 3] },
      ...controls([4], 9, [{ batchSize: 1, epochFactor: 1 / 8 }, { batchSize: 2, epochFactor: 1 / 4 }]),
      ...sweeps([]),
      ...losses([3e-4, 3e-3], [0.03, 0.1]),
    ],
  },
};

/**
 * A profile's grid.
 *
 * @param data The demonstrations on the embedded data keep the defaults that they were first made with, so that their numbers
 * stay; on your own data the present ones hold.
 */
export function profileGrid(profile: Profile, data: "embedded" | "own" = "embedded"): StudyGrid {
  const grid = StudyGrid.parse(GRIDS[profile]);
  return data === "own" ? grid : { ...grid, config: { ...FIRST_DEFAULTS, ...grid.config } };
}
