/** The block whose runs are a study's members. */
export const MAIN_BLOCK = "main";

/** Labels of the blocks of the profiles, by name. Other blocks are shown by their names. */
const BLOCK_LABELS: Readonly<Record<string, string>> = {
  "training-length": "training length",
  "training-set-size": "training-set size",
  "label-noise": "label noise",
  "learning-rate": "learning rate",
  "output-prior": "output prior",
  "training-time": "training time",
  "batch-size": "batch size",
  sgd: "SGD",
};

/** Returns a block's label in tables. */
export function blockLabel(name: string): string {
  return BLOCK_LABELS[name] ?? name;
}
