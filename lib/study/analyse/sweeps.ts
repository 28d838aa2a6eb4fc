import type { GridEntry } from "../../runs/grid/study_grid.ts";

/** A property that a study varies, to measure the gain of an ensemble over better and worse members. */
export interface SweepDefinition {
  /** Whether members are weaker at lower or at higher levels. */
  weaker: "lower" | "higher";
  /** Returns the level of a run; absent if no block has levels of this sweep. */
  level?(run: Pick<GridEntry, "config" | "difficulty">): number;
  /** Describes a level in words. */
  describe(level: number): string;
}

/** Formats a share in per cent, without the rounding errors of binary fractions. */
const percent = (share: number) => `${Number((100 * share).toFixed(6))} %`;

/** The sweeps of a study, by the ids of the grid's blocks. */
export const SWEEPS = {
  "training-length": { weaker: "lower", describe: (steps) => `${steps} steps` },
  "training-set-size": {
    weaker: "lower",
    level: ({ config }) => config.trainingShare,
    describe: (share) => `${percent(share)} of the groups`,
  },
  "label-noise": {
    weaker: "higher",
    level: ({ config }) => config.labelNoise.missed,
    describe: (share) => `${percent(share)} missed`,
  },
  difficulty: {
    weaker: "higher",
    level: ({ difficulty }) => difficulty!,
    describe: (difficulty) => `difficulty ${difficulty}`,
  },
} as const satisfies Record<string, SweepDefinition>;

/** The id of a sweep. */
export type SweepId = keyof typeof SWEEPS;
