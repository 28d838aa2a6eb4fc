import { FIRST_DEFAULTS, STATISTICS_BY_WEIGHTS } from "../train/config.ts";
import { StudyGrid } from "../runs/grid/study_grid.ts";
import { type Profile, PROFILES } from "./profile_names.ts";

export { type Profile, PROFILES };

const WITHOUT_DEEPLABV3 = ["unet", "deeplabv3plus", "pspnet"] as const;

/** The common part of the sweeps: one fold and one loss. The middle level is a run of the main block. */
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
 * Makes the blocks that compare focal loss with BCE: each at its own rate, with the output prior, and under SGD, where
 * the scale of a loss matters, also with a focal loss of BCE's scale.
 *
 * @param rates rates of AdamW in addition to that of the main block
 * @param sgdRates rates of SGD
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
 * Makes the blocks of the controls of an ensemble: as many trainings of one architecture, and one with the training
 * time of all. A further block measures the cost of a small batch.
 *
 * @param epochFactor factor with which one UNet takes about as long as all members of a fold
 * @param smallBatches batch sizes, each with the `epochFactor` for as many steps as the members train
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
      // With so few steps, a high early rate helps: each architecture scores 0.01 to 0.03 more than with 1e-3 after 20
      // steps. Images of another seed choose the same (`bench/choose_demonstration.ts`).
      learningRate: 2e-3,
      warmupSteps: 6,
      // Weight decay would shrink the weights by only a hundred-thousandth in total, and take a twentieth of the time.
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
 * Returns the grid of a profile.
 *
 * @param data kind of the data. Demonstrations on the generated demo data set keep the defaults that they were first
 * made with, so that their numbers do not change; other data use the current defaults.
 */
export function profileGrid(profile: Profile, data: "embedded" | "own" = "embedded"): StudyGrid {
  const grid = StudyGrid.parse(GRIDS[profile]);
  if (data === "own") return grid;
  return { ...grid, config: { ...FIRST_DEFAULTS, inputStatistics: STATISTICS_BY_WEIGHTS, ...grid.config } };
}
