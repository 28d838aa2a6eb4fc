import type { GridEntry } from "../../runs/grid/study_grid.ts";

/** Something that a study varies, to see what an ensemble gains over better and worse members. */
export interface SweepDefinition {
  /** What a run has of it; left out where the level is no block's. */
  level?(run: Pick<GridEntry, "config" | "difficulty">): number;
  /** A level in words. */
  describe(level: number): string;
}

/** A share in per cent, without the digits that binary fractions add. */
const percent = (share: number) => `${Number((100 * share).toFixed(6))} %`;

/** What a study varies, by the ids of the grid's blocks. */
export const SWEEPS = {
  "training-length": { describe: (steps) => `${steps} steps` },
  "training-set-size": {
    level: ({ config }) => config.trainingShare,
    describe: (share) => `${percent(share)} of the groups`,
  },
  "label-noise": {
    level: ({ config }) => config.labelNoise.missed,
    describe: (share) => `${percent(share)} missed`,
  },
  difficulty: {
    level: ({ difficulty }) => difficulty!,
    describe: (difficulty) => `difficulty ${difficulty}`,
  },
} as const satisfies Record<string, SweepDefinition>;

/** What a study varies, by its id. */
export type SweepId = keyof typeof SWEEPS;
