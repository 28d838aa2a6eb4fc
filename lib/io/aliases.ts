/**
 * Names in the records of earlier versions, and their current ids. Records are never rewritten: a reader first
 * translates their names by this table.
 */
export const ALIASES = {
  /** Names of a run's scores and a study's baselines. */
  baselines: {
    "Otsu's threshold": "otsu",
    "foreground everywhere": "all-foreground",
  },
  /** Names of a study's ensembles, and of a saved ensemble's method. */
  ensembles: {
    "best single member": "best-single",
    "soft voting": "soft-voting",
    "soft voting, weighted": "weighted-soft-voting",
    "greedy selection": "greedy-selection",
    "majority vote": "majority-voting",
    "shallow CNN": "shallow-cnn",
    "residual meta-model": "residual",
    "shallow CNN, taught in-fold": "shallow-cnn-in-fold",
    "residual meta-model, taught in-fold": "residual-in-fold",
  },
  /** Names of a grid's blocks, and of the factors that a study varied. */
  blocks: {
    "training length": "training-length",
    "training-set size": "training-set-size",
    "label noise": "label-noise",
    "learning rate": "learning-rate",
    "output prior": "output-prior",
    "training time": "training-time",
    "batch size": "batch-size",
    "SGD": "sgd",
  },
  /** Conventions of the Dice score. */
  conventions: {
    "all pixels together, threshold 0.5": "micro",
    "mean per image, empty as one, threshold 0.5": "mean-empty-one",
    "mean per image, empty as zero, threshold 0.5": "mean-empty-zero",
    "mean per image, empty as skip, threshold 0.5": "mean-empty-skip",
    "all pixels together, threshold tuned": "micro-tuned",
    "mean per image, empty as one, threshold tuned": "mean-empty-one-tuned",
    "mean per image, empty as zero, threshold tuned": "mean-empty-zero-tuned",
    "mean per image, empty as skip, threshold tuned": "mean-empty-skip-tuned",
  },
  /** Fields of error counts. */
  errors: {
    invented: "spurious",
  },
  /** Fields of the contrast of a model's training images. */
  contrast: {
    shown: "medianRange",
  },
  /** Fields of the statistics of a model's training images. */
  trainingStatistics: {
    ground: "background",
  },
} as const satisfies Record<string, Record<string, string>>;

/** The kinds of names in {@linkcode ALIASES}. */
export type AliasKind = keyof typeof ALIASES;

/** Returns the current id of a name in a record. A name without an alias is already an id, or a user's name. */
export function currentId(kind: AliasKind, name: string): string {
  const table: Record<string, string> = ALIASES[kind];
  return Object.hasOwn(table, name) ? table[name] : name;
}

/**
 * Replaces the keys of an object in a record by current ids. Other values are returned unchanged, for a schema to
 * refuse.
 */
export function withCurrentKeys(kind: AliasKind, given: unknown): unknown {
  if (typeof given !== "object" || given === null || Array.isArray(given)) return given;
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [currentId(kind, name), value]));
}
