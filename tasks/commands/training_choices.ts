/** Loading these takes a second, and no TensorFlow. */
const config = () => import("lib/train/config.ts");

/** The names that `-p` takes in a training. */
export async function choiceNames(): Promise<string[]> {
  return Object.keys((await config()).TrainingConfig.shape);
}

/** The choices of a training with their defaults, for the usage. */
export async function describeChoices(): Promise<string> {
  const defaults = Object.entries((await config()).parseConfig({}));
  const width = Math.max(...defaults.map(([name]) => name.length));
  const lines = defaults.map(([name, value]) => `  ${name.padEnd(width)}  ${JSON.stringify(value).replace(/"/g, "")}`);
  return ["Training options for -p with their defaults (docs/training.md explains them):", ...lines].join("\n");
}

/**
 * Refuses choices that cannot be. Whether they fit each other is seen later: a study has others of its own.
 *
 * @throws {ConfigError} with the nearest name.
 */
export async function checkChoices(given: Record<string, unknown>): Promise<void> {
  if (Object.keys(given).length === 0) return;
  const [{ parseOptions, TrainingConfig }, { z }] = await Promise.all([config(), import("zod")]);
  parseOptions(z.strictObject(TrainingConfig.shape), given);
}
