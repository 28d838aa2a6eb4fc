/** Loads the modules with the choices; this takes a second, and does not open TensorFlow. */
const config = () => import("lib/train/config.ts");

/** Returns the names that `-p` accepts in a training. */
export async function choiceNames(): Promise<string[]> {
  return Object.keys((await config()).TrainingConfig.shape);
}

/** Returns the choices of a training with their defaults, for the usage. */
export async function describeChoices(): Promise<string> {
  const defaults = Object.entries((await config()).parseConfig({}));
  const width = Math.max(...defaults.map(([name]) => name.length));
  const lines = defaults.map(([name, value]) => `  ${name.padEnd(width)}  ${JSON.stringify(value).replace(/"/g, "")}`);
  return ["Training options for -p with their defaults (docs/training.md explains them):", ...lines].join("\n");
}

/**
 * Throws for invalid choices. Whether they fit each other is checked later, as a study adds other choices.
 *
 * @throws {ConfigError} with the nearest valid name.
 */
export async function checkChoices(given: Record<string, unknown>): Promise<void> {
  if (Object.keys(given).length === 0) return;
  const [{ parseOptions, TrainingConfig }, { z }] = await Promise.all([config(), import("zod")]);
  parseOptions(z.strictObject(TrainingConfig.shape), given);
}
