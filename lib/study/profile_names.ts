/** The sizes of studies, by name. */
export const PROFILES = ["tiny", "quick", "full"] as const;
/**
 * `tiny` is for tests: one fold, a few steps. `quick` is a demonstration for two CPU cores: ResNet-18, 96² crops, 36
 * steps, 3 folds. `full` is for a GPU, or for days on 2 cores: ResNet-34, 256² crops, 5 folds, 3 seeds.
 */
export type Profile = typeof PROFILES[number];
