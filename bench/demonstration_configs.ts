import { gridEntries } from "lib/runs";
import { profileGrid } from "lib/study";

/** The configurations of the demonstration's runs on the first fold with BCE, one for each architecture. */
export const DEMONSTRATION_CONFIGS = gridEntries(profileGrid("quick"))
  .filter(({ block, config: { loss, fold } }) => block === "main" && loss === "bce" && fold === 0)
  .map(({ config }) => config);
